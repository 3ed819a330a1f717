import { categoryNames } from '../../src/offers/categories/all-categories.js';
import { fullOffer, makeTeam, type TestTeam } from '../support/factories.js';
import { fullCategoryData, leavesOf } from '../support/full-category-data.js';
import { start, type Harness, type Reply } from '../support/harness.js';

interface Row {
  name: string;
  unit: string | null;
  values: unknown[];
  cut: boolean;
}

/** Returns the unit and the values of each field in a comparison. */
const fieldsOf = ({ body }: Reply) =>
  Object.fromEntries((body.fields as Row[]).map(({ name, unit, values }) => [name, [unit, ...values]]));

/** Numbers that have no unit. */
const countsAndCodes = ['channelCount', 'simultaneousStreams', 'technologyCode'];

describe('GET /reseller/catalog/compare', () => {
  let harness: Harness;
  let provider: TestTeam;
  let reseller: TestTeam;

  const publish = async (more: object): Promise<string> => {
    const reply = await harness.call(
      'POST',
      '/provider/offers',
      { name: 'A', status: 'active', ...more },
      provider,
    );
    expect(reply.status).toBe(201);
    return reply.body.id;
  };
  const compare = (ids: string) =>
    harness.call('GET', `/reseller/catalog/compare?ids=${ids}`, undefined, reseller);

  beforeAll(async () => {
    harness = await start();
    provider = await makeTeam(harness, 'provider');
    reseller = await makeTeam(harness, 'reseller');
  });
  afterAll(() => harness.stop());

  it('compares offers in the requested order and lists the fields that differ', async () => {
    const fast = await publish({ ...fullOffer, sku: 'FAST' });
    const slow = await publish({
      ...fullOffer,
      sku: 'SLOW',
      monthlyPrice: 19.99,
      fees: null,
      serviceSpecificData: { ...fullOffer.serviceSpecificData, maxBandwidth: 600, dataCap: 500 },
    });
    const reply = await compare(`${slow},${fast}`);
    expect(reply.status).toBe(200);
    expect(reply.body.offers.map((offer: { id: string }) => offer.id)).toEqual([slow, fast]);
    expect(reply.body.offers[0]).toMatchObject({
      setupFee: null,
      costOver12Months: 239.88,
      costOver24Months: 479.76,
      attributes: { maxDownloadMbps: 600, dataCapGb: 500, typicalDownloadMbps: 940.5 },
    });
    // 12 x 59.99 + 49.99 + 0 + 10
    expect(reply.body.offers[1]).toMatchObject({
      setupFee: 59.99,
      costOver12Months: 779.87,
      earlyTerminationFee: 150,
      attributes: { dataCapGb: 'unlimited', connectionType: 'fiber' },
    });
    expect(reply.body.differing).toEqual([
      'monthlyPrice',
      'setupFee',
      'earlyTerminationFee',
      'costOver12Months',
      'costOver24Months',
      'pricing.firstMonthly',
      'pricing.regularMonthly',
      'pricing.allInMonthly',
      'pricing.setupFee',
      'attributes.maxDownloadMbps',
      'attributes.dataCapGb',
      'fees.installationFee',
      'fees.equipmentFee',
      'fees.activationFee',
      'fees.earlyTerminationFee',
      'serviceSpecificData.maxBandwidth',
      'serviceSpecificData.dataCap',
    ]);
    expect(fieldsOf(reply)).toMatchObject({
      'fees.activationFee': ['USD', null, 10],
      'serviceSpecificData.minBandwidth': ['Mbps', 500, 500],
      'serviceSpecificData.dataCap': ['GB', 500, 'unlimited'],
      'complianceData.broadbandLabel.typicalDownload': ['Mbps', 940.5, 940.5],
    });
  });

  it('tells apart offers that differ only in their terms', async () => {
    const terms = {
      contract: { months: 0, required: false },
      taxes: 'varies',
      introductory: { monthlyPrice: 20, months: 6 },
      monthlyFees: [{ name: 'Router', amount: 5, kind: 'equipment', mandatory: false }],
      oneTimeFees: [{ name: 'Visit', amount: 9, mandatory: false }],
    };
    const changes = {
      contract: { months: 24, required: true, earlyTerminationFeePerRemainingMonth: 15 },
      taxes: 4.5,
      introductory: { monthlyPrice: 20, months: 5 },
      monthlyFees: [{ name: 'Router', amount: 6, kind: 'equipment', mandatory: false }],
      oneTimeFees: [],
      pricingType: 'fixed',
    };
    const first = await publish({ monthlyPrice: 20, ...terms });
    for (const [name, value] of Object.entries(changes)) {
      const reply = await compare(`${first},${await publish({ monthlyPrice: 20, ...terms, [name]: value })}`);
      expect(reply.body.offers[1]).toMatchObject({ ...terms, [name]: value });
      expect(reply.body.differing.map((each: string) => each.split(/[.[]/)[0])).toContain(name);
    }
    const reply = await compare(`${first},${await publish({ monthlyPrice: 20, ...terms, ...changes })}`);
    expect(fieldsOf(reply)).toMatchObject({
      taxes: ['USD', 'varies', 4.5],
      'introductory.months': ['months', 6, 5],
      'monthlyFees[0].amount': ['USD', 5, 6],
      'oneTimeFees[0].name': [null, 'Visit', null],
      'contract.months': ['months', 0, 24],
      'contract.required': [null, false, true],
      'contract.earlyTerminationFeePerRemainingMonth': ['USD', null, 15],
    });
    expect(reply.body.differing).toContain('contract.earlyTerminationFeePerRemainingMonth');
  });

  it('names the currency of amounts only if all have the same', async () => {
    const made = [
      await publish({ currency: 'USD', fees: { activationFee: 5, depositRequired: 1 } }),
      await publish({ currency: 'EUR', fees: { activationFee: 5 } }),
    ];
    expect(fieldsOf(await compare(made.join()))).toMatchObject({
      'fees.activationFee': [null, 5, 5],
      'fees.depositRequired': ['USD', 1, null],
    });
  });

  it.each(categoryNames.filter((name) => name !== 'other'))(
    'shows every field of the schemas of %s, with its unit',
    async (category) => {
      const data = fullCategoryData(category);
      const reply = await compare([await publish({ category, ...data }), await publish({ category })].join());
      expect(reply.status).toBe(200);
      const given = leavesOf(data);
      expect(given.length).toBeGreaterThan(10);
      const fields = reply.body.fields as Row[];
      expect(Object.fromEntries(fields.map(({ name, values }) => [name, values]))).toEqual(
        Object.fromEntries(given.map(([name, value]) => [name, [value, null]])),
      );
      expect(reply.body.differing).toEqual(expect.arrayContaining(given.map(([name]) => name)));
      const unitless = fields.filter(({ unit, values }) => typeof values[0] === 'number' && unit === null);
      const names = unitless.map(({ name }) => name.split('.').at(-1) ?? '');
      expect(names.filter((name) => !countsAndCodes.includes(name))).toEqual([]);
    },
  );

  it('shows the keys of category data that no schema defines and that differ, with their units', async () => {
    const internet = (more: object, label: object) =>
      publish({
        category: 'internet',
        serviceSpecificData: { ...fullOffer.serviceSpecificData, ...more },
        complianceData: { broadbandLabel: label, review: 'passed' },
      });
    const ids = [
      await internet(
        {
          routerRangeKm: 0.1,
          burstMbps: 900,
          same: 1,
          nested: { a: 1, b: 2 },
          list: [1],
          deep: [{ x: 1 }, 2],
        },
        { url: 'https://isp.example/label', note: 1 },
      ),
      await internet(
        { routerRangeKm: 0.2, same: 1, nested: { a: 2, b: 2 }, list: [2], deep: [{ x: 2 }, 2], none: {} },
        { url: 'https://isp.example/label', note: 2 },
      ),
    ];
    const reply = await compare(ids.join(','));
    const row = (name: string, unit: string | null, ...values: unknown[]) => ({
      name,
      unit,
      values,
      cut: false,
    });
    expect(reply.body.extra).toEqual([
      row('serviceSpecificData.deep[0].x', null, 1, 2),
      row('serviceSpecificData.list', null, [1], [2]),
      row('serviceSpecificData.nested.a', null, 1, 2),
      row('serviceSpecificData.burstMbps', 'Mbps', 900, null),
      row('serviceSpecificData.routerRangeKm', 'km', 0.1, 0.2),
      row('serviceSpecificData.none', null, null, {}),
      row('complianceData.broadbandLabel.note', null, 1, 2),
    ]);
    expect(reply.body.differing).toEqual([]);
    expect(reply.body.omitted).toEqual({ fields: 0, extra: 0 });
  });

  it('shortens long names and values, and counts what it leaves out', async () => {
    const filled = (mark: string) =>
      publish({
        category: 'other',
        serviceSpecificData: {
          long: `${'😀'.repeat(2500)}${mark}`,
          list: [...Array(600).keys(), mark],
          ['k'.repeat(1000)]: mark,
        },
        complianceData: Object.fromEntries(Array.from({ length: 700 }, (_, index) => [`key${index}`, mark])),
      });
    const reply = await compare([await filled('a'), await filled('b')].join());
    const [list, long, key, ...others] = reply.body.extra as Row[];
    expect(others).toHaveLength(97);
    expect(reply.body.omitted).toEqual({ fields: 0, extra: 603 });
    expect(list).toMatchObject({ name: 'serviceSpecificData.list', cut: true });
    const kept = list?.values[0] as number[];
    expect(kept).toEqual([...kept.keys()]);
    expect(kept.length).toBeGreaterThan(200);
    expect(long).toMatchObject({ values: Array(2).fill(`${'😀'.repeat(500)}…`), cut: true });
    expect(key).toEqual({
      name: `serviceSpecificData.${'k'.repeat(280)}…`,
      unit: null,
      values: ['a', 'b'],
      cut: true,
    });
    expect(reply.text.length).toBeLessThan(30_000);
  });

  it('leaves out equal fields first if there are too many', async () => {
    const licenses = (agency: string) =>
      Array.from({ length: 90 }, (_, index) => ({
        state: 'TX',
        number: `B${index}`,
        agency,
        expiresOn: '2030-01-01',
      }));
    const security = (agency: string, disclosureText: string) =>
      publish({
        category: 'security',
        serviceSpecificData: { monitoringType: 'hybrid', installationType: 'diy', equipmentIncluded: 'Hub' },
        complianceData: { licenses: licenses(agency), disclosureText },
      });
    const reply = await compare([await security('A', 'x'), await security('B', 'y')].join());
    const names = reply.body.fields.map(({ name }: Row) => name);
    expect(names).toHaveLength(91);
    expect(names.at(-1)).toBe('complianceData.disclosureText');
    // 3 fields of the service, and 3 of each license
    expect(reply.body.omitted).toEqual({ fields: 273, extra: 0 });
  });

  it('reads data caps and renewable energy from the label, and leaves unknown ones null', async () => {
    const { dataCap: _, ...service } = fullOffer.serviceSpecificData;
    const internet = (serviceSpecificData: object | null, broadbandLabel: object) =>
      publish({ category: 'internet', serviceSpecificData, complianceData: { broadbandLabel } });
    const energy = (data: object | null, renewablePercent: number) =>
      publish({
        category: 'energy',
        serviceSpecificData: data,
        complianceData: { electricityFactsLabel: { renewablePercent } },
      });
    const made = [
      await internet(service, { dataCapGb: 1200 }),
      await internet(service, { dataCapGb: null }),
      await internet({ ...service, dataCap: null }, { dataCapGb: 1200 }),
      await internet({ ...service, dataCap: 50 }, { dataCapGb: 1200 }),
      await internet(service, {}),
      await energy({}, 40),
      await energy({ renewablePercentage: 0 }, 40),
      await publish({ category: 'other', complianceData: { broadbandLabel: null } }),
      await publish({ category: 'television', serviceSpecificData: { hd: true, maxBandwidth: 'fast' } }),
    ];
    const reply = await compare(made.join());
    const values = (name: string) =>
      reply.body.offers.map(({ attributes }: { attributes: Record<string, unknown> }) => attributes[name]);
    expect(values('dataCapGb')).toEqual([1200, 'unlimited', 'unlimited', 50, ...Array(5).fill(null)]);
    expect(values('renewablePercentage')).toEqual([...Array(5).fill(null), 40, 0, null, null]);
  });

  it('compares offers in different categories, and unexpected values of known keys', async () => {
    const tv = await publish({ category: 'television', serviceSpecificData: { channelCount: 90, hd: true } });
    const other = await publish({
      category: 'other',
      serviceSpecificData: { hd: { yes: 1 }, channelCount: 'many' },
    });
    const reply = await compare(`${tv},${other}`);
    expect(reply.body.offers[0].attributes).toEqual({ channelCount: 90, hd: true });
    expect(reply.body.offers[1].attributes).toEqual({ channelCount: 'many', hd: null });
    expect(reply.body.offers[1].costOver12Months).toBeNull();
  });

  it('returns the same 404 for a hidden offer as for an unknown one', async () => {
    const shown = await publish({});
    const hidden = await publish({ visibility: 'preferred' });
    for (const id of [hidden, '0190c3de-0000-7000-8000-000000000001']) {
      const reply = await compare(`${shown},${id}`);
      expect(reply.status).toBe(404);
      expect(reply.body.detail).toBe(`Offer ${id} not found`);
    }
  });

  it.each([
    ['', 'ids[0]'],
    ['x', 'ids[0]'],
    [Array(11).fill('0190c3de-0000-7000-8000-000000000001').join(), 'ids'],
    ['0190c3de-0000-7000-8000-000000000001,0190c3de-0000-7000-8000-000000000001', 'ids'],
  ])('rejects ids=%s', async (ids, field) => {
    const reply = await compare(ids);
    expect(reply.status).toBe(400);
    expect(reply.body.errors[0].field).toBe(field);
  });

  it('is available only to resellers', async () => {
    const reply = await harness.call('GET', '/reseller/catalog/compare?ids=x', undefined, provider);
    expect(reply.status).toBe(403);
  });
});
