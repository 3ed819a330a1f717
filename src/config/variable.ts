import { isIP } from 'node:net';

/**
 * Determines how the text of an environment variable is parsed and how error messages describe valid values.
 */
export interface Variable<T> {
  /** Completes the error message "expected …". */
  readonly expects: string;
  /** The value if the variable is unset or empty. */
  readonly fallback: T;
  /** Whether messages must not contain the text. */
  readonly secret: boolean;
  /** @returns undefined if the text is invalid */
  parse(text: string): T | undefined;
}

/** Creates a variable for a whole number in decimal digits, from `min` to `max` inclusive. */
export function integer(min: number, max: number, fallback: number): Variable<number> {
  const parse = (text: string) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    return value >= min && value <= max ? value : undefined;
  };
  return { expects: `a whole number from ${min} to ${max}`, fallback, secret: false, parse };
}

/** Creates a variable for a number with or without decimals, from `min` to `max` inclusive. */
export function decimal(min: number, max: number, fallback: number): Variable<number> {
  const parse = (text: string) => parseDecimal(text, min, max);
  return { expects: `a number from ${min} to ${max}`, fallback, secret: false, parse };
}

/** Creates a variable for a comma-separated list of 1 to `maxLength` numbers of seconds, up to a week each. */
export function secondsList(maxLength: number, fallback: readonly number[]): Variable<readonly number[]> {
  const parse = (text: string) => {
    const seconds = text.split(',').map((part) => parseDecimal(part.trim(), 0.001, 604_800));
    const isValid = (list: (number | undefined)[]): list is number[] => !list.includes(undefined);
    return isValid(seconds) && seconds.length <= maxLength ? seconds : undefined;
  };
  const expects = `1 to ${maxLength} numbers of seconds, up to 604800 each, such as 5,30,120`;
  return { expects, fallback, secret: false, parse };
}

function parseDecimal(text: string, min: number, max: number): number | undefined {
  const value = /^\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : NaN;
  return value >= min && value <= max ? value : undefined;
}

/** Creates a variable for one of a few fixed words. */
export function oneOf<T extends string, F extends T | undefined>(words: readonly T[], fallback: F) {
  const parse = (text: string) => words.find((word) => word === text);
  const variable: Variable<T | F> = { expects: `one of ${words.join(', ')}`, fallback, secret: false, parse };
  return variable;
}

/** Creates a variable for text that matches a pattern. */
export function text<F extends string | undefined>(pattern: RegExp, expects: string, fallback: F) {
  const parse = (text: string) => (pattern.test(text) ? text : undefined);
  const variable: Variable<string | F> = { expects, fallback, secret: false, parse };
  return variable;
}

/** Returns the same variable, marked so that messages do not contain its text. */
export function secret<T>(variable: Variable<T>): Variable<T> {
  return { ...variable, secret: true };
}

/**
 * Creates a variable for a `postgres://` or `postgresql://` URL.
 * It is secret, because it contains a password.
 */
export function postgresUrl(): Variable<string | undefined> {
  const parse = (text: string) => {
    const url = parseUrl(text, ['postgres:', 'postgresql:']);
    return url !== undefined && isDecodable(url.username, url.password, url.pathname) ? text : undefined;
  };
  return { expects: 'postgres://user:password@host:5432/database', fallback: undefined, secret: true, parse };
}

/**
 * Creates a variable for an http or https URL without credentials, query or fragment.
 * Removes trailing slashes.
 */
export function webUrl(): Variable<string | undefined> {
  const parse = (text: string) => {
    const url = parseUrl(text, ['http:', 'https:']);
    const bare = url !== undefined && !url.username && !url.password && !url.search && !url.hash;
    return bare ? url.href.replace(/\/+$/, '') : undefined;
  };
  return {
    expects: 'an http or https URL such as https://api.example.com',
    fallback: undefined,
    secret: false,
    parse,
  };
}

/**
 * Creates a variable for `true`, `false`,
 * or a comma-separated list of the proxies' addresses and CIDR ranges.
 */
export function proxyList(): Variable<boolean | string[]> {
  const parse = (text: string) => {
    if (text === 'true' || text === 'false') return text === 'true';
    const proxies = text.split(',').map((proxy) => proxy.trim());
    return proxies.every(isAddressOrRange) ? proxies : undefined;
  };
  const expects = 'true, false, or addresses and ranges such as 10.0.0.0/8,192.168.1.7';
  return { expects, fallback: false, secret: false, parse };
}

/**
 * Creates a variable for a comma-separated list of web origins, or `*` for all of them.
 * Removes trailing slashes and default ports, so that the origins are as browsers send them.
 */
export function originList(): Variable<readonly string[]> {
  const parse = (text: string) => {
    if (text === '*') return [text];
    const origins = text.split(',').map((origin) => toOrigin(origin.trim()));
    return origins.every((origin) => origin !== undefined) ? origins : undefined;
  };
  return {
    expects: '* for all, or origins without a path, such as https://app.example.com,http://localhost:5173',
    fallback: [],
    secret: false,
    parse,
  };
}

function toOrigin(text: string): string | undefined {
  const url = parseUrl(text, ['http:', 'https:']);
  if (url?.hostname.includes('*')) return undefined;
  return url?.href === `${url?.origin}/` ? url?.origin : undefined;
}

function parseUrl(text: string, protocols: string[]): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return protocols.includes(url.protocol) ? url : undefined;
}

function isDecodable(...parts: string[]): boolean {
  try {
    parts.forEach(decodeURIComponent);
    return true;
  } catch {
    return false;
  }
}

function isAddressOrRange(text: string): boolean {
  const [address = '', length, ...rest] = text.split('/');
  const version = address.includes('%') ? 0 : isIP(address);
  if (version === 0 || rest.length > 0) return false;
  if (length === undefined) return true;
  return /^\d{1,3}$/.test(length) && Number(length) >= 1 && Number(length) <= (version === 4 ? 32 : 128);
}
