import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfInterrupted } from '../environment/interrupts.js';
import { createZipOffers } from './answer-attacks.js';
import type { Attack, AttackResult } from './attack.js';
import { inParallel, tallyOf } from './hostile-client.js';
import type { Site } from './site.js';

const connectParallel = 20;
const connectMs = 10_000;
const bodyBytes = 1_048_576;
/** All but the last 48 KB of the largest body. */
const sentOfBody = Buffer.from(`{"name":"${'a'.repeat(1_000_000)}`);

const headOf = (method: string, path: string, key: string, more: string[]) =>
  `${[`${method} ${path} HTTP/1.1`, 'host: 127.0.0.1', `x-api-key: ${key}`, ...more].join('\r\n')}\r\n\r\n`;

/** Opens a connection, sends the bytes and keeps it open. */
async function openSocket(port: number, head: string, body?: Buffer): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined); // 'close' follows
  socket.write(head);
  if (body) socket.write(body);
  const timeout = AbortSignal.timeout(connectMs);
  // If the connection is refused, it counts as closed.
  await Promise.race([once(socket, 'connect', { signal: timeout }), once(socket, 'close')]).catch(
    () => undefined,
  );
  return socket;
}

/** Records the status of the first answer on a connection. */
function statusOf(socket: Socket): () => string {
  let head = '';
  socket.on('data', (data) => {
    if (head.length < 16) head += data.toString('latin1', 0, 16);
  });
  return () => /^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 'no answer';
}

/**
 * Opens connections, leaves them open for a while and closes them.
 * @param open opens the connection with this index
 * @param everySecond called each second while the connections are open
 */
async function stall(
  site: Site,
  { sockets, seconds }: { sockets: number; seconds: number },
  open: () => Promise<Socket>,
  { reads, everySecond }: { reads: boolean; everySecond?: (socket: Socket) => void },
): Promise<AttackResult> {
  const statuses: (() => string)[] = [];
  const opened = await inParallel(sockets, connectParallel, async () => {
    const socket = await open();
    if (reads) statuses.push(statusOf(socket));
    return socket;
  });
  const clientPorts = opened.map(({ localPort }) => localPort);
  const openAtFirst = site.openConnections(clientPorts);
  try {
    for (let second = 0; second < seconds; second += 1) {
      throwIfInterrupted();
      await sleep(1000);
      for (const socket of opened) if (socket.writable) everySecond?.(socket);
    }
    return {
      endings: tallyOf(statuses.map((status) => status())),
      facts: {
        'connections open at first': openAtFirst,
        [`connections open after ${seconds} s`]: site.openConnections(clientPorts),
      },
    };
  } finally {
    for (const socket of opened) socket.destroy();
  }
}

/** Requests and answers that are never finished. */
export const stallingAttacks: Attack[] = [
  {
    group: 8,
    name: 'bodies that stall before their end',
    prepare: async (site, { stalled: { sockets, seconds } }) => {
      const more = ['content-type: application/json', `content-length: ${bodyBytes}`];
      const head = headOf('POST', '/provider/offers', site.provider.key, more);
      const open = () => openSocket(site.port, head, sentOfBody);
      return () => stall(site, { sockets, seconds }, open, { reads: true });
    },
  },
  {
    group: 8,
    name: 'uploads of one byte a second',
    prepare: async (site, { stalled: { uploads, seconds } }) => {
      const more = ['content-type: application/x-ndjson', 'transfer-encoding: chunked'];
      const head = headOf('POST', '/provider/offers/bulk', site.provider.key, more);
      const everySecond = (socket: Socket) => void socket.write('1\r\n{\r\n');
      const open = () => openSocket(site.port, head);
      return () => stall(site, { sockets: uploads, seconds }, open, { reads: true, everySecond });
    },
  },
  {
    group: 8,
    name: 'downloads that nobody reads',
    prepare: async (site, { stalled: { downloads, seconds }, answers: { offers } }) => {
      await createZipOffers(site, offers);
      const head = headOf('GET', '/provider/offers/export', site.provider.key, []);
      const open = () => openSocket(site.port, head);
      return () => stall(site, { sockets: downloads, seconds }, open, { reads: false });
    },
  },
];
