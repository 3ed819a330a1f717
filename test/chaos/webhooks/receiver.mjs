import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { between, randomFrom, weighted } from '../../../dist/seed/random.js';

/*
 * A process that receives webhooks, badly. `receivers.ts` starts it with the seed and the number of endpoints, each of
 * which has a port of its own. It records when each request begins and ends, by a counter instead of a clock.
 */

/** So much of a response is read at most; its status counts then. */
const readBytes = 65_536;
const chunk = Buffer.alloc(8_192, 'x');

const [seed, count] = process.argv.slice(2).map(Number);
const receipts = [];
let tick = 0;
const calm = new AbortController();
let trapUrl = '';

const draw = weighted([
  ['accept', 58],
  ['acceptLate', 8],
  ['fail', 10],
  ['unavailable', 1],
  ['redirect', 4],
  ['never', 2],
  ['drip', 1],
  ['hangUp', 4],
  ['hangUpEarly', 4],
  ['endless', 3],
  ['endlessFailure', 2],
  ['garbage', 3],
]);

/** How to answer. `end` records the status, when the service can know it. */
const behaviours = {
  accept: (response, end) => answer(response, end, 204),
  acceptLate: async (response, end, random) => {
    await sleep(between(random, 20, 150));
    answer(response, end, 200, 'late');
  },
  fail: (response, end) => answer(response, end, 500, 'x'.repeat(3000)),
  unavailable: (response, end) => answer(response.setHeader('retry-after', '1'), end, 503),
  redirect: (response, end, random) =>
    answer(response.setHeader('location', trapUrl), end, between(random, 301, 303)),
  // Closes the connection if the sender does not, because it was stopped.
  never: (response) => void setTimeout(() => response.destroy(), 5_000).unref(),
  drip: async (response) => {
    response.writeHead(200);
    for (let n = 0; n < 60 && !response.destroyed; n += 1, await sleep(50)) response.write('.');
    response.destroy();
  },
  hangUp: (response) => response.socket.destroy(),
  hangUpEarly: (response) => {
    response.writeHead(200, { 'content-length': 1000 }).write('only the beginning');
    setTimeout(() => response.socket?.destroy(), 5);
  },
  endless: (response, end) => flood(response, end, 200),
  endlessFailure: (response, end) => flood(response, end, 500),
  garbage: (response) => response.socket.end('HTTP/1.1 what?\r\nnot: \0http\r\n\r\n'),
};

function answer(response, end, status, body) {
  end(status);
  response.writeHead(status).end(body);
}

async function flood(response, end, status) {
  response.writeHead(status);
  for (let sent = 0; !response.destroyed; sent += chunk.length) {
    if (sent + chunk.length >= readBytes) end(status);
    if (!response.write(chunk)) await sleep(1);
  }
}

async function receive(endpoint, random, request, response) {
  const receipt = {
    endpoint,
    from: request.socket.remoteAddress,
    began: (tick += 1),
    headers: request.headers,
  };
  receipts.push(receipt);
  const end = (status) => {
    if (receipt.ended) return;
    receipt.ended = tick += 1;
    receipt.status = status;
  };
  response.on('error', () => undefined);
  const { socket } = request;
  const onEnd = () => end();
  socket.once('end', onEnd);
  response.once('close', () => {
    socket.off('end', onEnd);
    end();
  });
  const chunks = [];
  try {
    for await (const part of request) chunks.push(part);
  } catch {
    // The process that has sent it was killed.
    receipt.isPartial = true;
    return;
  }
  receipt.body = Buffer.concat(chunks).toString();
  const behaviour = calm.signal.aborted ? 'accept' : draw(random);
  receipt.behaviour = behaviour;
  await behaviours[behaviour](response, end, random);
}

/** Lets a server refuse connections now and then. */
async function interrupt(server, port, random) {
  for (;;) {
    await sleep(between(random, 2_000, 6_000));
    if (calm.signal.aborted) return;
    server.close();
    server.closeAllConnections();
    await sleep(between(random, 300, 1_500));
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  }
}

async function listen(handle) {
  const server = createServer({ keepAliveTimeout: 60_000 }, handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const urlOf = (server) => `http://127.0.0.1:${server.address().port}/`;

const trap = await listen((request, response) => {
  receipts.push({ endpoint: -1, from: request.socket.remoteAddress, headers: request.headers });
  response.end();
});
trapUrl = urlOf(trap);
const urls = [];
for (let endpoint = 0; endpoint < count; endpoint += 1) {
  const random = randomFrom(seed, 1_000 + endpoint);
  const server = await listen((request, response) => void receive(endpoint, random, request, response));
  urls.push(urlOf(server));
  void interrupt(server, server.address().port, randomFrom(seed, 2_000 + endpoint));
}

process.on('message', (message) => {
  if (message === 'calm') calm.abort();
  else if (message === 'receipts') process.send({ receipts });
  else if (message === 'count') process.send({ count: receipts.length });
});
process.on('disconnect', () => process.exit());
process.send({ urls });
