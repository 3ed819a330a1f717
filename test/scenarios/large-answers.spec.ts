import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { serviceArgsIn } from '../../bench/environment/service-args.js';
import { maxAnswerBytes, storeLargeData } from '../support/large-data.js';
import { DataDir, Service } from '../support/service.js';

/*
 * Many clients read the largest lists at the same time. The process must stay below 300 MB, because a container with
 * little memory would otherwise be killed by a single client.
 */

const timeoutMs = 240_000;
const maxMegabytes = 300;
const callsAtOnce = 30;
const maxAttempts = 20;
/** The options of `npm start`. */
const options = serviceArgsIn(fileURLToPath(new URL('../..', import.meta.url)));

let dataDir: DataDir;
let service: Service;
let team: string;

beforeAll(async () => {
  dataDir = await DataDir.prepared();
  service = new Service({ DATA_DIR: dataDir.path }, [process.execPath, ...options]);
  await service.ready();
  const { id } = (await (await service.call('GET', '/team', service.key('provider'))).json()) as {
    id: string;
  };
  team = id;
  const client = await dataDir.connect();
  await storeLargeData(client, team);
  await client.end();
}, timeoutMs);
afterAll(async () => {
  await service.kill('SIGKILL');
  await dataDir.remove();
});

/** Returns the largest memory that the process has used so far, in megabytes. */
function peakMegabytes(): number {
  const status = readFileSync(`/proc/${service.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

type Role = 'provider' | 'reseller';

interface Read {
  status: number;
  bytes: number;
}

/** Every second answer is packed. */
const packed = { 'accept-encoding': 'gzip' };

/** Reads an answer. On a slow machine, 30 of them can take longer than a request may wait; it is then sent again. */
async function read(path: string, role: Role, index: number): Promise<Read> {
  for (let attempts = 1; ; attempts += 1) {
    const reply = await readOnce(path, role, index % 2 === 0 ? packed : {});
    if (reply.status !== 503 || attempts === maxAttempts) return reply;
    await sleep(1_000);
  }
}

const readOnce = (path: string, role: Role, more: Record<string, string>): Promise<Read> =>
  new Promise((resolve, reject) => {
    const headers = { 'x-api-key': service.key(role), ...more };
    get(service.url + path, { agent: false, headers }, (reply) => {
      let bytes = 0;
      reply
        .on('data', (chunk: Buffer) => (bytes += chunk.length))
        .on('error', reject)
        .on('end', () => resolve({ status: reply.statusCode ?? 0, bytes }));
    }).on('error', reject);
  });

const lists: [path: string, role: Role, status: number][] = [
  ['/provider/offers?limit=100', 'provider', 200],
  ['/reseller/catalog?limit=100', 'reseller', 200],
  ['/reseller/catalog/changes?limit=100', 'reseller', 200],
  ['/subscriptions/offerings?include=products&page[limit]=100', 'provider', 400],
  ['/subscriptions/offerings?include=products,plans&page[limit]=3', 'reseller', 200],
  ['/product-offerings?limit=100', 'reseller', 200],
  ['/product-catalogs/default', 'provider', 200],
  ['/product-offering-groups?limit=100', 'provider', 200],
  ['/products?limit=100', 'provider', 200],
];

const onLinux = process.platform === 'linux' ? it : it.skip;

onLinux.each(lists)(
  `${callsAtOnce} times %s as %s`,
  async (path, role, status) => {
    const replies = await Promise.all(
      Array.from({ length: callsAtOnce }, (_, index) => read(path, role, index)),
    );
    expect(replies.map((reply) => reply.status)).toEqual(replies.map(() => status));
    expect(Math.max(...replies.map(({ bytes }) => bytes))).toBeLessThanOrEqual(maxAnswerBytes);
    expect(peakMegabytes()).toBeLessThan(maxMegabytes);
  },
  timeoutMs,
);

onLinux(
  'all of them at once, and an export',
  async () => {
    const paths = [...lists, ...lists, ...lists, ['/provider/offers/export', 'provider', 200] as const];
    const replies = await Promise.all(paths.map(([path, role], index) => read(path, role, index)));
    expect(replies.map((reply) => reply.status)).toEqual(paths.map(([, , status]) => status));
    expect(peakMegabytes()).toBeLessThan(maxMegabytes);
  },
  timeoutMs,
);
