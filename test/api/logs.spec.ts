import { Client } from 'pg';
import { pino } from 'pino';
import request from 'supertest';
import { createApp } from '../../src/server/create-app.js';
import { loadConfig } from '../../src/config/config.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { adminKey } from '../support/harness.js';

type App = Awaited<ReturnType<typeof createApp>>;

let app: App;
let database: TestDatabase;
let url: string;
let lines: Record<string, unknown>[];
let key: string;

beforeAll(async () => {
  database = await createDatabase();
  const config = loadConfig({ ADMIN_API_KEY: adminKey, DATABASE_URL: database.url, LOG_LEVEL: 'trace' });
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  lines = [];
  app = await createApp(config, database.url, logger);
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
  const team = await post('/admin/teams', adminKey, { name: 'Secretive', role: 'provider' });
  key = (await post(`/admin/teams/${team.id}/api-keys`, adminKey, { name: 'A' })).key;
});
beforeEach(() => {
  lines = [];
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

const post = async (path: string, withKey: string, body: object) =>
  (await request(url).post(path).set('x-api-key', withKey).send(body)).body;
const requestLines = () => lines.filter(({ msg }) => msg === 'request');

it('contains one line for each request, with its ID', async () => {
  await request(url)
    .get('/provider/offers/abc?secret=1')
    .set('x-api-key', key)
    .set('x-request-id', 'trace-me');
  expect(requestLines()).toEqual([
    expect.objectContaining({
      reqId: 'trace-me',
      method: 'GET',
      path: '/provider/offers/abc',
      route: '/provider/offers/:id',
      status: 400,
      teamId: expect.any(String),
      keyId: expect.any(String),
      durationMs: expect.any(Number),
    }),
  ]);
});

it('never contains a key, a query or a body', async () => {
  await request(url).get(`/team?x-api-key=${key}`).set('authorization', `Bearer ${key}`);
  await request(url).get('/team').set('x-api-key', `${key}wrong`);
  await post('/provider/offers', key, { name: 'Jane Customer', sku: 'S-1', description: 'jane@example.com' });
  await post('/provider/offers', key, { name: 'Jane Customer', sku: 'S-1', status: 'wrong' });
  await post('/provider/offers', key, { name: 'Jane Customer', sku: 'S-1' });
  await post('/team/api-keys', key, { name: 'Jane Customer' });
  expect(requestLines()).toHaveLength(6);
  const text = JSON.stringify(lines);
  for (const secret of [key, key.slice(10), adminKey, 'Jane', 'jane@example.com', 'x-api-key'])
    expect(text).not.toContain(secret);
});

it('contains the details of a defect without the data; the response contains only the request ID', async () => {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query('ALTER TABLE offers DROP COLUMN overview');
  await client.end();
  const sent = request(url).post('/provider/offers').set('x-api-key', key).set('x-request-id', 'broken-1');
  const reply = await sent.send({ name: 'Jane Customer', description: 'jane@example.com' });
  expect(reply.status).toBe(500);
  expect(reply.body).toMatchObject({ code: 'INTERNAL', requestId: 'broken-1' });
  expect(reply.text).not.toMatch(/overview|column|Jane|at /);
  const [defect] = lines.filter(({ level }) => Number(level) >= 50);
  expect(defect).toMatchObject({
    requestId: 'broken-1',
    err: { stack: expect.stringContaining('overview') },
  });
  expect(JSON.stringify(lines)).not.toMatch(/Jane|jane@example\.com/);
});
