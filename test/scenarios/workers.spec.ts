import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { HeldChanges } from '../support/held-changes.js';
import { DataDir, isAlive, Service } from '../support/service.js';
import { until } from '../support/until.js';

const timeoutMs = 120_000;
const adminKey = 'od_admin_for_tests_0123456789';

let database: TestDatabase;
let services: Service[];

beforeEach(async () => {
  database = await createDatabase();
  services = [];
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.kill('SIGKILL')));
  await database.drop();
});

function start(env: Record<string, string> = {}): Service {
  const own = { DATABASE_URL: database.url, ADMIN_API_KEY: adminKey, DEMO: 'true', DATABASE_POOL_SIZE: '3' };
  const service = new Service({ ...own, WORKERS: '2', LOG_LEVEL: 'info', ...env });
  services.push(service);
  return service;
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

describe('WORKERS=2', () => {
  it(
    'serves from both workers, and shares limits and metrics between them',
    async () => {
      const service = await start({ RATE_LIMIT_PER_MINUTE: '8', AUTH_FAILURES_PER_MINUTE: '6' }).ready();
      expect(service.output.match(/listening on/g)).toHaveLength(1);
      expect(await statuses(service, 8, '/health')).toEqual(Array(8).fill(200));
      await until(() => serving(service).size === 2);
      expect([...serving(service)].toSorted()).toEqual(started(service).toSorted());
      expect(serving(service).has(service.pid)).toBe(false);

      const team = await statuses(service, 16, '/team', service.key('provider'));
      expect(team.slice(0, 8)).toEqual(Array(8).fill(200));
      expect(team.slice(8)).toEqual(Array(8).fill(429));
      const failed = await statuses(service, 12, '/team', 'wrong');
      expect(failed).toEqual([...Array(6).fill(401), ...Array(6).fill(429)]);

      const { text } = await ask(service, '/metrics');
      expect(text).toMatch(/^http_requests_total\{method="GET",route="\/health",status="200"\} 8$/m);
      expect(await service.kill('SIGTERM')).toBe(0);
    },
    timeoutMs,
  );

  it(
    'allows exactly as many requests as one process, also if they arrive at once',
    async () => {
      const limits = {
        RATE_LIMIT_PER_MINUTE: '100',
        RATE_LIMIT_PER_HOUR: '10000',
        PROMO_FAILURES_PER_MINUTE: '20',
      };
      const service = await start(limits).ready();
      const count = async (times: number, path: string, key: string) => {
        const replies = await Promise.all(Array.from({ length: times }, () => ask(service, path, key)));
        const counts: Record<number, number> = {};
        for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1;
        return counts;
      };
      expect(await count(130, '/team', service.key('provider'))).toEqual({ 200: 100, 429: 30 });
      const guesses = await count(50, '/discounts/promotions/promo-code/X', service.key('reseller'));
      expect(guesses).toEqual({ 404: 20, 429: 30 });
      await until(() => serving(service).size === 2);
      expect(await service.kill('SIGTERM')).toBe(0);
    },
    timeoutMs,
  );

  it(
    'keeps serving if a worker is killed, and replaces it',
    async () => {
      const service = await start().ready();
      const [first = 0, second = 0] = started(service);
      process.kill(first, 'SIGKILL');
      await until(() => service.output.includes(`Worker ${first} exited on SIGKILL`));
      expect(await statuses(service, 20, '/health')).toEqual(Array(20).fill(200));
      await until(() => service.output.includes('The replacement has started'), 50_000);
      const [, , third = 0] = started(service);
      expect(await statuses(service, 6, '/team', service.key('provider'))).toEqual(Array(6).fill(200));
      await until(() => serving(service).has(third));
      expect([first, second, third].map(isAlive)).toEqual([false, true, true]);
      expect(await service.kill('SIGTERM')).toBe(0);
    },
    timeoutMs,
  );

  it(
    'answers requests whose connection was handed to a worker that dies, from the other one',
    async () => {
      const service = await start().ready();
      const [first = 0, second = 0] = started(service);
      process.kill(first, 'SIGSTOP');
      const replies = Array.from({ length: 10 }, () => ask(service, '/health'));
      await until(() => logOf(service).some(({ pid, msg }) => pid === second && msg === 'request'));
      process.kill(first, 'SIGKILL');
      expect((await Promise.all(replies)).map(({ status }) => status)).toEqual(Array(10).fill(200));
      expect(await service.kill('SIGTERM')).toBe(0);
    },
    timeoutMs,
  );

  it(
    'closes connections that were handed to the last worker when it dies',
    async () => {
      const service = await start().ready();
      const workers = started(service);
      for (const pid of workers) process.kill(pid, 'SIGSTOP');
      const replies = Array.from({ length: 4 }, () => ask(service, '/health'));
      const failures = Promise.all(replies.map((reply) => reply.catch((cause: unknown) => cause)));
      for (const pid of workers) process.kill(pid, 'SIGKILL');
      for (const cause of await failures) expect(cause).toMatchObject({ code: 'ECONNRESET' });
      await until(() => service.output.includes('The replacement has started'), 50_000);
      expect(await service.kill('SIGTERM')).toBe(0);
    },
    timeoutMs,
  );

  it(
    'starts another worker if one is killed during the first start',
    async () => {
      const service = start();
      await until(() => started(service).length > 0, 50_000);
      const [first = 0] = started(service);
      process.kill(first, 'SIGKILL');
      await service.ready();
      expect(service.output).toContain(
        `Worker ${first} exited on SIGKILL while starting; starting another one`,
      );
      expect(started(service)).toHaveLength(3);
      expect(await statuses(service, 4, '/team', service.key('provider'))).toEqual(Array(4).fill(200));
      expect(await service.kill('SIGTERM')).toBe(0);
    },
    timeoutMs,
  );

  it(
    'gives up if no worker can start',
    async () => {
      const service = start();
      const killed = new Set<number>();
      await until(() => {
        for (const pid of started(service).filter((pid) => !killed.has(pid))) {
          killed.add(pid);
          process.kill(pid, 'SIGKILL');
        }
        return service.output.includes('giving up');
      }, 50_000);
      expect(await service.exit()).toBe(1);
      expect(service.output).toContain('No worker can start; giving up after 5 attempts');
      expect(service.output).not.toMatch(/^ +at /m);
      expect(killed.size).toBe(5);
    },
    timeoutMs,
  );

  it(
    'gives up if workers exit as fast as they are replaced',
    async () => {
      const service = await start().ready();
      const killed = new Set<number>();
      await until(() => {
        for (const pid of started(service)
          .filter((pid) => !killed.has(pid))
          .slice(0, 1)) {
          killed.add(pid);
          process.kill(pid, 'SIGKILL');
        }
        return service.output.includes('giving up');
      });
      expect(await service.exit()).toBe(1);
      expect(started(service).filter(isAlive)).toEqual([]);
    },
    timeoutMs,
  );

  it(
    'leaves no worker running if the primary is killed',
    async () => {
      const service = await start().ready();
      service.signal('SIGKILL');
      await service.exit(); // its output ends when the last worker has exited
      expect(service.output.match(/The primary process has exited/g)).toHaveLength(2);
    },
    timeoutMs,
  );

  it(
    'reports only once that a port is in use',
    async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const service = start({ PORT: String((server.address() as AddressInfo).port) });
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
  beforeEach(() => {
    dataDir = new DataDir();
  });
  afterEach(async () => {
    await Promise.all(services.map((service) => service.kill('SIGKILL')));
    await dataDir.remove();
  });

  it(
    'finishes requests in flight on Ctrl-C, which reaches every process, and leaves no process running',
    async () => {
      const service = await start({
        DATABASE_URL: '',
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
      const service = start({ DATABASE_URL: '', DATA_DIR: dataDir.path });
      await until(() => started(service).length > 0, 50_000);
      expect(await service.kill('SIGTERM')).toBe(0);
      expect(service.output).not.toContain('listening on');
      expect(started(service).filter(isAlive)).toEqual([]);
      expect(dataDir.postgres()).toBeUndefined();
    },
    timeoutMs,
  );
});
