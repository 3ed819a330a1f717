import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { HeldChanges } from '../support/held-changes.js';
import { DataDir, isAlive, Service } from '../support/service.js';
import { until } from '../support/until.js';

const timeoutMs = 120_000;
const adminKey = 'od_admin_for_tests_0123456789';

const services: Service[] = [];
const databases: TestDatabase[] = [];

afterAll(async () => {
  await Promise.all(services.map((service) => service.kill('SIGKILL')));
  await Promise.all(databases.map((database) => database.drop()));
});

function startWith(env: Record<string, string>): Service {
  const own = { ADMIN_API_KEY: adminKey, DEMO: 'true', DATABASE_POOL_SIZE: '3' };
  const service = new Service({ ...own, WORKERS: '2', LOG_LEVEL: 'info', ...env });
  services.push(service);
  return service;
}

/** Starts the service with its own database. */
async function start(env: Record<string, string> = {}): Promise<Service> {
  const database = await createDatabase();
  databases.push(database);
  return startWith({ DATABASE_URL: database.url, ...env });
}

/** Sends a request over its own connection, because the primary assigns connections to the workers in turn. */
const ask = (service: Service, path: string, key = ''): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const options = { agent: false, headers: { 'x-api-key': key }, signal: AbortSignal.timeout(5_000) };
    const sent = get(service.url + path, options, (reply) => {
      let text = '';
      reply.on('data', (chunk: Buffer) => (text += chunk.toString()));
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
  });

async function statuses(service: Service, times: number, path: string, key = ''): Promise<number[]> {
  const seen = [];
  for (let n = 0; n < times; n += 1) {
    seen.push((await ask(service, path, key)).status);
  }
  return seen;
}

/** Returns the lines of the log, without the startup message. */
const logOf = (service: Service) =>
  service.output
    .split('\n')
    .filter((line) => /^\{.*\}$/.test(line))
    .map((line) => JSON.parse(line) as { pid: number; msg: string; status?: number });

/** Returns the process IDs of all workers that were started. */
const started = (service: Service) =>
  logOf(service).flatMap(({ msg }) => /^Started worker (\d+)$/.exec(msg)?.slice(1).map(Number) ?? []);
/** Returns the processes that have served requests. */
const serving = (service: Service) =>
  new Set(
    logOf(service)
      .filter(({ msg }) => msg === 'request')
      .map(({ pid }) => pid),
  );

/** Returns how many killed workers were replaced. */
const replacements = (service: Service) => service.output.match(/The replacement has started/g)?.length ?? 0;

/** Kills up to `atOnce` new workers at a time until the service gives up. @returns the killed processes */
async function killWorkers(service: Service, atOnce: number): Promise<Set<number>> {
  const killed = new Set<number>();
  await until(() => {
    for (const pid of started(service)
      .filter((pid) => !killed.has(pid))
      .slice(0, atOnce)) {
      killed.add(pid);
      process.kill(pid, 'SIGKILL');
    }
    return service.output.includes('giving up');
  }, 50_000);
  return killed;
}

describe('WORKERS=2', () => {
  let service: Service;

  describe('with limits', () => {
    beforeAll(async () => {
      const limits = {
        RATE_LIMIT_PER_MINUTE: '100',
        RATE_LIMIT_PER_HOUR: '10000',
        PROMO_FAILURES_PER_MINUTE: '20',
        AUTH_FAILURES_PER_MINUTE: '6',
      };
      service = await (await start(limits)).ready();
    }, timeoutMs);

    it(
      'serves from both workers, and shares limits and metrics between them',
      async () => {
        expect(service.output.match(/listening on/g)).toHaveLength(1);
        expect(await statuses(service, 8, '/health')).toEqual(Array(8).fill(200));
        await until(() => serving(service).size === 2);
        expect([...serving(service)].toSorted()).toEqual(started(service).toSorted());
        expect(serving(service).has(service.pid)).toBe(false);

        const team = await service.call('POST', '/admin/teams', adminKey, { name: 'Busy', role: 'provider' });
        const { id } = (await team.json()) as { id: string };
        const path = `/admin/teams/${id}/api-keys`;
        const { key } = (await (await service.call('POST', path, adminKey, { name: 'A' })).json()) as {
          key: string;
        };
        expect(await statuses(service, 108, '/team', key)).toEqual([
          ...Array(100).fill(200),
          ...Array(8).fill(429),
        ]);
        const { text } = await ask(service, '/metrics');
        expect(text).toMatch(/^http_requests_total\{method="GET",route="\/health",status="200"\} 8$/m);
      },
      timeoutMs,
    );

    it(
      'allows exactly as many requests as one process, also if they arrive at once',
      async () => {
        const count = async (times: number, path: string, key: string) => {
          const replies = await Promise.all(Array.from({ length: times }, () => ask(service, path, key)));
          const counts: Record<number, number> = {};
          for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1;
          return counts;
        };
        expect(await count(130, '/team', service.key('provider'))).toEqual({ 200: 100, 429: 30 });
        const guesses = await count(50, '/discounts/promotions/promo-code/X', service.key('reseller'));
        expect(guesses).toEqual({ 404: 20, 429: 30 });
        const failed = await statuses(service, 12, '/team', 'wrong');
        expect(failed).toEqual([...Array(6).fill(401), ...Array(6).fill(429)]);
        expect(await service.kill('SIGTERM')).toBe(0);
      },
      timeoutMs,
    );
  });

  describe('of which some die', () => {
    beforeAll(async () => {
      service = await (await start()).ready();
    }, timeoutMs);

    it(
      'keeps serving if a worker is killed, and replaces it',
      async () => {
        const [first = 0, second = 0] = started(service);
        process.kill(first, 'SIGKILL');
        await until(() => service.output.includes(`Worker ${first} exited on SIGKILL`));
        expect(await statuses(service, 20, '/health')).toEqual(Array(20).fill(200));
        await until(() => replacements(service) === 1, 50_000);
        const [, , third = 0] = started(service);
        expect(await statuses(service, 6, '/team', service.key('provider'))).toEqual(Array(6).fill(200));
        await until(() => serving(service).has(third));
        expect([first, second, third].map(isAlive)).toEqual([false, true, true]);
      },
      timeoutMs,
    );

    it(
      'answers requests whose connection was handed to a worker that dies, from the other one',
      async () => {
        const [first = 0, second = 0] = started(service).filter(isAlive);
        const served = () =>
          logOf(service).filter(({ pid, msg }) => pid === second && msg === 'request').length;
        const before = served();
        process.kill(first, 'SIGSTOP');
        const replies = Array.from({ length: 10 }, () => ask(service, '/health'));
        await until(() => served() > before);
        process.kill(first, 'SIGKILL');
        expect((await Promise.all(replies)).map(({ status }) => status)).toEqual(Array(10).fill(200));
        await until(() => replacements(service) === 2, 50_000);
      },
      timeoutMs,
    );

    it(
      'closes connections that were handed to the last worker when it dies',
      async () => {
        const workers = started(service).filter(isAlive);
        expect(workers).toHaveLength(2);
        for (const pid of workers) process.kill(pid, 'SIGSTOP');
        const replies = Array.from({ length: 4 }, () => ask(service, '/health'));
        const failures = Promise.all(replies.map((reply) => reply.catch((cause: unknown) => cause)));
        for (const pid of workers) process.kill(pid, 'SIGKILL');
        for (const cause of await failures) expect(cause).toMatchObject({ code: 'ECONNRESET' });
        await until(() => replacements(service) > 2, 50_000);
        expect(await service.kill('SIGTERM')).toBe(0);
      },
      timeoutMs,
    );
  });

  describe('of which one is killed during the first start', () => {
    it(
      'starts another worker',
      async () => {
        service = await start();
        await until(() => started(service).length > 0, 50_000);
        const [first = 0] = started(service);
        process.kill(first, 'SIGKILL');
        await service.ready();
        expect(service.output).toContain(
          `Worker ${first} exited on SIGKILL while starting; starting another one`,
        );
        expect(started(service)).toHaveLength(3);
        expect(await statuses(service, 4, '/team', service.key('provider'))).toEqual(Array(4).fill(200));
      },
      timeoutMs,
    );

    it(
      'leaves no worker running if the primary is killed',
      async () => {
        service.signal('SIGKILL');
        await service.exit(); // its output ends when the last worker has exited
        expect(service.output.match(/The primary process has exited/g)).toHaveLength(2);
      },
      timeoutMs,
    );
  });

  it(
    'gives up if no worker can start, or if workers exit as fast as they are replaced',
    async () => {
      // Both wait most of the time.
      const neverReady = async () => {
        const service = await start();
        const killed = await killWorkers(service, Infinity);
        expect(await service.exit()).toBe(1);
        expect(service.output).toContain('No worker can start; giving up after 5 attempts');
        expect(service.output).not.toMatch(/^ +at /m);
        expect(killed.size).toBe(5);
      };
      const onceReady = async () => {
        const service = await (await start()).ready();
        await killWorkers(service, 1);
        expect(await service.exit()).toBe(1);
        expect(started(service).filter(isAlive)).toEqual([]);
      };
      await Promise.all([neverReady(), onceReady()]);
    },
    timeoutMs,
  );

  it(
    'reports only once that a port is in use',
    async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const service = await start({ PORT: String((server.address() as AddressInfo).port) });
      expect(await service.exit()).toBe(1);
      expect(service.output.match(/EADDRINUSE.*set PORT to a free port/g)).toHaveLength(1);
      expect(service.output).not.toMatch(/^ +at /m);
      server.close();
    },
    timeoutMs,
  );
});

describe('WORKERS=2 with the embedded Postgres', () => {
  let dataDir: DataDir;
  beforeEach(async () => {
    dataDir = await DataDir.prepared();
  }, timeoutMs);
  afterEach(async () => {
    await services.at(-1)?.kill('SIGKILL');
    await dataDir.remove();
  });

  it(
    'finishes requests in flight on Ctrl-C, which reaches every process, and leaves no process running',
    async () => {
      const service = await startWith({
        DATA_DIR: dataDir.path,
        SHUTDOWN_DELAY_MS: '2000',
      }).ready();
      const postgres = dataDir.postgres() ?? 0;
      const key = service.key('provider');
      const [offer] = JSON.parse((await ask(service, '/provider/offers?limit=1', key)).text) as {
        id: string;
      }[];
      const client = await dataDir.connect();
      const held = await HeldChanges.start(client);
      const answer = service.call('PATCH', `/provider/offers/${offer?.id}`, key, { overview: 'At last' });
      await held.untilWaiting();

      const workers = started(service);
      for (const pid of [...workers, service.pid]) process.kill(pid, 'SIGINT');
      await until(async () => (await ask(service, '/health/ready')).status === 503, 1500);
      // Once the port is free, another service that does not know the key may use it.
      await until(() =>
        ask(service, '/team', key).then(
          ({ status }) => status === 401,
          () => true,
        ),
      );
      expect([service.pid, postgres].map(isAlive)).toEqual([true, true]);
      await held.release();
      await client.end();
      const reply = await answer;
      expect([reply.status, await reply.json()]).toMatchObject([200, { overview: 'At last', version: 2 }]);
      expect(await service.exit()).toBe(0);
      expect([...workers, postgres].filter(isAlive)).toEqual([]);
      expect(dataDir.postgres()).toBeUndefined();
      expect(service.output).not.toContain('Requests were still running');
    },
    timeoutMs,
  );

  it(
    'stops its Postgres on a signal while workers start',
    async () => {
      const service = startWith({ DATA_DIR: dataDir.path });
      await until(() => started(service).length > 0, 50_000);
      expect(await service.kill('SIGTERM')).toBe(0);
      expect(service.output).not.toContain('listening on');
      expect(started(service).filter(isAlive)).toEqual([]);
      expect(dataDir.postgres()).toBeUndefined();
    },
    timeoutMs,
  );
});
