/*
 * Defines the global `navigator` on Node 20 as newer versions do. Without it, `pg` examines a `Response` to find out whether
 * it runs at Cloudflare, which loads Node's `fetch`: 3 MiB per process, and about 100 ms at startup. Import this file
 * before all others.
 */
if (!('navigator' in globalThis))
  Object.defineProperty(globalThis, 'navigator', {
    value: { userAgent: `Node.js/${process.versions.node.split('.')[0]}` },
    configurable: true,
  });
