import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceiverReply, ReceiverRequest, Receipts } from './receivers.js';

/*
 * The receivers of all endpoints, in a process of their own: one server per endpoint, each on its own port. They answer 200
 * and `ok`, as most receivers do, and note when they have read each event. Started with an IPC channel.
 */

const lateMs = 30_000;

let receipts: Receipts = { ids: [], receivers: [], times: [] };
/** IDs of the events that each receiver has received since the last `take`. */
let seen = new Set<string>();
let awaited = Infinity;

const now = () => Number(process.hrtime.bigint()) / 1e6;
const reply = (message: ReceiverReply) => void process.send?.(message);

function record(receiver: number, id: string): void {
  receipts.ids.push(id);
  receipts.receivers.push(receiver);
  receipts.times.push(now());
  seen.add(`${receiver} ${id}`);
  if (seen.size >= awaited) {
    awaited = Infinity;
    reply({ done: true });
  }
}

const listener =
  (receiver: number, isLate: boolean): RequestListener =>
  (request, response) => {
    request.resume();
    request.on('end', () => {
      record(receiver, String(request.headers['webhook-id']));
      const answer = () => response.writeHead(200, { 'content-length': 2 }).end('ok');
      if (!isLate) answer();
      else void sleep(lateMs, undefined, { ref: false }).then(answer);
    });
  };

let receivers = 0;

/** @returns its port */
function listen(isLate: boolean): Promise<number> {
  const server = createServer({ keepAliveTimeout: 60_000 }, listener(receivers, isLate));
  receivers += 1;
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

async function handle(message: ReceiverRequest): Promise<void> {
  if ('listen' in message) {
    const ports: number[] = [];
    for (let index = 0; index < message.listen; index += 1) ports.push(await listen(message.isLate));
    reply({ ports });
  } else if ('await' in message) {
    awaited = message.await;
    if (seen.size >= awaited) {
      awaited = Infinity;
      reply({ done: true });
    }
  } else {
    reply({ receipts });
    receipts = { ids: [], receivers: [], times: [] };
    seen = new Set();
  }
}

process.on('message', (message: ReceiverRequest) => void handle(message));
process.once('disconnect', () => process.exit());
