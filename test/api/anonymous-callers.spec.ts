import { setTimeout as sleep } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { jest } from '@jest/globals';
import request from 'supertest';
import { generateApiKey } from '../../src/teams/api-keys/api-key-format.js';
import { ApiKeyCheck } from '../../src/teams/api-keys/api-key-check.js';
import { sendAbortable } from '../support/abortable-request.js';
import { makeTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { until } from '../support/until.js';

const quota = 5;

let harness: Harness;
const running: Harness[] = [];
afterEach(() => Promise.all(running.splice(0).map((each) => each.stop())));

/** Starts the application for one test. */
async function startForTest(...args: Parameters<typeof start>): Promise<Harness> {
  const started = await start(...args);
  running.push(started);
  return started;
}

const getTeam = (key: string, by = harness) => by.call('GET', '/team', undefined, { key });

/** Runs the work and returns the number of queries for API keys in the meantime. */
async function countLookups(work: () => Promise<unknown>): Promise<number> {
  const dataSource = harness.app.get(DataSource);
  const { logger } = dataSource;
  let count = 0;
  dataSource.logger = Object.assign(Object.create(logger) as typeof logger, {
    logQuery: (sql: string) => void (/\bapi_keys\b/.test(sql) && (count += 1)),
  });
  await work();
  dataSource.logger = logger;
  return count;
}

describe('an unknown key', () => {
  it('is looked up until its address is over the limit, and then costs no query', async () => {
    harness = await startForTest({ authFailuresPerMinute: quota });
    const statuses: number[] = [];
    const guess = async (count: number) => {
      for (let n = 0; n < count; n += 1) statuses.push((await getTeam(generateApiKey())).status);
    };
    expect(await countLookups(() => guess(quota))).toBe(quota);
    expect(await countLookups(() => guess(10))).toBe(0);
    expect(statuses).toEqual([...Array<number>(quota).fill(401), ...Array<number>(10).fill(429)]);
  });

  it('costs no more queries if many are sent at once', async () => {
    harness = await startForTest({ authFailuresPerMinute: quota });
    await getTeam(generateApiKey());
    const guesses = () => Promise.all(Array.from({ length: 40 }, () => getTeam(generateApiKey())));
    expect(await countLookups(guesses)).toBe(quota - 1);
  });

  it('does not keep valid keys of the same address from working', async () => {
    harness = await startForTest({ authFailuresPerMinute: quota });
    const another = await start({}, harness.databaseUrl);
    const [used, unused] = [await makeTeam(harness, 'provider'), await makeTeam(another, 'provider')];
    expect((await getTeam(used.key)).status).toBe(200);
    for (let n = 0; n <= quota; n += 1) await getTeam(generateApiKey());
    expect((await getTeam(generateApiKey())).status).toBe(429);
    // Another key empties the cache, so that those in use must be looked up again. After the next poll, this process
    // knows keys that another one has created.
    const created = await makeTeam(another, 'provider');
    for (const { key } of [used, unused, created])
      await until(async () => (await getTeam(key)).status === 200);
    await another.stop();
  });

  it('that was revoked counts as unknown', async () => {
    harness = await startForTest({ authFailuresPerMinute: quota });
    const team = await makeTeam(harness, 'provider');
    const { body } = await harness.call('POST', '/team/api-keys', { name: 'B' }, team);
    await harness.call('DELETE', `/team/api-keys/${body.id}`, undefined, team);
    for (let n = 0; n <= quota; n += 1) await getTeam(body.key);
    expect(await countLookups(() => getTeam(body.key))).toBe(0);
  });
});

let shared: Harness;
beforeAll(async () => {
  shared = await start();
});
afterAll(() => shared.stop());

describe.each(['/openapi.json', '/docs', '/docs/swagger-ui-bundle.js', '/docs/page.js', '/metrics'])(
  'GET %s',
  (path) => {
    // One for all tests that do not depend on the limit, because the first request for the document takes seconds.
    beforeEach(() => {
      harness = shared;
    });

    const get = (headers: Record<string, string>) =>
      request(harness.url)
        .get(path)
        .set(headers)
        .buffer(true)
        .parse((response, done) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => done(null, Buffer.concat(chunks)));
        });

    it('is compressed as the client prefers', async () => {
      const raw = async (encoding: string) => {
        const { hostname, port } = new URL(harness.url);
        const { get: httpGet } = await import('node:http');
        return new Promise<{ headers: Record<string, unknown>; body: Buffer }>((resolve) =>
          httpGet({ hostname, port, path, headers: { 'accept-encoding': encoding } }, (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
          }),
        );
      };
      const [plain, gzip, br] = await Promise.all(['identity', 'gzip;q=1, br;q=0.5', 'gzip, br'].map(raw));
      expect([plain, gzip, br].map((reply) => reply?.headers['content-encoding'])).toEqual([
        undefined,
        'gzip',
        'br',
      ]);
      const text = plain?.body.toString() ?? '';
      expect(gunzipSync(gzip?.body ?? '').toString()).toBe(text);
      expect(brotliDecompressSync(br?.body ?? '').toString()).toBe(text);
      expect(br?.headers.vary).toContain('accept-encoding');
    });

    it('returns 304 to a client that has it', async () => {
      const { headers } = await get({});
      const { status, body } = await get({ 'if-none-match': String(headers.etag) });
      expect([status, (body as Buffer).length]).toEqual([304, 0]);
    });

    it('is limited for each address', async () => {
      harness = await startForTest({ publicRequestsPerMinute: 2, trustProxy: true });
      const statuses = [];
      for (const address of ['203.0.113.7', '203.0.113.7', '203.0.113.7', '203.0.113.8'])
        statuses.push((await get({ 'x-forwarded-for': address })).status);
      expect(statuses).toEqual([200, 200, 429, 200]);
      expect((await harness.call('GET', '/health/live')).status).toBe(200);
    });
  },
);

it('GET /metrics is allowed every second by default', async () => {
  harness = await startForTest();
  const statuses = new Set<number>();
  for (let n = 0; n < 60; n += 1) statuses.add((await harness.call('GET', '/metrics')).status);
  expect([...statuses]).toEqual([200]);
});

it('a client that leaves does not end the reading of keys for others', async () => {
  harness = await startForTest();
  const teams = [await makeTeam(harness, 'provider'), await makeTeam(harness, 'provider')];
  const locker = new Client({ connectionString: harness.databaseUrl });
  await locker.connect();
  await locker.query('BEGIN; LOCK TABLE api_keys');
  const query = jest.spyOn(harness.app.get(DataSource), 'query');
  harness.app.get(ApiKeyCheck).forgetAll();
  const [first, second] = teams.map(({ key }) => sendAbortable(harness.url, '/team', { key }));
  await until(() => query.mock.calls.some(([sql]) => sql.includes('FROM api_keys')));
  query.mockRestore();
  await sleep(200);
  first?.leave();
  await sleep(200);
  await locker.end();
  expect(await second?.status).toBe(200);
});
