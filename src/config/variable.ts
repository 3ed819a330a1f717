import { isIP } from 'node:net';

/** One environment variable: how its text becomes a value, and what to tell someone who got it wrong. */
export interface Variable<T> {
  /** Completes the sentence "expected …". */
  readonly expects: string;
  /** The value when the variable is unset or empty. */
  readonly fallback: T;
  /** A secret's text is never repeated in a message. */
  readonly secret: boolean;
  /** `undefined` when the text is not acceptable. */
  parse(text: string): T | undefined;
}

/** A whole number in decimal digits, `min` and `max` included. */
export function integer(min: number, max: number, fallback: number): Variable<number> {
  const parse = (text: string) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    return value >= min && value <= max ? value : undefined;
  };
  return { expects: `a whole number from ${min} to ${max}`, fallback, secret: false, parse };
}

/** One of a few fixed words. */
export function oneOf<T extends string, F extends T | undefined>(words: readonly T[], fallback: F) {
  const parse = (text: string) => words.find((word) => word === text);
  const variable: Variable<T | F> = { expects: `one of ${words.join(', ')}`, fallback, secret: false, parse };
  return variable;
}

/** Text that matches a pattern. */
export function text<F extends string | undefined>(pattern: RegExp, expects: string, fallback: F) {
  const parse = (given: string) => (pattern.test(given) ? given : undefined);
  const variable: Variable<string | F> = { expects, fallback, secret: false, parse };
  return variable;
}

/** The same variable, whose text must never be shown. */
export function secret<T>(variable: Variable<T>): Variable<T> {
  return { ...variable, secret: true };
}

/** A `postgres://` or `postgresql://` URL; it carries a password, so it is secret. */
export function postgresUrl(): Variable<string | undefined> {
  const parse = (given: string) => {
    const url = parseUrl(given, ['postgres:', 'postgresql:']);
    return url !== undefined && isDecodable(url.username, url.password, url.pathname) ? given : undefined;
  };
  return { expects: 'postgres://user:password@host:5432/database', fallback: undefined, secret: true, parse };
}

/** An http or https URL without credentials, query or fragment; a trailing slash is dropped. */
export function webUrl(): Variable<string | undefined> {
  const parse = (given: string) => {
    const url = parseUrl(given, ['http:', 'https:']);
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

/** `true`, `false`, or the addresses and CIDR ranges of the proxies, separated by commas. */
export function proxyList(): Variable<boolean | string[]> {
  const parse = (given: string) => {
    if (given === 'true' || given === 'false') return given === 'true';
    const proxies = given.split(',').map((proxy) => proxy.trim());
    return proxies.every(isAddressOrRange) ? proxies : undefined;
  };
  const expects = 'true, false, or addresses and ranges such as 10.0.0.0/8,192.168.1.7';
  return { expects, fallback: false, secret: false, parse };
}

function parseUrl(given: string, protocols: string[]): URL | undefined {
  if (!URL.canParse(given)) return undefined;
  const url = new URL(given);
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

function isAddressOrRange(given: string): boolean {
  const [address = '', length, ...rest] = given.split('/');
  const version = address.includes('%') ? 0 : isIP(address);
  if (version === 0 || rest.length > 0) return false;
  if (length === undefined) return true;
  return /^\d{1,3}$/.test(length) && Number(length) >= 1 && Number(length) <= (version === 4 ? 32 : 128);
}
