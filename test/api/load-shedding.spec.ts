import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Client } from 'pg';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness, type Reply } from '../support/harness.js';
import { HeldChanges } from '../support/held-changes.js';
import { parseAnswer, RawConnection } from '../support/raw-connection.js';
import { until } from '../support/until.js';

const cap = 2;

let harness: Harness;
let team: TestTeam;
let other: TestTeam;
let offerIds: string[];
let client: Client;
let held: HeldChanges;
/** Every PATCH makes another change, because one that changes nothing is not held. */
let changes = 0;
beforeAll(async () => {
  // A team can use a quarter of the connections.
  harness = await start({
    databasePoolSize: 4 * cap,
    maxRequestsInFlight: cap,
    maxHeldMib: 8,
    publicRequestsPerMinute: 0,
    statementTimeoutMs: 600_000,
  });
  team = await makeTeam(harness, 'provider');
  other = await makeTeam(harness, 'provider');
  const offers = Array.from({ length: cap }, () =>
    harness.call('POST', '/provider/offers', { name: 'A', category: 'internet' }, team),
  );
  offerIds = (await Promise.all(offers)).map(({ body }) => body.id);
  client = new Client({ connectionString: harness.databaseUrl });
  await client.connect();
  held = await HeldChanges.start(client, { untilReleased: true });
});
afterAll(async () => {
  await client.end();
  await harness.stop();
});

const getTeam = () => harness.call('GET', '/team', undefined, other);

/** Runs `work` while as many requests as the cap allows wait in Postgres. @returns their answers */
async function whileFull(work: () => Promise<void>): Promise<Reply[]> {
  await held.hold();
  const running = offerIds.map((offerId) =>
    harness.call('PATCH', `/provider/offers/${offerId}`, { overview: `B ${(changes += 1)}` }, team),
  );
  await held.untilWaiting(cap);
  try {
    await work();
  } finally {
    await held.release();
  }
  return Promise.all(running);
}

describe('beyond the cap of requests in flight', () => {
  it('requests get 503 in the format of their path, and those in flight are finished', async () => {
    const answers = await whileFull(async () => {
      const reply = await getTeam();
      expect([reply.status, reply.headers['retry-after'], reply.body.code]).toEqual([
        503,
        '1',
        'UNAVAILABLE',
      ]);
      expect(reply.headers['x-request-id']).toBe(reply.body.requestId);
      const { status, body } = await harness.call('GET', '/subscriptions/products', undefined, other);
      expect([status, body.errors[0].status]).toEqual([503, '503']);
    });
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(cap).fill(200));
    expect((await getTeam()).status).toBe(200);
  });

  it('health checks are answered', async () => {
    await whileFull(async () => {
      for (const path of ['/health', '/health/live', '/health/ready'])
        expect((await harness.call('GET', path)).status).toBe(200);
    });
  });

  it('a body is not waited for, and the connection is closed', async () => {
    await whileFull(async () => {
      const connection = new RawConnection(harness.url);
      connection.start('POST /provider/offers', {
        'x-api-key': team.key,
        'content-type': 'application/json',
        'content-length': 1000,
      });
      expect(parseAnswer(await connection.closed()).status).toBe(503);
    });
  });
});

it('a request whose client leaves is counted until its work ends, and no longer', async () => {
  await held.hold();
  const connections = offerIds.map((offerId) => {
    const body = '{"overview":"C"}';
    return new RawConnection(harness.url).start(
      `PATCH /provider/offers/${offerId}`,
      { 'x-api-key': team.key, 'content-type': 'application/json', 'content-length': body.length },
      body,
    );
  });
  await held.untilWaiting(cap);
  for (const connection of connections) connection.destroy();
  expect((await getTeam()).status).toBe(503);
  await held.release();
  await until(async () => (await getTeam()).status === 200);
});

describe('bodies that stall', () => {
  const stalledBody = (by: TestTeam, bytes: number) =>
    new RawConnection(harness.url).start(
      'POST /provider/offers',
      { 'x-api-key': by.key, 'content-type': 'application/json', 'content-length': 1_000_000 },
      ' '.repeat(bytes),
    );
  const heldBytes = async () => {
    const { text } = await harness.call('GET', '/metrics');
    return Number(/^http_held_bytes (\d+)$/m.exec(text)?.[1]);
  };

  it('do not fill the cap', async () => {
    const bodies = Array.from({ length: 3 * cap }, () => stalledBody(team, 10));
    await until(async () => (await heldBytes()) >= 3 * cap * 16_384);
    expect((await getTeam()).status).toBe(200);
    for (const body of bodies) body.destroy();
    await until(async () => (await heldBytes()) === 0);
  });

  it('of one team take at most a quarter of the memory for bodies, and leave the rest to others', async () => {
    const bodies: RawConnection[] = [];
    for (let sent = 0; sent < 5; sent += 1) {
      const before = await heldBytes();
      const body = stalledBody(team, 600_000);
      bodies.push(body);
      await until(async () => body.text !== '' || (await heldBytes()) > before + 590_000);
    }
    expect(await heldBytes()).toBeLessThanOrEqual((8 * 1_048_576) / 4);
    const refused = bodies.filter(({ text }) => text !== '');
    expect(
      refused.map(({ text }) => parseAnswer(text)).map(({ status, body }) => [status, body.code]),
    ).toEqual([
      [503, 'UNAVAILABLE'],
      [503, 'UNAVAILABLE'],
    ]);
    const created = await harness.call(
      'POST',
      '/provider/offers',
      { name: 'A', category: 'internet' },
      other,
    );
    expect(created.status).toBe(201);
    for (const body of bodies) body.destroy();
    await until(async () => (await heldBytes()) === 0);
  });

  it('leave no memory behind when they are refused', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const buffered = () => {
      collectGarbage();
      return process.memoryUsage().arrayBuffers;
    };
    const before = buffered();
    const sent = Array.from({ length: 40 }, () => stalledBody(team, 900_000));
    const isRefused = ({ text }: RawConnection) => text.startsWith('HTTP/1.1 503 ');
    // One or two of them fit into the memory of the team.
    await until(() => sent.filter(({ isClosed }) => isClosed).length >= 38);
    expect(sent.filter(isRefused).length).toBeGreaterThan(20);
    for (const connection of sent) connection.destroy();
    await until(async () => (await heldBytes()) === 0);
    await until(() => (buffered() - before) / 1_048_576 < 4);
  });
});
