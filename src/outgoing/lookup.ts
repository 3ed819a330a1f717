import { Resolver, lookup as lookupWithSystem } from 'node:dns/promises';
import { isIPv4, type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { FailedRequest, dnsFailure } from './failed-request.js';
import { isPublicAddress } from './public-host.js';

/** Returns all addresses of a host name. @throws an error with the `code` of a DNS error */
export type ResolveHost = (name: string) => Promise<readonly string[]>;

/**
 * Returns a function that asks DNS servers, by default those of the system. Node's `lookup` would occupy one of a few
 * threads for each name, so that names whose servers do not answer would delay all others, and access to files as well.
 */
export function dnsResolver(servers?: readonly string[]): ResolveHost {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  if (servers) resolver.setServers(servers);
  return async (name) => {
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    const failure = answers.find((answer) => answer.status === 'rejected');
    if (addresses.length === 0 && failure) throw failure.reason;
    return addresses;
  };
}

/** Resolves a name as other programs on the machine do, with the hosts file and the names of the local network. */
export const resolveWithSystem: ResolveHost = async (name) =>
  (await lookupWithSystem(name, { all: true })).map(({ address }) => address);

/**
 * Returns a `lookup` for sockets that resolves a name once and passes on exactly the addresses that it has checked, so
 * that the name cannot lead elsewhere between the check and the connection. One private address refuses the name.
 */
export function checkedLookup(resolve: ResolveHost, allowInsecure: boolean): LookupFunction {
  const find = callbackify((name: string) => findAllowed(resolve, allowInsecure, name));
  return (name, { all }, callback) =>
    find(name, (cause, addresses) => {
      if (cause) callback(cause, '');
      else if (all) callback(null, addresses);
      else callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
    });
}

async function findAllowed(resolve: ResolveHost, allowInsecure: boolean, name: string) {
  const addresses = await resolve(name).catch((cause: unknown) => {
    throw dnsFailure(cause);
  });
  if (addresses.length === 0) throw dnsFailure();
  if (!allowInsecure && !addresses.every(isPublicAddress))
    throw new FailedRequest('refused_address', 'The host has a private or local address');
  return addresses.map((address) => ({ address, family: isIPv4(address) ? 4 : 6 }));
}
