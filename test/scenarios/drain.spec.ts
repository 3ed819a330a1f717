import { Agent, request } from 'node:http';
import type { Client } from 'pg';
import { HeldChanges } from '../support/held-changes.js';
import { RawConnection } from '../support/raw-connection.js';
import { DataDir, isAlive, Service } from '../support/service.js';
import { until } from '../support/until.js';

const timeoutMs = 90_000;

let dataDir: DataDir;
let service: Service;
let client: Client;

async function start(env: Record<string, string> = {}): Promise<void> {
  const limits = { SHUTDOWN_DELAY_MS: '2000', SHUTDOWN_TIMEOUT_MS: '8000' };
  service = new Service({ DATA_DIR: dataDir.path, ...limits, ...env });
  await service.ready();
  client = await dataDir.connect();
}

beforeEach(async () => {
  dataDir = await DataDir.prepared();
}, timeoutMs);
afterEach(async () => {
  await client.end().catch(() => undefined);
  await service.kill('SIGKILL');
  await dataDir.remove();
});

/** Sends a request that waits in Postgres until it is released. */
async function slowRequest(): Promise<{ answer: Promise<Response>; held: HeldChanges }> {
  const key = service.key('provider');
  const [offer] = (await (await service.call('GET', '/provider/offers?limit=1', key)).json()) as {
    id: string;
  }[];
  const held = await HeldChanges.start(client);
  const answer = service.call('PATCH', `/provider/offers/${offer?.id}`, key, {
    overview: 'Changed at the last moment',
  });
  answer.catch(() => undefined);
  await held.untilWaiting();
  return { answer, held };
}

/** Creates an offer over a connection of the agent. */
const post = (agent: Agent, key: string, name: string) =>
  new Promise<{ status: number; connection: string | undefined }>((resolve, reject) => {
    const headers = { 'x-api-key': key, 'content-type': 'application/json' };
    const sent = request(`${service.url}/provider/offers`, { method: 'POST', agent, headers }, (reply) => {
      const answer = { status: reply.statusCode ?? 0, connection: reply.headers.connection };
      reply
        .on('error', reject)
        .on('end', () => resolve(answer))
        .resume();
    });
    sent.on('error', reject).end(JSON.stringify({ name }));
  });

const ready = async () => (await service.call('GET', '/health/ready')).status;
const refuses = () =>
  service.call('GET', '/health').then(
    () => false,
    () => true,
  );

describe('SIGTERM', () => {
  it(
    'makes readiness return 503, keeps serving, finishes requests in flight and then stops Postgres',
    async () => {
      await start();
      const postgres = dataDir.postgres() ?? 0;
      const { answer, held } = await slowRequest();
      expect(await ready()).toBe(200);
      service.signal('SIGTERM');
      await until(async () => (await ready()) === 503, 1500);
      const served = await service.call('GET', '/team', service.key('provider'));
      expect([served.status, served.headers.get('connection')]).toEqual([200, 'close']);
      await until(refuses);
      expect([isAlive(service.pid), isAlive(postgres)]).toEqual([true, true]);
      await held.release();
      const reply = await answer;
      expect([reply.status, reply.headers.get('connection')]).toEqual([200, 'close']);
      expect(await reply.json()).toMatchObject({ overview: 'Changed at the last moment', version: 2 });
      await client.end();
      expect(await service.exit()).toBe(0);
      expect(service.output).not.toContain('Requests were still running');
      expect([dataDir.postgres(), isAlive(postgres)]).toEqual([undefined, false]);
    },
    timeoutMs,
  );

  it(
    'resets no request of clients that keep their connections',
    async () => {
      await start();
      const key = service.key('provider');
      const statuses: number[] = [];
      const clients = Array.from({ length: 20 }, async (_, n) => {
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        for (let isOpen = true, count = 0; isOpen; count += 1) {
          const answer = await post(agent, key, `Client ${n}, offer ${count}`);
          statuses.push(answer.status);
          isOpen = answer.connection !== 'close';
        }
        agent.destroy();
      });
      await until(() => statuses.length > 100);
      service.signal('SIGTERM');
      await Promise.all(clients);
      expect(new Set(statuses)).toEqual(new Set([201]));
      expect(await service.exit()).toBe(0);
      expect(service.output).not.toContain('Requests were still running');
    },
    timeoutMs,
  );

  it(
    'answers a request on an idle connection although the port is closed',
    async () => {
      await start();
      const idle = new RawConnection(service.url).start('GET /health', {});
      await idle.received('"status"');
      service.signal('SIGTERM');
      await until(refuses);
      idle.start('POST /provider/offers', { 'x-api-key': service.key('provider'), 'content-length': 0 });
      const text = await idle.closed();
      expect(text).toMatch(/HTTP\/1.1 503 Service Unavailable\r\n/);
      expect(text).toMatch(/\r\nconnection: close\r\n/i);
      expect(await service.exit()).toBe(0);
    },
    timeoutMs,
  );

  it(
    'aborts requests that take longer than the configured time, and still exits cleanly',
    async () => {
      await start({ SHUTDOWN_DELAY_MS: '500', SHUTDOWN_TIMEOUT_MS: '2500' });
      const { answer } = await slowRequest();
      service.signal('SIGTERM');
      service.signal('SIGTERM');
      await expect(answer).rejects.toThrow('fetch failed');
      expect(await service.exit()).toBe(0);
      expect(dataDir.postgres()).toBeUndefined();
    },
    timeoutMs,
  );
});
