import { isPublicHost } from './public-host.js';

/** Where requests may be sent. */
export interface OutgoingRules {
  /** Whether http and private, loopback and local hosts are allowed, as in development and tests. */
  readonly allowInsecure: boolean;
}

/**
 * Returns the parsed URL, or what is wrong with it, as the end of a sentence that starts with the name of the field. Names
 * are not resolved: `OutgoingRequests` checks the addresses behind them.
 */
export function checkOutgoingUrl(text: string, { allowInsecure }: OutgoingRules): URL | string {
  const url = parse(text);
  if (url === undefined || (url.protocol !== 'https:' && !allowInsecure))
    return `must be ${allowInsecure ? 'an http or https URL' : 'an https URL'} such as https://example.com/webhooks`;
  if (url.username !== '' || url.password !== '') return 'must not contain a user name or password';
  if (text.includes('#')) return 'must not contain a fragment (# and what follows it), which is never sent';
  if (url.port === '0') return 'must not have port 0';
  if (!allowInsecure && !isPublicHost(url)) return 'must not point to a private or local host';
  return url;
}

function parse(text: string): URL | undefined {
  if (!/^https?:\/\/[^\s\\]+$/i.test(text)) return undefined;
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
