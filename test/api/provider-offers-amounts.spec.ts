import { DataSource } from 'typeorm';
import { uploadOffers } from '../support/bulk-upload.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness } from '../support/harness.js';
import { resultsOf, uploadFile } from '../support/offer-file.js';

/*
 * Amounts are in the currency of the offer, wherever they are in it.
 */

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
});
afterAll(() => harness.stop());

const path = '/provider/offers';
const post = (body: object) =>
  harness.call('POST', path, { name: 'Offer', status: 'active', ...body }, provider);
async function create(body: object) {
  const reply = await post(body);
  expect([reply.status, reply.body.errors]).toEqual([201, undefined]);
  return reply.body;
}
const patch = (id: string, body: object) => harness.call('PATCH', `${path}/${id}`, body, provider);
const read = async (id: string) => (await harness.call('GET', `${path}/${id}`, undefined, provider)).body;
const bulk = (row: object) => uploadOffers(harness, provider, [row]);

const television = {
  category: 'television',
  monthlyPrice: 73.99,
  complianceData: {
    allInMonthlyPrice: 98.43,
    franchiseFees: 3.1,
    bundle: { price: 134.5, components: [{ name: 'TV', amount: 84.5 }] },
  },
};
const energy = {
  category: 'energy',
  serviceSpecificData: {
    contractLengthMonths: 12,
    charges: {
      energy: [{ fromKwh: 0, centsPerKwh: 14.3 }],
      baseMonthly: 4.95,
      deliveryCentsPerKwh: 5.6032,
      credits: [{ fromKwh: 1000, amount: 50 }],
      minimumUsageFee: { belowKwh: 500, amount: 9.95 },
    },
  },
  complianceData: { electricityFactsLabel: { avgPrice500kwh: 20.7, avgPrice1500kwh: 20.2 } },
};
const charges = 'serviceSpecificData.charges';

describe('a change of the currency', () => {
  it.each([
    [
      television,
      [
        'monthlyPrice',
        'complianceData.allInMonthlyPrice',
        'complianceData.franchiseFees',
        'complianceData.bundle.price',
        'complianceData.bundle.components[0].amount',
      ],
    ],
    [
      energy,
      [
        `${charges}.energy[0].centsPerKwh`,
        `${charges}.baseMonthly`,
        `${charges}.deliveryCentsPerKwh`,
        `${charges}.credits[0].amount`,
        `${charges}.minimumUsageFee.amount`,
        'complianceData.electricityFactsLabel.avgPrice500kwh',
        'complianceData.electricityFactsLabel.avgPrice1500kwh',
      ],
    ],
    [
      {
        category: 'internet',
        complianceData: { broadbandLabel: { monthlyPrice: 60, overagePrice: 5, allInMonthlyPrice: 70 } },
      },
      ['monthlyPrice', 'overagePrice', 'allInMonthlyPrice'].map(
        (name) => `complianceData.broadbandLabel.${name}`,
      ),
    ],
    [
      {
        category: 'insurance',
        serviceSpecificData: {
          coverageAmount: 100_000,
          deductible: 500,
          liabilityAmount: 1,
          premiumTermMonths: 12,
        },
        complianceData: { termPremium: 144, installmentFee: 0 },
      },
      [
        'serviceSpecificData.coverageAmount',
        'serviceSpecificData.deductible',
        'serviceSpecificData.liabilityAmount',
        'complianceData.termPremium',
        'complianceData.installmentFee',
      ],
    ],
    [
      { category: 'security', complianceData: { bondAmount: 25_000, contractTotalCost: 1079.64 } },
      ['complianceData.bondAmount', 'complianceData.contractTotalCost'],
    ],
  ])('names every amount of %j that it lacks', async (body, fields) => {
    const created = await create(body);
    const reply = await patch(created.id, { currency: 'JPY', overview: 'in yen' });
    expect([reply.status, fieldsOf(reply).toSorted()]).toEqual([400, fields.toSorted()]);
    expect(reply.body.detail).toMatch(/must be sent with the new currency JPY/);
    const [line] = await bulk({ id: created.id, currency: 'JPY' });
    expect(line?.problem?.errors?.map(({ field }) => field).toSorted()).toEqual(fields.toSorted());
    expect(await read(created.id)).toEqual(created);
    const cleared = { monthlyPrice: null, serviceSpecificData: null, complianceData: null };
    expect((await patch(created.id, { currency: 'JPY', ...cleared })).status).toBe(200);
  });

  it('succeeds with all amounts, in JSON and in CSV', async () => {
    const { id } = await create({ ...television, sku: 'TV-YEN' });
    const csv = (data: string) =>
      uploadFile(harness, provider, `sku;currency;monthlyPrice;complianceData\nTV-YEN;JPY;50;${data}\n`);
    expect(resultsOf(await csv(''))).toBe('failed');
    expect(await read(id)).toMatchObject({ currency: 'USD', pricing: { allInMonthly: 98.43 } });
    const yen = { currency: 'JPY', monthlyPrice: 50, complianceData: { allInMonthlyPrice: 98 } };
    expect((await patch(id, yen)).body).toMatchObject({ pricing: { currency: 'JPY', allInMonthly: 98 } });
    expect(resultsOf(await csv('"{""allInMonthlyPrice"":99}"'))).toBe('updated');
    expect((await read(id)).pricing.allInMonthly).toBe(99);
  });

  it('demands only what contains an amount', async () => {
    const { id } = await create({
      monthlyPrice: 20,
      contract: { months: 12, required: true, termsUrl: 'https://isp.example/terms' },
      fees: {},
      monthlyFees: [],
      taxes: 'included',
      category: 'energy',
      serviceSpecificData: { rateType: 'fixed', baseChargeMonthly: 4.95 },
    });
    const moved = await patch(id, { currency: 'JPY', monthlyPrice: 2000 });
    expect(moved.body).toMatchObject({ currency: 'JPY', contract: { months: 12 } });
  });

  it('demands the amounts in merged objects', async () => {
    const terms = { months: 12, required: true, earlyTerminationFeePerRemainingMonth: 15 };
    const { id } = await create({ introductory: { monthlyPrice: 10, months: 6 }, contract: terms });
    const without = await patch(id, {
      currency: 'JPY',
      introductory: { months: 3 },
      contract: { months: 24 },
    });
    expect(fieldsOf(without)).toEqual([
      'introductory.monthlyPrice',
      'contract.earlyTerminationFeePerRemainingMonth',
    ]);
    const moved = await patch(id, {
      currency: 'JPY',
      introductory: { monthlyPrice: 900 },
      contract: { earlyTerminationFeePerRemainingMonth: null },
    });
    expect(moved.body).toMatchObject({
      introductory: { monthlyPrice: 900, months: 6 },
      contract: { ...terms, earlyTerminationFeePerRemainingMonth: null },
    });
  });
});

describe('an amount in category data', () => {
  it('has no more decimal places than the currency', async () => {
    const tooMany = async (body: object) => {
      const reply = await post(body);
      expect([reply.status, reply.body.detail]).toEqual([400, expect.stringMatching(/decimal places than/)]);
      return fieldsOf(reply);
    };
    const yen = { ...television, currency: 'JPY', monthlyPrice: 98 };
    expect(await tooMany({ ...yen, complianceData: { allInMonthlyPrice: 98.5 } })).toEqual([
      'complianceData.allInMonthlyPrice',
    ]);
    expect(await tooMany({ ...television, complianceData: { allInMonthlyPrice: 98.43512 } })).toEqual([
      'complianceData.allInMonthlyPrice',
    ]);
    expect(await tooMany({ ...energy, currency: 'JPY' })).toEqual(
      ['baseMonthly', 'minimumUsageFee.amount'].map((name) => `${charges}.${name}`),
    );
    const { id } = await create({ ...energy, sku: 'PTC' });
    const data = { ...energy.serviceSpecificData.charges, baseMonthly: 5.555 };
    const changed = await patch(id, { serviceSpecificData: { charges: data } });
    expect([changed.status, fieldsOf(changed)]).toEqual([400, [`${charges}.baseMonthly`]]);
    const [line] = await bulk({ sku: 'PTC', serviceSpecificData: { charges: data } });
    expect(line?.problem?.errors).toMatchObject([{ field: `${charges}.baseMonthly`, code: 'decimals' }]);
    // A key that no schema defines is not known to be an amount.
    expect((await post({ category: 'other', complianceData: { allInMonthlyPrice: 98.435 } })).status).toBe(
      201,
    );
  });

  it('is checked together with the other fields, once', async () => {
    const complianceData = { allInMonthlyPrice: -98.435, franchiseFees: 1.234, privacyPolicyUrl: 5 };
    const reply = await post({ ...television, complianceData, monthlyPrice: 1.234 });
    expect(fieldsOf(reply).toSorted()).toEqual([
      'complianceData.allInMonthlyPrice',
      'complianceData.franchiseFees',
      'complianceData.privacyPolicyUrl',
      'monthlyPrice',
    ]);
  });

  it('that an earlier release has stored with more does not prevent other changes', async () => {
    const { id } = await create(television);
    await harness.app
      .get(DataSource)
      .query(
        `UPDATE offers SET compliance_data = '{"allInMonthlyPrice":98.435,"equipmentFees":1}', version = 2 WHERE id = $1`,
        [id],
      );
    const stored = await read(id);
    expect(stored.pricing.allInMonthly).toBe(98.44);
    expect((await patch(id, stored)).body).toEqual(stored);
    const complianceData = { ...stored.complianceData, equipmentFees: 2 };
    expect((await patch(id, { complianceData, overview: 'new' })).body).toMatchObject({
      complianceData,
      overview: 'new',
      pricing: { allInMonthly: 98.44 },
    });
    const other = await patch(id, { complianceData: { ...complianceData, equipmentFees: 2.345 } });
    expect(fieldsOf(other)).toEqual(['complianceData.equipmentFees']);
  });
});

it.each([
  [
    {
      oneTimeFees: [
        { name: 'Card', amount: 25 },
        { name: 'Visit', amount: 50 },
        { name: 'Cable', amount: 9, mandatory: false },
      ],
    },
    75,
  ],
  [{ fees: { installationFee: 100.5 }, oneTimeFees: [{ name: 'Card', amount: 80 }] }, 180.5],
  [{ fees: { depositRequired: 9 } }, null],
  [{}, null],
])('resellers see the same setup fee of %j everywhere', async (body, setupFee) => {
  const { id } = await create({ monthlyPrice: 10, ...body });
  const get = async (url: string) => (await harness.call('GET', url, undefined, reseller)).body;
  const seen = { setupFee, pricing: { setupFee } };
  expect(await get(`/reseller/catalog/${id}`)).toMatchObject(seen);
  const listed = (await get('/reseller/catalog?limit=100')) as { id: string }[];
  expect(listed.find((offer) => offer.id === id)).toMatchObject(seen);
  expect((await get(`/reseller/catalog/compare?ids=${id}`)).offers[0]).toMatchObject(seen);
});
