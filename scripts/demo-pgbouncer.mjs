// Runs the service behind PgBouncer in transaction mode, shows with a few requests that everything works, and stops
// it all again. Needs the program `pgbouncer`, such as Debian's package. Usage: npm run demo:pgbouncer
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { startPgBouncer } from './pgbouncer.mjs';

const { Client } = createRequire(import.meta.url)('pg');
const compiled = (file) => new URL(`../dist/src/${file}`, import.meta.url);
const { startEmbedded } = await import(compiled('database/embedded/start.js'));

const startTimeoutMs = 60_000;
const webhookTimeoutMs = 20_000;
const poolSize = 3;
const adminKey = `od_admin_${randomBytes(24).toString('hex')}`;
const log = { info: () => {}, warn: print, error: print };
const cleanUps = [];

process.once('SIGINT', () => void cleanUp().then(() => process.exit(130)));
try {
  await demonstrate();
  print('\nEverything worked behind PgBouncer in transaction mode.');
} catch (cause) {
  print(`\n${cause.stack}`);
  process.exitCode = 1;
} finally {
  await cleanUp();
}

async function demonstrate() {
  const folder = mkdtempSync(join(tmpdir(), 'offerdock-demo-'));
  chmodSync(folder, 0o711); // if this process is root, Postgres runs under another account
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  const postgres = await startEmbedded({ dataDir: join(folder, 'data'), log });
  cleanUps.push(() => postgres.stop());
  print('Started Postgres');
  const pooler = await startPgBouncer(postgres.url, { poolSize });
  cleanUps.push(() => pooler.stop());
  print(`Started PgBouncer with pool_mode = transaction and default_pool_size = ${poolSize}`);
  const env = {
    DATABASE_URL: pooler.urlOf(postgres.url),
    DATABASE_POOLER: 'transaction',
    ADMIN_API_KEY: adminKey,
    DATA_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    WEBHOOK_ALLOW_INSECURE: 'true', // the receiver is on this computer
  };
  // At the same time, on an empty database.
  const [api, otherApi, worker] = await Promise.all(
    ['api', 'api', 'worker'].map((role) => startService({ ...env, ROLE: role })),
  );
  print('Started two services with ROLE=api and one with ROLE=worker at the same time on an empty database');
  await tour(api, otherApi);
  for (const url of [api, otherApi, worker]) await call(url, 'GET', '/health/ready');
  print('All three are ready');
  await printSessions(postgres.ownerUrl);
}

/** The requests to show; they alternate between two processes, which share what is in the database. */
async function tour(api, otherApi) {
  const provider = await makeTeam(api, 'Northwind Fibre', 'provider');
  const reseller = await makeTeam(api, 'Corner Shop', 'reseller');
  print('Created two teams');

  const body = { name: 'Fibre 500', sku: 'FB-500', category: 'other', status: 'active', monthlyPrice: 44.5 };
  const offer = await call(api, 'POST', '/provider/offers', { key: provider, body });
  print(`Created the offer ${offer.name}`);

  const lines = Array.from({ length: 500 }, (_, index) => ({
    sku: `B-${index}`,
    name: `Bulk ${index}`,
    status: 'active',
  }));
  const results = await call(otherApi, 'POST', '/provider/offers/bulk', {
    key: provider,
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.map((line) => JSON.stringify(line)).join('\n'),
  });
  const created = results.match(/"result":"created"/g)?.length;
  expect('lines of the upload that created an offer', created, lines.length);
  print(`Created ${created} offers in one upload`);

  const found = await call(api, 'GET', '/reseller/catalog?search=fibre&sortBy=price', { key: reseller });
  expect('offers that the search found', found.map(({ sku }) => sku).join(), 'FB-500');
  print('Found the offer with a search in the catalog');

  const order = {
    key: reseller,
    headers: { 'idempotency-key': 'demo-1' },
    body: {
      items: [{ offerId: offer.id }],
      customerInfo: { fullName: 'Robin Field', email: 'robin@example.com', phone: '+1 415 555 0100' },
      serviceAddress: {
        street: '1 Market St',
        city: 'San Francisco',
        state: 'CA',
        zipCode: '94105',
        country: 'US',
      },
    },
  };
  const listener = await listenForEvents(api, otherApi, provider);
  const placed = await call(api, 'POST', '/reseller/orders', order);
  const repeated = await call(otherApi, 'POST', '/reseller/orders', order);
  expect('ID of the order that was sent again', repeated.orderId, placed.orderId);
  print(
    'Placed an order; sent again with the same Idempotency-Key to the other process, it was not run twice',
  );
  await listener.expectOrder(placed.orderId);

  const patched = await call(otherApi, 'PATCH', '/provider/offers/sku:FB-500', {
    key: provider,
    body: { monthlyPrice: 39.9 },
  });
  expect('price after the change', patched.monthlyPrice, 39.9);
  print('Changed the price of the offer');

  const changes = Array.from({ length: 100 }, (_, index) =>
    call(index % 2 ? api : otherApi, 'PATCH', `/provider/offers/sku:B-${index}`, {
      key: provider,
      body: { monthlyPrice: index + 1 },
    }),
  );
  await Promise.all(changes);
  print('Changed 100 offers at the same time');
}

/** Gives a provider a webhook endpoint, and begins to wait for events in the other process. */
async function listenForEvents(api, otherApi, provider) {
  const receiver = await startReceiver();
  const { secret } = await call(api, 'POST', '/webhooks/endpoints', {
    key: provider,
    body: { url: receiver.url, events: ['order.*'] },
  });
  print('Created a webhook endpoint');
  const { next } = await call(api, 'GET', '/events?after=now', { key: provider });
  const waiting = call(otherApi, 'GET', `/events?after=${next}&wait=20`, { key: provider });
  waiting.catch(() => {}); // reported where it is awaited

  const expectOrder = async (orderId) => {
    const { events } = await waiting;
    expect(
      'types of the events that the request waited for',
      events.map(({ event }) => event).join(),
      'order.created',
    );
    expect('order in the event', events[0].data.orderId, orderId);
    print('A request that waited for events in the other process was answered with that of the order');

    const { body, headers } = await receiver.first;
    new Webhook(secret).verify(body, headers);
    expect('body of the webhook', body, JSON.stringify(events[0]));
    print('The worker sent the same event to the endpoint, with a valid signature');
  };
  return { expectOrder };
}

/** Starts a receiver of webhooks. `first` is its first request. */
async function startReceiver() {
  const server = createServer();
  const first = once(server, 'request', { signal: AbortSignal.timeout(webhookTimeoutMs) }).then(
    async ([request, response]) => {
      const body = Buffer.concat(await request.toArray()).toString();
      response.writeHead(204).end();
      return { body, headers: request.headers };
    },
  );
  first.catch(() => {}); // reported where it is awaited
  await once(server.listen(0, '127.0.0.1'), 'listening');
  cleanUps.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${server.address().port}/hooks`, first };
}

async function startService(env) {
  const main = fileURLToPath(compiled('main.js'));
  const limits = { PORT: '0', LOG_LEVEL: 'warn', RATE_LIMIT_PER_MINUTE: '0', SHUTDOWN_DELAY_MS: '0' };
  const child = spawn(process.execPath, [main], { env: { PATH: process.env.PATH, ...limits, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const exit = new Promise((resolve) => child.once('exit', resolve));
  cleanUps.push(async () => {
    child.kill('SIGTERM');
    await exit;
  });
  const url = () => /listening on (http:\S+)/.exec(output)?.[1]?.replace('localhost', '127.0.0.1');
  for (const deadline = Date.now() + startTimeoutMs; url() === undefined; await sleep(50))
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`The service did not start:\n${output}`);
  return url();
}

async function makeTeam(url, name, role) {
  const team = await call(url, 'POST', '/admin/teams', {
    key: adminKey,
    body: { name, role, verified: true },
  });
  const { key } = await call(url, 'POST', `/admin/teams/${team.id}/api-keys`, {
    key: adminKey,
    body: { name },
  });
  return key;
}

async function call(url, method, path, { key = '', headers = {}, body } = {}) {
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const request = { method, headers: { 'x-api-key': key, ...type, ...headers } };
  if (body !== undefined) request.body = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url + path, request);
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`);
  return response.headers.get('content-type')?.includes('ndjson') ? text : JSON.parse(text);
}

async function printSessions(url) {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = 'offerdock' AND usename = 'offerdock_service'",
  );
  await client.end();
  print(`Postgres has ${rows[0].count} sessions for the three services`);
}

function expect(what, value, expected) {
  if (value !== expected) throw new Error(`Expected ${what}: ${expected}, but got ${value}`);
}

function print(text) {
  process.stdout.write(`${text}\n`);
}

async function cleanUp() {
  for (const undo of cleanUps.splice(0).toReversed()) await undo();
}
