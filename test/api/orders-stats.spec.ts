import { DataSource } from 'typeorm';
import { itemStatuses, type ItemStatus } from '../../src/orders/lifecycle/item-status.js';
import { between, chance, pick } from '../../seed/random.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { adminKey, fieldsOf, start, type Harness } from '../support/harness.js';
import { makeOffer, makeOrder } from '../support/order-factories.js';
import { countSqlStatements } from '../support/recorded-statements.js';
import { seededRandom } from '../support/seed.js';

/** What the statistics read of an item, with times in Unix milliseconds. */
interface Item {
  id: string;
  order: string;
  provider: string;
  reseller: string;
  category: string | null;
  status: ItemStatus;
  created: number;
  respondBy: number | null;
  accepted: number | null;
  completed: number | null;
  activated: number | null;
  ended: number | null;
  scheduledFor: number | null;
  scheduledUntil: number | null;
}

const [hourMs, dayMs] = [3_600_000, 86_400_000];
const random = seededRandom();
const now = Date.now();
let harness: Harness;
let providers: TestTeam[];
let resellers: TestTeam[];
let items: Item[];

const sql = (text: string, values: unknown[] = []) => harness.app.get(DataSource).query(text, values);

beforeAll(async () => {
  harness = await start();
  providers = [await makeTeam(harness, 'provider'), await makeTeam(harness, 'provider')];
  resellers = [await makeTeam(harness, 'reseller'), await makeTeam(harness, 'reseller')];
  const offers: string[] = [];
  for (const provider of providers)
    for (const category of ['internet', 'television', null])
      offers.push(await makeOffer(harness, provider, { category }));
  for (let index = 0; index < 40; index += 1) {
    const chosen = offers.filter(() => chance(random, 0.4));
    await makeOrder(harness, pick(random, resellers), chosen.length > 0 ? chosen : offers.slice(0, 1));
  }
  await scatter();
}, 30_000);
afterAll(() => harness.stop());

/** Gives the items random statuses and times, which need not be possible. */
async function scatter(): Promise<void> {
  const rows: Record<string, string>[] =
    await sql(`SELECT id, order_id AS "order", provider_team_id AS provider,
    reseller_team_id AS reseller, category FROM order_items ORDER BY id`);
  const createdOf = new Map<string, number>();
  items = rows.map((row) => {
    const { id = '', order = '', provider = '', reseller = '', category = null } = row;
    // Some orders are older than a year, and one is at the start of a month.
    const created =
      createdOf.get(order) ??
      (createdOf.size === 0 ? Date.UTC(2020, 1) : now - between(random, 1, 420) * dayMs);
    createdOf.set(order, created);
    const later = (share: number) =>
      chance(random, share) ? created + between(random, 1, 900) * hourMs : null;
    const scheduledFor = chance(random, 0.6) ? now + between(random, -400, 20) * dayMs : null;
    const near = scheduledFor === null ? null : scheduledFor + between(random, -40, 40) * hourMs;
    return {
      id,
      order,
      provider,
      reseller,
      category,
      created,
      status: pick(random, itemStatuses),
      respondBy: later(0.8),
      accepted: later(0.7),
      completed: chance(random, 0.5) ? near : null,
      activated: later(0.5),
      ended: chance(random, 0.5) ? near : null,
      scheduledFor,
      scheduledUntil: scheduledFor !== null && chance(random, 0.7) ? scheduledFor + 4 * hourMs : null,
    };
  });
  await sql(
    `UPDATE order_items i SET status = s.status, created_at = to_timestamp(s.created / 1000),
        respond_by = to_timestamp(s."respondBy" / 1000), accepted_at = to_timestamp(s.accepted / 1000),
        completed_at = to_timestamp(s.completed / 1000), activated_at = to_timestamp(s.activated / 1000),
        ended_at = to_timestamp(s.ended / 1000), scheduled_for = to_timestamp(s."scheduledFor" / 1000),
        scheduled_until = to_timestamp(s."scheduledUntil" / 1000)
      FROM json_to_recordset($1) AS s (id uuid, status text, created float8, "respondBy" float8, accepted float8,
        completed float8, activated float8, ended float8, "scheduledFor" float8, "scheduledUntil" float8)
      WHERE i.id = s.id`,
    [JSON.stringify(items)],
  );
}

/** Counts one item after the other. */
function naive(counted: readonly Item[]) {
  const count = (condition: (item: Item) => boolean) => counted.filter(condition).length;
  const has = (...statuses: ItemStatus[]) => count(({ status }) => statuses.includes(status));
  const rate = (value: number) =>
    counted.length === 0 ? null : Math.round((value / counted.length) * 1e4) / 1e4;
  const endOf = ({ scheduledFor, scheduledUntil }: Item) =>
    scheduledUntil ?? (scheduledFor === null ? Infinity : scheduledFor + 24 * hourMs);
  const isOpen = ({ status }: Item) =>
    ['pending', 'submitted_to_provider', 'accepted', 'scheduled', 'in_progress'].includes(status);
  const isKept = (item: Item) =>
    item.scheduledFor !== null && item.completed !== null && item.completed <= endOf(item);
  const isWithdrawn = (item: Item) =>
    ['cancelled', 'rejected'].includes(item.status) && item.ended !== null && item.ended <= endOf(item);
  const accepted = count((item) => item.accepted !== null);
  const completed = has('completed', 'active');
  return {
    orders: new Set(counted.map(({ order }) => order)).size,
    items: counted.length,
    open: count(isOpen),
    overdue: count(
      ({ status, respondBy }) =>
        ['pending', 'submitted_to_provider'].includes(status) && respondBy !== null && respondBy < now,
    ),
    accepted,
    rejected: has('rejected'),
    cancelled: has('cancelled'),
    failed: has('failed'),
    completed,
    acceptanceRate: rate(accepted),
    rejectionRate: rate(has('rejected')),
    cancellationRate: rate(has('cancelled')),
    completionRate: rate(completed),
    timeToAccept: durations(counted.map(({ accepted: time, created }) => time && time - created)),
    timeToActivate: durations(counted.map(({ activated, created }) => activated && activated - created)),
    appointments: {
      kept: count(isKept),
      missed: count((item) => endOf(item) < now && !isKept(item) && !isWithdrawn(item)),
      upcoming: count((item) => item.scheduledFor !== null && endOf(item) >= now && isOpen(item)),
    },
  };
}

function durations(values: readonly (number | null)[]) {
  const sorted = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  const at = (share: number) => {
    if (sorted.length === 0) return null;
    const place = share * (sorted.length - 1);
    const [low = 0, high = 0] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return (low + (high - low) * (place - Math.floor(place))) / 1000;
  };
  return { median: roundedToEven(at(0.5)), p90: roundedToEven(at(0.9)) };
}

/** Rounds as Postgres rounds a double. */
function roundedToEven(value: number | null): number | null {
  if (value === null) return null;
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : rounded;
}

const read = (side: 'provider' | 'reseller', team: TestTeam, query = '') =>
  harness.call('GET', `/${side}/stats${query}`, undefined, team);
const sides = () => [
  ...providers.map((team) => ({ side: 'provider', other: 'reseller', team }) as const),
  ...resellers.map((team) => ({ side: 'reseller', other: 'provider', team }) as const),
];

describe('order statistics', () => {
  it('are those of a naive count, in total and by month, category and partner', async () => {
    const createdFrom = new Date(now - 400 * dayMs).toISOString();
    const createdTo = new Date(now - 10 * dayMs).toISOString();
    for (const { side, other, team } of sides()) {
      const own = items.filter(
        (item) =>
          item[side] === team.id &&
          item.created >= Date.parse(createdFrom) &&
          item.created < Date.parse(createdTo),
      );
      const keys = {
        month: { member: 'month', of: ({ created }: Item) => new Date(created).toISOString().slice(0, 7) },
        category: { member: 'category', of: ({ category }: Item) => category },
        partner: { member: 'partnerId', of: (item: Item) => item[other] },
      };
      for (const [groupBy, { member, of }] of Object.entries(keys)) {
        const { body } = await read(
          side,
          team,
          `?groupBy=${groupBy}&createdFrom=${createdFrom}&createdTo=${createdTo}`,
        );
        expect(body).toMatchObject({ createdFrom, createdTo, total: naive(own) });
        const groups = new Map(
          (body.groups as Record<string, unknown>[]).map((group) => [group[member], group]),
        );
        expect(groups.size).toBe(new Set(own.map(of)).size);
        for (const key of new Set(own.map(of)))
          expect(groups.get(key)).toMatchObject(naive(own.filter((item) => of(item) === key)));
      }
    }
  });

  it('count the last twelve months by default, and all that is asked for', async () => {
    const [team] = providers;
    if (!team) throw new Error('No provider');
    const own = items.filter(({ provider }) => provider === team.id);
    const { body } = await read('provider', team);
    const from = new Date(body.createdTo);
    expect(from.getTime()).toBeGreaterThanOrEqual(now);
    from.setUTCFullYear(from.getUTCFullYear() - 1);
    expect(body.createdFrom).toBe(from.toISOString());
    expect(body.total).toEqual(naive(own.filter(({ created }) => created >= from.getTime())));
    expect(body.groups).toEqual([]);
    const all = await read('provider', team, '?createdFrom=2020-02-01T00:00:00Z&groupBy=month');
    expect(all.body.total).toEqual(naive(own));
    const months = (all.body.groups as { month: string }[]).map(({ month }) => month);
    expect(months).toEqual(months.toSorted());
    const partners = await read('provider', team, '?groupBy=partner');
    for (const { partnerId, partnerName } of partners.body.groups)
      expect(resellers.find(({ id }) => id === partnerId)?.name).toBe(partnerName);
  });

  it('take one statement', async () => {
    for (const { side, team } of sides().slice(1, 3)) {
      expect(await countSqlStatements(() => read(side, team, '?groupBy=month'))).toBe(1);
    }
  });

  it('are zero for a team without orders, and refuse an empty range', async () => {
    const team = await makeTeam(harness, 'hybrid');
    for (const side of ['provider', 'reseller'] as const) {
      expect((await read(side, team, '?groupBy=partner')).body).toMatchObject({
        total: naive([]),
        groups: [],
      });
      const reply = await read(
        side,
        team,
        '?createdFrom=2026-01-02T00:00:00Z&createdTo=2026-01-01T00:00:00Z&groupBy=day',
      );
      expect(reply.status).toBe(400);
      expect(fieldsOf(reply)).toEqual(['groupBy']);
      const range = await read(
        side,
        team,
        '?createdFrom=2026-01-02T00:00:00Z&createdTo=2026-01-01T00:00:00Z',
      );
      expect(fieldsOf(range)).toEqual(['createdFrom']);
      expect((await read(side, team, '?createdTo=0001-06-01T00:00:00Z')).body.total).toEqual(naive([]));
    }
  });
});

it('the items of a suspended provider stay readable', async () => {
  const offer = await makeOffer(harness, providers[1] as TestTeam);
  const { orderId } = await makeOrder(harness, resellers[0] as TestTeam, [offer]);
  const before = await harness.call('GET', `/reseller/orders/${orderId}`, undefined, resellers[0]);
  const path = `/admin/teams/${providers[1]?.id}`;
  await harness.call('PATCH', path, { suspended: true }, { key: adminKey });
  const after = await harness.call('GET', `/reseller/orders/${orderId}`, undefined, resellers[0]);
  expect(after.status).toBe(200);
  expect(after.body).toEqual(before.body);
  const page = await harness.call('GET', '/reseller/orders?limit=1', undefined, resellers[0]);
  expect(page.body[0].orderId).toBe(orderId);
});
