import { Clock } from '../../src/common/clock.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { adminKey, fieldsOf, start, type Harness } from '../support/harness.js';
import { makePromotion } from '../support/product-offering-factories.js';
import { until } from '../support/until.js';

const dayMs = 86_400_000;
const day = (days: number) => new Date(Date.now() + days * dayMs).toISOString().slice(0, 10);

/** Three processes with one database, whose clock only the first one has. */
let right: Harness;
let fast: Harness;
let slow: Harness;
let provider: TestTeam;

beforeAll(async () => {
  right = await start();
  fast = await start({}, right.databaseUrl, new Clock(() => Date.now() + 5 * dayMs));
  slow = await start({}, right.databaseUrl, new Clock(() => Date.now() - 5 * dayMs));
  provider = await makeTeam(right, 'hybrid');
});
afterAll(async () => {
  await slow.stop();
  await fast.stop();
  await right.stop();
});

const newKey = async (harness: Harness, expiresAt: string) =>
  harness.call('POST', `/admin/teams/${provider.id}/api-keys`, { name: 'A', expiresAt }, { key: adminKey });
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

describe('processes whose clocks differ by days', () => {
  it('agree on when a key expires, also if it is cached', async () => {
    const { key } = (await newKey(right, inSeconds(4))).body as { key: string };
    const status = async (harness: Harness) =>
      (await harness.call('GET', '/team', undefined, { key })).status;
    expect([await status(fast), await status(slow)]).toEqual([200, 200]);
    await until(async () => (await status(right)) === 401);
    // Measured to within the duration of a query.
    await until(async () => (await status(slow)) === 401 && (await status(fast)) === 401, 2_000);
  });

  it('agree on the status of keys and on the expiry of new ones', async () => {
    for (const harness of [right, fast, slow]) {
      const created = await newKey(harness, inSeconds(3600));
      expect([created.status, created.body.status]).toEqual([201, 'active']);
      const expired = await newKey(harness, inSeconds(-60));
      expect([expired.status, fieldsOf(expired)]).toEqual([400, ['expiresAt']]);
    }
  });

  it('list what they store in the order in which it was stored', async () => {
    const names: string[] = [];
    for (const harness of [fast, right, slow, fast, slow, right]) {
      const name = `Offer ${names.length}`;
      const { status, body } = await harness.call('POST', '/provider/offers', { name }, provider);
      expect(status).toBe(201);
      const changed = await slow.call('PATCH', `/provider/offers/${body.id}`, { overview: 'New' }, provider);
      expect(Date.parse(changed.body.updatedAt)).toBeGreaterThanOrEqual(Date.parse(body.createdAt) - 1_000);
      names.unshift(name);
      await until(() => Date.now() > Date.parse(body.createdAt) + 300);
    }
    const list = await right.call('GET', '/provider/offers', undefined, provider);
    expect((list.body as { name: string }[]).map(({ name }) => name)).toEqual(names);
  });

  it('agree on the days of promotions and partners', async () => {
    const { promoCode } = await makePromotion(right, provider, { validFrom: day(-1), validTo: day(1) });
    const reseller = await makeTeam(right, 'reseller');
    for (const harness of [right, fast, slow]) {
      const path = `/discounts/promotions/promo-code/${promoCode}`;
      expect((await harness.call('GET', path, undefined, provider)).status).toBe(200);
      const { body } = await harness.call(
        'POST',
        '/provider/partners/preferred',
        { resellerTeamId: reseller.id },
        provider,
      );
      expect([day(-1), day(0), day(1)]).toContain(body.effectiveDate);
      await harness.call('DELETE', `/provider/partners/preferred/${reseller.id}`, undefined, provider);
    }
  });
});
