import { execFileSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DataDir, Service } from '../support/service.js';
import { until } from '../support/until.js';

const patienceMs = 60_000;

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

function start(env: Record<string, string> = {}, args?: readonly string[]): Service {
  const service = new Service({ DATA_DIR: dataDir.path, ...env }, args);
  services.push(service);
  return service;
}

const hasCurl = spawnSync('curl', ['--version']).status === 0;

/** What the three lines of the greeting answer when they are pasted into a shell. */
function paste(service: Service): unknown[] {
  const lines = service.output.match(/^ *curl .*$/gm) ?? [];
  return lines.map((line) => JSON.parse(execFileSync('bash', ['-c', line], { encoding: 'utf8' })));
}

describe('npm start on a machine with nothing but Node', () => {
  it(
    'greets with demo keys and lines that work, and keeps everything over a restart',
    async () => {
      const first = await start().ready();
      const keys = [first.key('provider'), first.key('reseller')];
      expect(statSync(join(dataDir.path, 'admin-key')).mode & 0o777).toBe(0o600);
      expect(first.output).not.toContain('od_admin_');
      if (hasCurl) {
        const [made, found, team] = paste(first) as [{ id: string }, { id: string }[], { name: string }];
        expect(found).toHaveLength(3);
        expect(found[0]).toMatchObject({ id: made.id, name: 'Fibre 500', providerName: 'Demo Provider' });
        expect(team.name).toBe('Demo Provider');
      }
      const offers = (await (await first.call('GET', '/provider/offers', keys[0])).json()) as object[];
      expect(offers.length).toBeGreaterThanOrEqual(6);
      expect((await fetch(`${first.url}/docs`)).status).toBe(200);
      expect(await first.kill('SIGTERM')).toBe(0);
      expect(dataDir.postgres()).toBeUndefined();

      const second = await start().ready();
      expect([second.key('provider'), second.key('reseller')]).toEqual(keys);
      expect(await (await second.call('GET', '/provider/offers', keys[0])).json()).toEqual(offers);
      expect(await second.kill('SIGINT')).toBe(0);
    },
    patienceMs,
  );

  it(
    'refuses a second process on the same data, and says which one has it',
    async () => {
      const first = await start().ready();
      const second = start();
      expect(await second.exit()).toBe(1);
      expect(second.output).toContain(`(process ${first.pid}) is using ${dataDir.path}`);
      expect(second.output).toContain('set DATA_DIR');
      expect((await first.call('GET', '/health')).status).toBe(200);
    },
    patienceMs,
  );

  it(
    'stops its Postgres when the port is taken, and says so',
    async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      const service = start({ PORT: String(port) });
      expect(await service.exit()).toBe(1);
      expect(service.output).toMatch(/EADDRINUSE.*set PORT to a free one/);
      expect(dataDir.postgres()).toBeUndefined();
      server.close();
    },
    patienceMs,
  );

  it(
    'stops its Postgres when it is told to stop while it starts',
    async () => {
      const service = start();
      await until(() => dataDir.postgres() !== undefined);
      expect(await service.kill('SIGTERM')).toBe(0);
      expect(dataDir.postgres()).toBeUndefined();
    },
    patienceMs,
  );
});

it('lists all mistakes of the configuration in one message', async () => {
  const service = start({ PORT: '99999', LOG_LEVEL: 'loud', ADMIN_API_KEY: 'short', DEMO: 'maybe' });
  expect(await service.exit()).toBe(1);
  for (const name of ['PORT', 'LOG_LEVEL', 'ADMIN_API_KEY', 'DEMO'])
    expect(service.output).toMatch(new RegExp(`- ${name} is `));
  expect(service.output).not.toContain('short');
  expect(service.output).not.toMatch(/^ +at /m);
});
