import type { Variable } from './variable.js';

/** A key that encrypts personal data. */
export interface DataKey {
  /** 1 to 32 letters, digits, hyphens and underscores; stored with everything that the key encrypts. */
  readonly id: string;
  /** The key in base64: 32 random bytes. */
  readonly base64: string;
}

const keyLength = 32;

/**
 * Parses `id:base64,id:base64`, the current key first.
 * @returns undefined if an entry is invalid, or if two have the same ID or the same key
 */
export function parseDataKeys(text: string): DataKey[] | undefined {
  const keys = text.split(',').map((entry) => parseKey(entry.trim()));
  if (!keys.every((key) => key !== undefined)) return undefined;
  const isUnique = (values: string[]) => new Set(values).size === values.length;
  return isUnique(keys.map(({ id }) => id)) && isUnique(keys.map(({ base64 }) => base64)) ? keys : undefined;
}

function parseKey(entry: string): DataKey | undefined {
  const [, id = '', base64 = ''] = /^([\w-]{1,32}):([A-Za-z0-9+/]{43}=)$/.exec(entry) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length === keyLength && bytes.toString('base64') === base64 ? { id, base64 } : undefined;
}

/** Creates the variable for the list of data keys. */
export function dataKeyList(): Variable<readonly DataKey[]> {
  return {
    expects:
      'id:key pairs separated by commas, with different IDs of 1 to 32 letters and digits, and keys of 32 random ' +
      'bytes in base64 as `openssl rand -base64 32` prints them',
    fallback: [],
    secret: true,
    parse: parseDataKeys,
  };
}
