import { BlockList, isIP } from 'node:net';

/**
 * IPv4 ranges that are not on the public internet (IANA IPv4 Special-Purpose Address Registry), and addresses with which
 * clouds reach their own services.
 */
const specialIpv4 = [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // between a provider and its customers (CGNAT); metadata of Alibaba Cloud
  ['127.0.0.0', 8], // loopback
  ['168.63.129.16', 32], // services of Azure for its virtual machines
  ['169.254.0.0', 16], // link-local; metadata of most clouds
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments; metadata of Oracle Cloud
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 3], // multicast, reserved, broadcast
] as const;

/** Ranges of global IPv6 addresses that are not on the public internet, or contain an IPv4 address. */
const specialIpv6 = [
  ['2001::', 23], // protocol assignments, such as Teredo and ORCHID
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4
  ['3fff::', 20], // documentation
] as const;

/** With this prefix (NAT64, RFC 6052), an IPv6 address leads to the IPv4 address in its last 32 bits. */
const nat64 = '64:ff9b::';

const special = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [address, prefix] of specialIpv4) {
  special.ipv4.addSubnet(address, prefix, 'ipv4');
  special.ipv6.addSubnet(`${nat64}${address}`, 96 + prefix, 'ipv6');
}
for (const [address, prefix] of specialIpv6) special.ipv6.addSubnet(address, prefix, 'ipv6');

/**
 * All other IPv6 addresses are unassigned or local: loopback, IPv4-mapped and IPv4-compatible, local NAT64, discard,
 * unique local, link-local, site-local and multicast ones.
 */
const globalIpv6 = new BlockList();
globalIpv6.addSubnet('2000::', 3, 'ipv6');
globalIpv6.addSubnet(nat64, 96, 'ipv6');

/** Returns whether the text is an IPv4 or IPv6 address on the public internet. An address with a zone is not. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special.ipv4.check(address, 'ipv4');
  if (family === 0 || address.includes('%')) return false;
  return globalIpv6.check(address, 'ipv6') && !special.ipv6.check(address, 'ipv6');
}

/** Names that resolve only within a local network (RFC 6761, RFC 6762, RFC 8375), and names without a dot. */
const localName = /(^|\.)(localhost|localdomain|local|internal|intranet|lan|home\.arpa)\.?$|^[^.]+\.?$/i;

/** Returns whether the host of a URL can be public. Names are not resolved, so only the text is checked. */
export function isPublicHost({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? host !== '' && !localName.test(host) : isPublicAddress(host);
}
