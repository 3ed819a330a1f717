import type { Client } from 'pg';
import { DataDir, isAlive, Service } from '../support/service.js';
import { until } from '../support/until.js';

const timeoutMs = 90_000;

let dataDir: DataDir;
let service: Service;
let client: Client;

beforeEach(async () => {
  dataDir = new DataDir();
  service = new Service({ DATA_DIR: dataDir.path, SHUTDOWN_DELAY_MS: '2000', SHUTDOWN_TIMEOUT_MS: '8000' });
  await service.ready();
  client = await dataDir.connect();
}, timeoutMs);
afterEach(async () => {
  await client.end().catch(() => undefined);
  await service.kill('SIGKILL');
  await dataDir.remove();
});

const lockOffer = (offerId?: string) =>
  client.query('SELECT 1 FROM offers WHERE id = $1 FOR UPDATE', [offerId]);

/** Makes every change of an offer take a minute. Waiting for a lock would end sooner. */
const delayChanges = () =>
  client.query(`CREATE FUNCTION test_wait() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_sleep(60); RETURN NEW; END';
    CREATE TRIGGER test_wait BEFORE UPDATE ON offers FOR EACH ROW EXECUTE FUNCTION test_wait(); COMMIT`);

/** Sends a request that waits until the client releases the row it needs, or for what `delay` has done. */
async function slowRequest(
  delay: (offerId?: string) => Promise<unknown> = lockOffer,
): Promise<{ answer: Promise<Response> }> {
  const key = service.key('provider');
  const [offer] = (await (await service.call('GET', '/provider/offers?limit=1', key)).json()) as {
    id: string;
  }[];
  await client.query('BEGIN');
  await delay(offer?.id);
  const answer = service.call('PATCH', `/provider/offers/${offer?.id}`, key, {
    overview: 'Changed at the last moment',
  });
  answer.catch(() => undefined);
  const waiting =
    "SELECT 1 FROM pg_stat_activity WHERE (wait_event_type = 'Lock' OR wait_event = 'PgSleep') AND application_name = 'offerdock'";
  await until(async () => (await client.query(waiting)).rowCount === 1);
  return { answer };
}

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
      const postgres = dataDir.postgres() ?? 0;
      const { answer } = await slowRequest();
      expect(await ready()).toBe(200);
      service.signal('SIGTERM');
      await until(async () => (await ready()) === 503, 1500);
      expect((await service.call('GET', '/team', service.key('provider'))).status).toBe(200);
      await until(refuses);
      expect([isAlive(service.pid), isAlive(postgres)]).toEqual([true, true]);
      await client.query('COMMIT');
      const reply = await answer;
      expect(reply.status).toBe(200);
      expect(await reply.json()).toMatchObject({ overview: 'Changed at the last moment', version: 2 });
      await client.end();
      expect(await service.exit()).toBe(0);
      expect(service.output).not.toContain('Requests were still running');
      expect([dataDir.postgres(), isAlive(postgres)]).toEqual([undefined, false]);
    },
    timeoutMs,
  );

  it(
    'aborts requests that take longer than the configured time, and still exits cleanly',
    async () => {
      const { answer } = await slowRequest(delayChanges);
      service.signal('SIGTERM');
      service.signal('SIGTERM');
      await expect(answer).rejects.toThrow('fetch failed');
      expect(await service.exit()).toBe(0);
      expect(dataDir.postgres()).toBeUndefined();
    },
    timeoutMs,
  );
});
