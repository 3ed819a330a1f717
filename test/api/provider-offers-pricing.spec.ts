import { LeaveSetupFeeUnknown1765510000000 } from '../../migrations/1765510000000-leave-setup-fee-unknown.js';
import { DataSource } from 'typeorm';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { sendBulk } from '../support/bulk-upload.js';
import { start, type Harness } from '../support/harness.js';

/*
 * What a customer pays, derived from the fields of an offer. Each case shows its arithmetic.
 */

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;

const post = (body: object, team = provider) =>
  harness.call('POST', '/provider/offers', { name: 'Offer', status: 'active', ...body }, team);
const patch = (id: string, body: object) => harness.call('PATCH', `/provider/offers/${id}`, body, provider);
const read = (id: string) => harness.call('GET', `/provider/offers/${id}`, undefined, provider);
const errorsOf = ({ body }: { body: { errors?: { field: string; message: string }[] } }) =>
  (body.errors ?? []).map(({ field, message }) => `${field} ${message}`);

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
});
afterAll(() => harness.stop());

/** The fictitious company of the FCC's machine-readable label, as printed by internet providers. */
const acme = {
  name: '10G Unlimited World',
  category: 'internet',
  monthlyPrice: 59.95,
  introductory: { monthlyPrice: 39.95, months: 6 },
  monthlyFees: [
    { name: 'Equipment rental', amount: 9.95, kind: 'equipment' },
    { name: 'virus protection subscription', amount: 4, kind: 'provider' },
  ],
  oneTimeFees: [
    { name: 'Equipment cost', amount: 25 },
    { name: 'installation fee', amount: 50 },
  ],
  contract: { months: 24, required: true, termsUrl: 'https://acmedata.com/terms' },
  taxes: 'included',
  fees: { earlyTerminationFee: 90 },
};

const acmePricing = {
  currency: 'USD',
  firstMonthly: 39.95,
  regularMonthly: 59.95,
  allInMonthly: 73.9, // 59.95 + 9.95 + 4
  setupFee: 75, // 25 + 50
  costOver12Months: 841.8, // 6 x 39.95 + 6 x 59.95 + 12 x 13.95 + 75 = 239.7 + 359.7 + 167.4 + 75
  costOver24Months: 1728.6, // 6 x 39.95 + 18 x 59.95 + 24 x 13.95 + 75 = 239.7 + 1079.1 + 334.8 + 75
  perKwh: { 500: null, 1000: null, 2000: null },
};

it('39.95 for six months and 59.95 afterwards is a yearly cost of 841.80 with fees', async () => {
  const created = await post(acme);
  expect(created.status).toBe(201);
  expect(created.body).toMatchObject({ ...acme, pricing: acmePricing });
  const { id } = created.body;
  expect((await read(id)).body).toEqual(created.body);
  const seen = await harness.call('GET', `/reseller/catalog/${id}`, undefined, reseller);
  expect(seen.body).toMatchObject({ ...acme, pricing: acmePricing });
  const compared = await harness.call('GET', `/reseller/catalog/compare?ids=${id}`, undefined, reseller);
  expect(compared.body.offers[0]).toMatchObject({ pricing: acmePricing, costOver12Months: 841.8 });
});

it.each([
  // 73.99 + 24.44
  [{ monthlyPrice: 73.99, monthlyFees: [{ name: 'Fees', amount: 24.44, kind: 'passThrough' }] }, 98.43],
  [{ monthlyPrice: 73.99, complianceData: { allInMonthlyPrice: 98.43 } }, 98.43],
  // The fees are higher than what the provider states: 80 + 10
  [
    {
      monthlyPrice: 80,
      monthlyFees: [{ name: 'Box', amount: 10, kind: 'equipment' }],
      complianceData: { allInMonthlyPrice: 85 },
    },
    90,
  ],
  // Optional fees are not paid by everyone.
  [
    { monthlyPrice: 73.99, monthlyFees: [{ name: 'DVR', amount: 15, kind: 'equipment', mandatory: false }] },
    73.99,
  ],
  [{ complianceData: { allInMonthlyPrice: 89.99 } }, 89.99],
  [{}, null],
])('the all-in price of television with %j is %p', async (body, allInMonthly) => {
  const reply = await post({ category: 'television', ...body });
  expect(reply.status).toBe(201);
  expect(reply.body.pricing).toMatchObject({
    allInMonthly,
    costOver12Months: allInMonthly === null ? null : Math.round(allInMonthly * 1200) / 100,
  });
});

it.each([
  // An introductory price for the whole period is all that must be known.
  [
    { introductory: { monthlyPrice: 10, months: 12 } },
    { firstMonthly: 10, costOver12Months: 120, costOver24Months: null },
  ],
  [
    { monthlyPrice: 20, fees: {} },
    { setupFee: null, costOver12Months: 240 },
  ],
  // What ends a contract, and what comes back, says nothing about the start.
  [
    { monthlyPrice: 20, fees: { earlyTerminationFee: 150, depositRequired: 50, installationFee: null } },
    { setupFee: null, costOver12Months: 240 },
  ],
  [{ monthlyPrice: 20, fees: { activationFee: 0 } }, { setupFee: 0 }],
  [{ monthlyPrice: 20, oneTimeFees: [] }, { setupFee: 0 }],
  [{ monthlyPrice: 20 }, { setupFee: null, costOver12Months: 240, costOver24Months: 480 }],
  // 12 x 20 + 5 + 1
  [
    { monthlyPrice: 20, fees: { activationFee: 5 }, oneTimeFees: [{ name: 'Card', amount: 1 }] },
    { setupFee: 6, costOver12Months: 246 },
  ],
  [{ monthlyPrice: 0 }, { allInMonthly: 0, costOver12Months: 0 }],
])('the pricing of %j contains %j', async (body, pricing) => {
  expect((await post(body)).body.pricing).toMatchObject(pricing);
});

it('is computed again by every kind of change', async () => {
  const { id } = (await post({ ...acme, sku: 'ACME' })).body;
  // 6 x 39.95 + 6 x 49.95 + 12 x 13.95 + 75
  const changed = await patch(id, { monthlyPrice: 49.95 });
  expect(changed.body.pricing).toMatchObject({ allInMonthly: 63.9, costOver12Months: 781.8 });
  expect((await read(id)).body).toEqual(changed.body);
  // 12 x 49.95 + 12 x 13.95 + 75
  expect((await patch(id, { introductory: null })).body.pricing.costOver12Months).toBe(841.8);
  const line = { sku: 'ACME', monthlyFees: null, oneTimeFees: null, fees: { installationFee: 20 } };
  expect((await sendBulk(harness, provider, JSON.stringify(line))).status).toBe(200);
  // 12 x 49.95 + 20
  expect((await read(id)).body.pricing).toMatchObject({ allInMonthly: 49.95, costOver12Months: 619.4 });
  // Such an offer is changed with a single statement: 12 x 30 + 20, then 12 x 30 + 20 + 15
  expect((await patch(id, { monthlyPrice: 30 })).body.pricing).toMatchObject({
    firstMonthly: 30,
    regularMonthly: 30,
    costOver12Months: 380,
  });
  const fees = await patch(id, { fees: { activationFee: 15 } });
  expect(fees.body.pricing).toMatchObject({ setupFee: 35, costOver12Months: 395 });
  expect((await read(id)).body).toEqual(fees.body);
  expect((await patch(id, { pricing: { currency: 'EUR' }, overview: 'ignored' })).body.pricing.currency).toBe(
    'USD',
  );
});

it('a price per kWh is that of the label, rounded half up to a tenth of a cent', async () => {
  const label = (electricityFactsLabel: object) =>
    post({ category: 'energy', complianceData: { electricityFactsLabel } });
  const { pricing } = (
    await label({ avgPrice500kwh: 16, avgPrice1000kwh: 14.899999999999999, avgPrice2000kwh: 14.85 })
  ).body;
  expect(pricing).toMatchObject({ allInMonthly: null, perKwh: { 500: 16, 1000: 14.9, 2000: 14.9 } });
  expect((await label({ avgPrice1000kwh: 13.2 })).body.pricing.perKwh).toEqual({
    500: null,
    1000: 13.2,
    2000: null,
  });
});

it.each([
  [
    'energy',
    { complianceData: { electricityFactsLabel: { avgPrice1000kwh: 0.149 } } },
    'cents per kWh; use avgPrice1000kwh: 14.9',
  ],
  ['energy', { complianceData: { electricityFactsLabel: { avgPrice500kwh: 1490 } } }, 'cents per kWh'],
  [
    'energy',
    { serviceSpecificData: { charges: { energy: [{ fromKwh: 0, centsPerKwh: 0.12 }] } } },
    'cents per kWh',
  ],
  [
    'energy',
    {
      serviceSpecificData: {
        charges: { energy: [{ fromKwh: 0, centsPerKwh: 12 }], deliveryCentsPerKwh: 560 },
      },
    },
    'cents per kWh',
  ],
  [
    'internet',
    { serviceSpecificData: { minBandwidth: 0, maxBandwidth: 1_000_000, connectionType: 'fiber' } },
    'Mbps',
  ],
  ['internet', { complianceData: { broadbandLabel: { typicalDownload: 940_000 } } }, 'Mbps'],
])('refuses %s data in another unit: %j', async (category, body, unit) => {
  const reply = await post({ category, ...body });
  expect(reply.status).toBe(400);
  expect(errorsOf(reply)).toEqual([expect.stringContaining(unit)]);
});

// A JSON object cannot be converted to a number if it has a member like these.
const notNumbers: { value: unknown }[] = [
  null,
  { toString: 1 },
  { valueOf: 1, toString: 1 },
  [{ toString: 1 }],
].map((value) => ({ value }));

it.each(notNumbers)(
  'refuses $value in place of a number that another field is compared with',
  async ({ value }) => {
    const charges = {
      energy: [{ fromKwh: 0, centsPerKwh: 12, sharePercent: value }],
      credits: [{ fromKwh: value, toKwh: 4, amount: 1 }],
    };
    const data = (category: string, serviceSpecificData: object, complianceData?: object) =>
      post({ category, serviceSpecificData, complianceData });
    const energy = await data('energy', { charges });
    expect(energy.status).toBe(400);
    expect(energy.body.errors.map(({ field }: { field: string }) => field)).toEqual(
      expect.arrayContaining([
        'serviceSpecificData.charges.energy[0].sharePercent',
        'serviceSpecificData.charges.credits[0].fromKwh',
      ]),
    );
    expect((await data('energy', { charges: { energy: [value] } })).status).toBe(400);
    const broadbandLabel = { typicalDownload: 100, typicalDownloadLow: value };
    const internet = { minBandwidth: value, maxBandwidth: 100, connectionType: 'fiber' };
    const labelled = await data('internet', internet, { broadbandLabel });
    expect(labelled.status).toBe(400);
  },
);

it('refuses amounts, contracts and charges that make no sense, by their paths', async () => {
  const reply = await post({
    category: 'energy',
    introductory: { monthlyPrice: -1, months: 0 },
    monthlyFees: [{ name: 'Router', amount: 1.999, kind: 'rent' }, 'Router'],
    oneTimeFees: [{ name: ' ', amount: 1 }],
    contract: { months: 12, required: true, terms: 'x' },
    taxes: 'free',
    serviceSpecificData: {
      contractLengthMonths: 24,
      utility: 'Oncor',
      charges: { energy: [{ fromKwh: 10, centsPerKwh: 12 }], credits: [{ fromKwh: 5, toKwh: 4, amount: 1 }] },
    },
  });
  expect(reply.status).toBe(400);
  const fields = (reply.body.errors as { field: string }[]).map(({ field }) => field);
  expect(new Set(fields)).toEqual(
    new Set([
      'introductory.monthlyPrice',
      'introductory.months',
      'monthlyFees[0].amount',
      'monthlyFees[0].kind',
      'monthlyFees[1]',
      'oneTimeFees[0].name',
      'contract.terms',
      'contract.months',
      'taxes',
      'serviceSpecificData.utility',
      'serviceSpecificData.charges.energy',
      'serviceSpecificData.charges.credits[0].toKwh',
    ]),
  );
});

it('accepts taxes as an amount, and keeps every field as it was sent', async () => {
  for (const taxes of ['varies', 'notApplicable', 4.5, 0, null]) {
    const body = {
      ...acme,
      taxes,
      contract: { months: 0, required: false, noticeDays: 30, autoRenews: null },
    };
    const { body: created } = await post(body);
    expect(created).toMatchObject(body);
    expect((await patch(created.id, body)).body).toEqual(created);
  }
});

it('the migration recomputes the setup fee of stored offers, and its reverse restores it', async () => {
  const bodies = [{ earlyTerminationFee: 90 }, { activationFee: 0 }];
  const ids = await Promise.all(bodies.map(async (fees) => (await post({ fees })).body.id as string));
  const runner = harness.app.get(DataSource).createQueryRunner();
  const setupFees = async () => {
    const rows: { fee: unknown; same: boolean }[] = await runner.query(
      "SELECT pricing->'setupFee' AS fee, pricing = offer_pricing(o) AS same FROM offers o WHERE id = ANY ($1) ORDER BY id",
      [ids.toSorted()],
    );
    expect(rows.map(({ same }) => same)).toEqual([true, true]);
    return rows.map(({ fee }) => fee);
  };
  const now = ids[0] === ids.toSorted()[0] ? [null, 0] : [0, null];
  await runner.startTransaction();
  try {
    const migration = new LeaveSetupFeeUnknown1765510000000();
    expect(await setupFees()).toEqual(now);
    await migration.down(runner);
    expect(await setupFees()).toEqual([0, 0]);
    await migration.up(runner);
    expect(await setupFees()).toEqual(now);
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
});

it('Postgres computes the same pricing, also for other writers', async () => {
  const label = { avgPrice500kwh: 16.05, avgPrice1000kwh: 14.899999999999999, avgPrice2000kwh: 100 };
  const bodies = [
    {},
    { monthlyPrice: 59.9, fees: { installationFee: 49.99, activationFee: null, depositRequired: 100 } },
    { monthlyPrice: 0, fees: {} },
    { monthlyPrice: 5, fees: { earlyTerminationFee: 90, installationFee: null } },
    { monthlyPrice: 5, fees: { depositRequired: 90 }, oneTimeFees: [] },
    { monthlyPrice: 99_999_999_999.99, fees: { installationFee: 99_999_999_999.99 } },
    { monthlyPrice: 5000, currency: 'JPY', fees: { equipmentFee: 7 } },
    { monthlyPrice: 1.005, currency: 'KWD' },
    { monthlyPrice: 73.99, category: 'television', complianceData: { allInMonthlyPrice: 98.43 } },
    { category: 'television', complianceData: { allInMonthlyPrice: 98.42 } },
    { monthlyPrice: 90, category: 'television', complianceData: { allInMonthlyPrice: 80 } },
    { category: 'energy', complianceData: { electricityFactsLabel: label } },
    { category: 'internet', complianceData: { broadbandLabel: {}, allInMonthlyPrice: 5 } },
    acme,
    { ...acme, monthlyPrice: null },
    { ...acme, introductory: { monthlyPrice: 5, months: 24 } },
    { introductory: { monthlyPrice: 5, months: 24 } },
    { introductory: { monthlyPrice: 5, months: 13 }, oneTimeFees: [] },
    { monthlyPrice: 10, monthlyFees: [], oneTimeFees: [{ name: 'Visit', amount: 1.5, mandatory: false }] },
    { monthlyFees: [{ name: 'Router', amount: 9.95, kind: 'equipment', mandatory: false }] },
    {
      monthlyPrice: 70,
      introductory: { monthlyPrice: 60, months: 6 },
      monthlyFees: [{ name: 'Sports', amount: 9.95, kind: 'provider' }],
      category: 'television',
      complianceData: { allInMonthlyPrice: 98.43 },
    },
    {
      monthlyPrice: 5,
      category: 'energy',
      serviceSpecificData: { charges: { energy: [{ fromKwh: 0, centsPerKwh: 12 }], baseMonthly: 4.95 } },
    },
  ];
  const made = await Promise.all(bodies.map(async (body) => (await post(body)).body));
  const dataSource = harness.app.get(DataSource);
  for (const { id, pricing } of made) {
    const [row] = await dataSource.query('SELECT offer_pricing(o) AS pricing FROM offers o WHERE id = $1', [
      id,
    ]);
    expect(row.pricing).toEqual(pricing);
  }
  // The previous release, which runs for some time after the migration, does not write the pricing.
  const [, priced] = made;
  await dataSource.query('UPDATE offers SET monthly_price_minor = 1000, version = 2 WHERE id = $1', [
    priced.id,
  ]);
  expect((await read(priced.id)).body.pricing).toMatchObject({ allInMonthly: 10, costOver12Months: 169.99 });
  const cheapest = `/reseller/catalog?sortBy=allInPrice&providerId=${provider.id}&maxAllInPrice=10&limit=100`;
  const found = (await harness.call('GET', cheapest, undefined, reseller)).body as { id: string }[];
  expect(found.map(({ id }) => id)).toContain(priced.id);
  // A patch of the price alone leaves the pricing to Postgres, one that also names other fields does not.
  for (const [index, { id }] of made.entries()) {
    const changes = { monthlyPrice: 7, fees: { installationFee: 3 } };
    const { body: direct } = await patch(id, changes);
    if ((bodies[index] as { currency?: string }).currency) continue; // is not patched with one statement
    const { body: expected } = await post({ ...bodies[index], monthlyPrice: 7, fees: direct.fees });
    expect(direct.pricing).toEqual(expected.pricing);
  }
});
