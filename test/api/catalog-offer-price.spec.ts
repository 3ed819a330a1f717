import * as fc from 'fast-check';
import { testSeed } from '../support/seed.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness } from '../support/harness.js';

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
});
afterAll(() => harness.stop());

async function publish(body: object): Promise<string> {
  const offer = { name: 'Power', status: 'active', category: 'energy', ...body };
  const reply = await harness.call('POST', '/provider/offers', offer, provider);
  expect([reply.status, reply.body.errors]).toEqual([201, undefined]);
  return reply.body.id;
}
const withCharges = (charges: object) => publish({ serviceSpecificData: { charges } });
const priceOf = (id: string, query: string) =>
  harness.call('GET', `/reseller/catalog/${id}/price?${query}`, undefined, reseller);
const centsAt = async (id: string, usages: readonly number[]) =>
  Promise.all(
    usages.map(async (usage) => (await priceOf(id, `usageKwh=${usage}`)).body.prices[0].centsPerKwh),
  );

const flat = (centsPerKwh: number) => [{ fromKwh: 0, centsPerKwh }];
const residential = [500, 1000, 2000];

/** Averages that real Electricity Facts Labels state (16 TAC 25.475(g)), with the charges on the same label. */
it.each([
  ['Spark, Oncor', flat(22.99), 5.6183, 4.23, residential, [29.5, 29.0, 28.8]],
  ['Spark, WTU', flat(22.99), 5.6677, 3.24, residential, [29.3, 29.0, 28.8]],
  ['Spark, WTU, small commercial', flat(22.99), 4.3959, 5.66, [1500, 2500, 3500], [27.8, 27.6, 27.5]],
  ['Champion, Oncor', flat(14.3), 5.6032, 4.23, residential, [20.7, 20.3, 20.1]],
  ['Champion, TNMP', flat(12.9), 7.237, 7.85, residential, [21.7, 20.9, 20.5]],
  [
    'Champion, TNMP, time of use',
    [
      { fromKwh: 0, centsPerKwh: 6.015, sharePercent: 77 },
      { fromKwh: 0, centsPerKwh: 16.513, sharePercent: 23 },
    ],
    6.4665,
    7.85,
    residential,
    [16.5, 15.7, 15.3],
  ],
])(
  'computes the averages of the label of %s',
  async (_, energy, deliveryCentsPerKwh, deliveryMonthly, usages, averages) => {
    const id = await withCharges({ energy, deliveryCentsPerKwh, deliveryMonthly });
    expect(await centsAt(id, usages)).toEqual(averages);
  },
);

it('returns a curve and the cliffs of a credit', async () => {
  const id = await withCharges({
    energy: [
      { fromKwh: 0, centsPerKwh: 15 },
      { fromKwh: 1200, centsPerKwh: 10 },
    ],
    baseMonthly: 5,
    credits: [{ fromKwh: 1000, toKwh: 1999, amount: 50 }],
    minimumUsageFee: { belowKwh: 500, amount: 9.95 },
  });
  const reply = await priceOf(id, 'usageKwh=400..2400&step=400');
  expect(reply.status).toBe(200);
  expect(reply.body).toEqual({
    offerId: id,
    currency: 'USD',
    basis: 'charges',
    knownUsageKwh: null,
    note: null,
    prices: [
      { usageKwh: 400, monthlyCost: 74.95, centsPerKwh: 18.7 }, // 5 + 400 x 0.15 + 9.95; 18.7375
      { usageKwh: 800, monthlyCost: 125, centsPerKwh: 15.6 }, // 5 + 800 x 0.15; 15.625
      { usageKwh: 1200, monthlyCost: 135, centsPerKwh: 11.3 }, // 5 + 1200 x 0.15 - 50; 11.25 rounds half up
      { usageKwh: 1600, monthlyCost: 175, centsPerKwh: 10.9 }, // 5 + 180 + 400 x 0.1 - 50; 10.9375
      { usageKwh: 2000, monthlyCost: 265, centsPerKwh: 13.3 }, // 5 + 180 + 800 x 0.1; 13.25 rounds half up
      { usageKwh: 2400, monthlyCost: 305, centsPerKwh: 12.7 }, // 5 + 180 + 1200 x 0.1; 12.708
    ],
    cliffs: [
      { usageKwh: 499, change: -9.95 },
      { usageKwh: 999, change: -50 },
      { usageKwh: 1999, change: 50 },
    ],
  });
});

it('states that it knows only the usages of the label where it has nothing else', async () => {
  const label = { avgPrice500kwh: 16, avgPrice1000kwh: 14.899999999999999, avgPrice2000kwh: 14.4 };
  const id = await publish({ complianceData: { electricityFactsLabel: label } });
  const { body } = await priceOf(id, 'usageKwh=1000..1250&step=250');
  expect(body).toEqual({
    offerId: id,
    currency: 'USD',
    basis: 'label',
    knownUsageKwh: [500, 1000, 2000],
    note: expect.stringContaining('500, 1,000, and 2,000 kWh'),
    prices: [
      { usageKwh: 1000, monthlyCost: null, centsPerKwh: 14.9 },
      { usageKwh: 1250, monthlyCost: null, centsPerKwh: null },
    ],
    cliffs: [],
  });
  const unknown = await priceOf(await publish({}), 'usageKwh=1000');
  expect(unknown.body).toMatchObject({ basis: null, knownUsageKwh: [], prices: [{ centsPerKwh: null }] });
  const television = await priceOf(await publish({ category: 'television' }), 'usageKwh=1000');
  expect(television.body.note).toBe('Only energy offers have a price per kWh.');
});

it('knows the usages of the label of a plan for small businesses', async () => {
  const id = await publish({
    serviceSpecificData: { customerClass: 'small_commercial' },
    complianceData: {
      electricityFactsLabel: { avgPrice1500kwh: 27.8, avgPrice2500kwh: 27.6, avgPrice3500kwh: 27.5 },
    },
  });
  expect((await priceOf(id, 'usageKwh=2500')).body).toMatchObject({
    basis: 'label',
    knownUsageKwh: [1500, 2500, 3500],
    note: expect.stringContaining('1,500, 2,500, and 3,500 kWh'),
    prices: [{ usageKwh: 2500, monthlyCost: null, centsPerKwh: 27.6 }],
  });
});

it.each([
  ['', 'usageKwh'],
  ['usageKwh=0', 'usageKwh'],
  ['usageKwh=12.5', 'usageKwh'],
  ['usageKwh=100001', 'usageKwh'],
  ['usageKwh=2000..1000', 'usageKwh'],
  ['usageKwh=1..2..3', 'usageKwh'],
  ['usageKwh=1000&step=50', 'step'],
  ['usageKwh=1..2000&step=1', 'step'],
  ['usageKwh=1..2000&step=0', 'step'],
])('refuses the query "%s"', async (query, field) => {
  const reply = await priceOf('0190c3de-0000-7000-8000-0000000000ff', query);
  expect([reply.status, fieldsOf(reply)]).toEqual([400, [field]]);
});

it('404 for an offer that the reseller cannot see', async () => {
  const id = await publish({ status: 'draft' });
  expect((await priceOf(id, 'usageKwh=1000')).status).toBe(404);
  expect((await priceOf('x', 'usageKwh=1000')).status).toBe(404);
});

/** A fraction with a positive denominator. */
type Fraction = readonly [bigint, bigint];
const fraction = (value: number): Fraction => [BigInt(Math.round(value * 1e6)), 1_000_000n];
const add = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * d + c * b, b * d];
const times = ([a, b]: Fraction, factor: number): Fraction => [a * BigInt(factor), b];
/** Rounds half up by comparing with each neighbor, in units of 1 / `per`. */
function rounded([n, d]: Fraction, per: number): number {
  let unit = (n * BigInt(per)) / d - 2n;
  while ((2n * unit + 1n) * d <= 2n * n * BigInt(per)) unit += 1n;
  return Number(unit) / per;
}

const cents = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 10_000, max: 1_000_000 }).map((n) => n / 10_000),
);
const amount = fc.integer({ min: 0, max: 20_000 }).map((n) => n / 100);
const usage = fc.integer({ min: 1, max: 3000 });
const anyCharges = fc.record(
  {
    energy: fc
      .tuple(
        fc.uniqueArray(fc.integer({ min: 1, max: 3000 }), { maxLength: 3 }),
        fc.array(cents, { minLength: 4, maxLength: 4 }),
      )
      .map(([steps, rates]) =>
        [0, ...steps.toSorted((a, b) => a - b)].map((fromKwh, index) => ({
          fromKwh,
          centsPerKwh: rates[index] ?? 0,
        })),
      ),
    baseMonthly: amount,
    deliveryCentsPerKwh: cents,
    deliveryMonthly: amount,
    credits: fc.array(
      fc.tuple(usage, fc.option(usage), amount).map(([fromKwh, length, credit]) => ({
        fromKwh,
        toKwh: length === null ? null : fromKwh + length,
        amount: credit,
      })),
      { maxLength: 3 },
    ),
    minimumUsageFee: fc.record({ belowKwh: usage, amount }),
  },
  { requiredKeys: ['energy'] },
);

it('agrees with a naive computation in fractions, kWh by kWh, for random charges', async () => {
  await fc.assert(
    fc.asyncProperty(anyCharges, usage, async (charges, from) => {
      const {
        energy,
        baseMonthly = 0,
        deliveryCentsPerKwh = 0,
        deliveryMonthly = 0,
        credits = [],
        minimumUsageFee,
      } = charges;
      const bill = (kwh: number): Fraction => {
        let energyUnits = 0n; // millionths of a cent
        for (let unit = 0; unit < kwh; unit += 1) {
          const rate = energy.findLast(({ fromKwh }) => fromKwh <= unit)?.centsPerKwh ?? NaN;
          energyUnits += fraction(rate)[0] + fraction(deliveryCentsPerKwh)[0];
        }
        let sum: Fraction = [energyUnits, 1_000_000n];
        for (const monthly of [baseMonthly, deliveryMonthly]) sum = add(sum, times(fraction(monthly), 100));
        for (const { fromKwh, toKwh, amount: credit } of credits)
          if (kwh >= fromKwh && (toKwh === null || kwh <= toKwh))
            sum = add(sum, times(fraction(-credit), 100));
        if (minimumUsageFee && kwh < minimumUsageFee.belowKwh)
          sum = add(sum, times(fraction(minimumUsageFee.amount), 100));
        return sum;
      };
      const id = await withCharges(charges);
      const { body } = await priceOf(id, `usageKwh=${from}..${from + 60}&step=20`);
      const usages = [from, from + 20, from + 40, from + 60];
      expect(body.prices).toEqual(
        usages.map((usageKwh) => {
          const [n, d] = bill(usageKwh);
          return {
            usageKwh,
            monthlyCost: rounded([n, d * 100n], 100) + 0,
            centsPerKwh: rounded([n, d * BigInt(usageKwh)], 10) + 0,
          };
        }),
      );
    }),
    { seed: testSeed, numRuns: 25 },
  );
});
