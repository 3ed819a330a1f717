import type { FastifyRequest } from 'fastify';

/** A key of the demo, which the documentation page offers to the person at this computer. */
export interface DemoAccount {
  /** Text of the button. */
  label: string;
  key: string;
}

const loopbackAddresses = ['127.0.0.1', '::1', '::ffff:127.0.0.1'];
const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;
const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * Returns whether a request comes from the documentation page in a browser on this computer, the only place that may
 * see demo keys. Excludes other computers, reverse proxies, other websites, and names that an attacker lets point to
 * the loopback address.
 */
export function isOwnPageOnThisComputer({ headers, socket }: FastifyRequest): boolean {
  return (
    loopbackAddresses.includes(socket.remoteAddress ?? '') &&
    proxyHeaders.every((name) => headers[name] === undefined) &&
    loopbackHost.test(headers.host ?? '') &&
    headers['sec-fetch-site'] === 'same-origin'
  );
}
