import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DataDir, isAlive, Service } from '../support/service.js';
import { until } from '../support/until.js';

const timeoutMs = 120_000;

let dataDir: DataDir;
let services: Service[];

beforeEach(() => {
  dataDir = new DataDir();
  services = [];
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.kill('SIGKILL')));
  await dataDir.remove();
});

function start(env: Record<string, string> = {}, command?: readonly string[]): Service {
  const service = new Service({ DATA_DIR: dataDir.path, ...env }, command);
  services.push(service);
  return service;
}

const hasCurl = spawnSync('curl', ['--version']).status === 0;

/** Runs the three commands of the startup message in a shell. @returns their parsed output, each of which is a line */
function runCommands(service: Service): unknown[] {
  const lines = service.output.match(/^ *curl .*$/gm) ?? [];
  return lines.map((line) => {
    const output = execFileSync('bash', ['-c', line], { encoding: 'utf8' });
    expect(output).toMatch(/^.+\n$/);
    return JSON.parse(output);
  });
}

describe('npm start on a machine with only Node', () => {
  it(
    'prints working demo keys and commands, and keeps all data after a restart',
    async () => {
      const first = await start().ready();
      const keys = [first.key('provider'), first.key('reseller')];
      expect(statSync(join(dataDir.path, 'admin-key')).mode & 0o777).toBe(0o600);
      expect(first.output).toContain(`admin key  in ${join(dataDir.path, 'admin-key')}\n`);
      expect(first.output).not.toContain('od_admin_');
      expect(first.output).not.toContain('WEBHOOK_ALLOW_INSECURE');
      if (hasCurl) {
        const [created, found, team] = runCommands(first) as [
          { id: string },
          { id: string }[],
          { name: string },
        ];
        expect(found).toHaveLength(3);
        expect(found[0]).toMatchObject({ id: created.id, name: 'Fibre 500', providerName: 'Demo Provider' });
        expect(team.name).toBe('Demo Provider');
      }
      const offers = (await (await first.call('GET', '/provider/offers', keys[0])).json()) as object[];
      expect(offers.length).toBeGreaterThanOrEqual(6);
      expect((await fetch(`${first.url}/docs`)).status).toBe(200);
      expect(await first.kill('SIGTERM')).toBe(0);
      expect(dataDir.postgres()).toBeUndefined();

      const second = await start({ WEBHOOK_ALLOW_INSECURE: 'true' }).ready();
      expect(second.output).toContain('WEBHOOK_ALLOW_INSECURE is true');
      expect([second.key('provider'), second.key('reseller')]).toEqual(keys);
      expect(await (await second.call('GET', '/provider/offers', keys[0])).json()).toEqual(offers);
      expect(await second.kill('SIGINT')).toBe(0);
    },
    timeoutMs,
  );

  it(
    'rejects a second process on the same data directory and names the first one',
    async () => {
      await dataDir.prepare();
      const first = await start().ready();
      const second = start();
      expect(await second.exit()).toBe(1);
      expect(second.output).toContain(`(process ${first.pid}) is using ${dataDir.path}`);
      expect(second.output).toContain('set DATA_DIR');
      expect((await first.call('GET', '/health')).status).toBe(200);
    },
    timeoutMs,
  );

  it.each(['1', '2'])(
    'reports a port that is in use before it creates a database, with WORKERS=%s',
    async (workers) => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const service = start({ PORT: String(port), WORKERS: workers });
      expect(await service.exit()).toBe(1);
      expect(service.output).toMatch(/^listen EADDRINUSE.*set PORT to a free port$/m);
      expect(service.output).not.toMatch(/^ +at /m);
      expect(existsSync(dataDir.path)).toBe(false);
      server.close();
    },
    timeoutMs,
  );

  it('reports a HOST that is not an address of this machine', async () => {
    const service = start({ HOST: '192.0.2.1' });
    expect(await service.exit()).toBe(1);
    expect(service.output).toMatch(/^listen EADDRNOTAVAIL.*set HOST to an address of this machine$/m);
    expect(existsSync(dataDir.path)).toBe(false);
  });
});

describe('a signal during startup', () => {
  const clusterDir = () => join(dataDir.path, 'postgres');
  const unfinishedClusters = () =>
    readdirSync(dataDir.path).filter((name) => name.startsWith('postgres.new-'));

  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s stops initdb and leaves no incomplete cluster',
    async (signal) => {
      const service = start();
      await until(
        () => existsSync(dataDir.path) && unfinishedClusters().some((name) => !/password/.test(name)),
      );
      expect(await service.kill(signal)).toBe(0);
      expect(service.output).toContain(`${signal} received: stopped before startup was complete`);
      expect(unfinishedClusters()).toEqual([]);
      expect(existsSync(clusterDir())).toBe(false);
      expect(await start().ready()).toBeDefined();
    },
    timeoutMs,
  );

  it.each([
    ['starts', () => dataDir.postgres() !== undefined],
    ['is ready', () => /^ready/m.test(readFileSync(join(clusterDir(), 'postmaster.pid'), 'utf8'))],
  ])(
    'stops Postgres once it %s',
    async (_, hasHappened) => {
      const service = start();
      await until(() => existsSync(join(clusterDir(), 'postmaster.pid')) && hasHappened());
      expect(await service.kill('SIGTERM')).toBe(0);
      expect(service.output).not.toContain('listening');
      expect(dataDir.postgres()).toBeUndefined();
    },
    timeoutMs,
  );

  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends the wait for the database of DATABASE_URL',
    async (signal) => {
      const service = start({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
      await until(() => service.output.includes('Waiting for the database at 127.0.0.1:1/none'));
      expect(await service.kill(signal)).toBe(0);
      expect(service.output).toContain('stopped before startup was complete');
    },
    timeoutMs,
  );
});

it(
  'stops service and Postgres when npm receives SIGTERM',
  async () => {
    const service = await start({ LOG_LEVEL: 'info' }, ['npm', 'start', '--ignore-scripts']).ready();
    const pid = Number(/"pid":(\d+)/.exec(service.output)?.[1]);
    expect(isAlive(pid)).toBe(true);
    expect(await service.kill('SIGTERM')).toBe(0);
    expect([isAlive(pid), dataDir.postgres()]).toEqual([false, undefined]);
  },
  timeoutMs,
);

it('lists all configuration errors in one message', async () => {
  const service = start({ PORT: '99999', LOG_LEVEL: 'loud', ADMIN_API_KEY: 'short', DEMO: 'maybe' });
  expect(await service.exit()).toBe(1);
  for (const name of ['PORT', 'LOG_LEVEL', 'ADMIN_API_KEY', 'DEMO'])
    expect(service.output).toMatch(new RegExp(`- ${name} is `));
  expect(service.output).not.toContain('short');
  expect(service.output).not.toMatch(/^ +at /m);
});
