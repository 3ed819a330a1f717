import { Client } from 'pg';
import request from 'supertest';
import { problemCodes, problemSlug } from '../../src/common/problem-types.js';
import { ShutdownState } from '../../src/health/shutdown-state.js';
import { adminKey, start, type Harness } from '../support/harness.js';
import { makeTeam } from '../support/factories.js';

let harness: Harness;

beforeAll(async () => {
  harness = await start();
});
afterAll(() => harness.stop());

const get = (path: string) => harness.call('GET', path);

describe('GET /', () => {
  it('returns the paths of the documentation', async () => {
    const { body } = await get('/');
    expect(body).toEqual({ name: 'Offerdock', docs: '/docs', openapi: '/openapi.json' });
    expect((await request(harness.url).get(body.docs)).text).toContain('swagger-ui');
    expect((await request(harness.url).get(body.openapi)).body.openapi).toBe('3.1.0');
  });
});

describe('GET /docs/*', () => {
  it('serves the assets of the page itself', async () => {
    const { status, type } = await request(harness.url).get('/docs/swagger-ui.css');
    expect([status, type]).toEqual([200, 'text/css']);
  });

  it.each(['/docs/nowhere', '/docs//', '/docs/..%2f..%2fpackage.json'])(
    'returns 404 for %s',
    async (path) => {
      const { status, type, headers, body } = await request(harness.url).get(path);
      expect([status, type, body.code]).toEqual([404, 'application/problem+json', 'NOT_FOUND']);
      expect(body.requestId).toBe(headers['x-request-id']);
    },
  );
});

describe.each(['/health', '/health/live'])('GET %s', (path) => {
  it('returns 200', async () => {
    expect((await get(path)).body).toEqual({ status: 'ok' });
  });
});

describe('GET /health/ready', () => {
  afterEach(() => Object.assign(harness.app.get(ShutdownState), { isDraining: false, isClosing: false }));

  it('returns 200 with the result of each check', async () => {
    expect((await get('/health/ready')).body).toEqual({
      status: 'ok',
      database: true,
      migrations: true,
      draining: false,
    });
  });

  it('returns 503 while the process is shutting down, although it still serves requests', async () => {
    harness.app.get(ShutdownState).isDraining = true;
    const reply = await get('/health/ready');
    expect(reply.status).toBe(503);
    expect(reply.headers['retry-after']).toBe('2');
    expect(reply.body.checks).toEqual({ database: true, migrations: true, draining: true });
    expect((await get('/health')).status).toBe(200);
  });

  it('returns 503 on every route once the port is closing', async () => {
    harness.app.get(ShutdownState).isClosing = true;
    for (const path of ['/health', '/docs', '/openapi.json', '/nowhere']) {
      const reply = await request(harness.url).get(path);
      expect([path, reply.status, reply.headers['retry-after']]).toEqual([path, 503, '2']);
      expect(reply.headers).toMatchObject({
        connection: 'close',
        'content-type': 'application/problem+json; charset=utf-8',
      });
    }
  });

  it('returns 503 while a migration of this release is pending', async () => {
    const name = await deleteLastMigration();
    const reply = await get('/health/ready');
    expect(reply.status).toBe(503);
    expect(reply.body.checks).toEqual({ database: true, migrations: false, draining: false });
    await sql('INSERT INTO migrations (timestamp, name) VALUES (1, $1)', [name]);
    expect((await get('/health/ready')).status).toBe(200);
  });
});

describe('GET /metrics', () => {
  it('counts requests by route and status, and reports the connection pool', async () => {
    await harness.call('GET', '/admin/teams/abc', undefined, { key: adminKey });
    const { text, headers } = await get('/metrics');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toMatch(/^http_requests_total\{method="GET",route="\/admin\/teams\/:id",status="404"\} 1$/m);
    expect(text).toMatch(/^http_request_duration_seconds_bucket\{le="0.001",/m);
    for (const gauge of ['db_pool_connections', 'db_pool_idle_connections', 'db_pool_waiting'])
      expect(text).toMatch(new RegExp(`^${gauge} \\d+$`, 'm'));
    expect(text).not.toContain('/admin/teams/abc');
  });

  it('requires the admin key with METRICS_ACCESS=admin', async () => {
    const protectedHarness = await start({ metricsAccess: 'admin' }, harness.databaseUrl);
    const { key } = await makeTeam(harness, 'hybrid');
    expect((await protectedHarness.call('GET', '/metrics')).status).toBe(401);
    expect((await protectedHarness.call('GET', '/metrics', undefined, { key })).status).toBe(403);
    expect((await protectedHarness.call('GET', '/metrics', undefined, { key: adminKey })).status).toBe(200);
    expect((await protectedHarness.call('GET', '/metrics?x=1', undefined, { key: adminKey })).status).toBe(
      200,
    );
    expect((await protectedHarness.call('GET', '/health')).status).toBe(200);
    await protectedHarness.stop();
  });
});

describe('GET /problems/{slug}', () => {
  it.each(problemCodes)('describes %s', async (code) => {
    const reply = await get(`/problems/${problemSlug(code)}`);
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(reply.text).toContain(code);
  });

  it('are all listed on one page', async () => {
    const { status, text } = await get('/problems');
    expect(status).toBe(200);
    for (const code of problemCodes)
      expect(text).toContain(`<a href="problems/${problemSlug(code)}">${code}</a>`);
  });

  it('returns 404 for an unknown slug', async () => {
    const reply = await get('/problems/%3Cscript%3E');
    expect(reply.status).toBe(404);
    expect(reply.body).toMatchObject({ code: 'NOT_FOUND', detail: 'Problem type not found' });
  });
});

async function deleteLastMigration(): Promise<string> {
  const [row] = await sql<{ name: string }>(
    'DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations) RETURNING name',
  );
  return row?.name ?? '';
}

async function sql<T extends object>(text: string, values: unknown[] = []): Promise<T[]> {
  const client = new Client({ connectionString: harness.databaseUrl });
  await client.connect();
  try {
    return (await client.query<T>(text, values)).rows;
  } finally {
    await client.end();
  }
}
