import { DataSource } from 'typeorm';
import { ReadLabels1764400000000 } from '../../migrations/1764400000000-read-labels.js';
import { catalogCalls, unknownId } from '../support/catalog-calls.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness } from '../support/harness.js';
import { nextPagePath, readAllPages } from '../support/read-all-pages.js';

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;
const { offer, change, list, ids } = catalogCalls(() => harness);

beforeAll(async () => {
  harness = await start();
  reseller = await makeTeam(harness, 'reseller');
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

/**
 * Creates offers, and returns a function that runs a query on them and returns the indexes of the results in
 * order.
 */
async function among(bodies: object[]) {
  const made: string[] = [];
  for (const body of bodies) made.push((await offer(provider, body)).id);
  return async (query: Record<string, string>) =>
    (await ids(reseller, { providerId: provider.id, ...query })).map((id) => made.indexOf(id));
}

const category = (name: string, serviceSpecificData: object | null) => ({
  category: name,
  serviceSpecificData,
});
const internet = (data: object | null) =>
  category('internet', data && { minBandwidth: 1, maxBandwidth: 100, connectionType: 'cable', ...data });
/** Data whose keys belong to other categories and contain values that would be invalid there. */
const odd = {
  maxBandwidth: 'fast',
  connectionType: ['fiber'],
  dataCap: {},
  channelCount: '200',
  monitoringType: 7,
  installationType: null,
  energyType: true,
  renewablePercentage: 'all',
  contractLengthMonths: [],
  coverageAmount: 'lots',
};

describe('GET /reseller/catalog filters', () => {
  it('by category and provider', async () => {
    const show = await among([category('energy', null), category('other', {}), {}]);
    expect(await show({ category: 'energy' })).toEqual([0]);
    expect(await show({ category: 'television' })).toEqual([]);
    expect(await show({})).toEqual([2, 1, 0]);
    expect(await show({ providerId: provider.id.toUpperCase(), category: 'other' })).toEqual([1]);
    expect(await ids(reseller, { providerId: unknownId })).toEqual([]);
    expect(await ids(reseller, { providerId: reseller.id })).toEqual([]);
  });

  it('by price, including both bounds, without unpriced offers', async () => {
    const show = await among(
      [19.99, 20, 0, null, 20.01, 9_999_999.99].map((monthlyPrice) => ({ monthlyPrice })),
    );
    const by = (query: object) => show({ sortBy: 'price', ...query });
    expect(await by({ minPrice: '20' })).toEqual([1, 4, 5]);
    expect(await by({ maxPrice: '20.00' })).toEqual([2, 0, 1]);
    expect(await by({ minPrice: '20', maxPrice: '20' })).toEqual([1]);
    expect(await by({ minPrice: '0' })).toEqual([2, 0, 1, 4, 5]);
    expect(await by({ maxPrice: '0' })).toEqual([2]);
    expect(await by({ minPrice: '20.0001', maxPrice: '9999999.99' })).toEqual([4, 5]);
    expect(await by({ minPrice: '20', sortOrder: 'desc' })).toEqual([5, 4, 1]);
  });

  it('compares amounts in one currency only; offers in others come last and are outside of bounds', async () => {
    const prices: [string, number | null][] = [
      ['JPY', 1],
      ['USD', 60],
      ['KWD', 59.995],
      ['USD', null],
      ['USD', 59.99],
    ];
    const made: Record<string, string> = {};
    for (const [currency, monthlyPrice] of prices)
      made[(await offer(provider, { currency, monthlyPrice, name: 'Coins' })).id] =
        `${currency} ${monthlyPrice}`;
    const yen = await makeTeam(harness, 'reseller', { defaultCurrency: 'JPY' });
    const shown = async (query: Record<string, string>, team = reseller) =>
      (await ids(team, { providerId: provider.id, ...query })).flatMap((id) => made[id] ?? []);
    for (const sortBy of ['price', 'allInPrice', 'costOver12Months', 'costOver24Months']) {
      for (const more of [{}, { search: 'coins' }] as Record<string, string>[]) {
        const query = { sortBy, ...more };
        const known = ['USD 59.99', 'USD 60'];
        expect(await shown(query)).toEqual([...known, 'USD null', 'JPY 1', 'KWD 59.995']);
        expect(await shown({ ...query, sortOrder: 'desc' })).toEqual([
          ...known.toReversed(),
          'USD null',
          'KWD 59.995',
          'JPY 1',
        ]);
        expect((await shown({ ...query, currency: 'KWD' }))[0]).toBe('KWD 59.995');
        expect((await shown(query, yen))[0]).toBe('JPY 1');
        expect(await shown({ ...query, currency: 'EUR' })).toHaveLength(5);
      }
    }
    expect(await shown({ maxPrice: '59.99' })).toEqual(['USD 59.99']);
    expect(await shown({ maxAllInPrice: '59.99' })).toEqual(['USD 59.99']);
    expect(await shown({ maxPrice: '1' }, yen)).toEqual(['JPY 1']);
    const { body } = await list(reseller, {
      providerId: provider.id,
      search: 'coins',
      facets: 'price,currency',
    });
    expect(body.facets).toEqual({
      price: [
        { from: 50, to: 75, count: 2 },
        { from: null, to: null, count: 3 },
      ],
      currency: [
        { value: 'USD', count: 3 },
        { value: 'JPY', count: 1 },
        { value: 'KWD', count: 1 },
      ],
    });
  });

  it.each([
    ['minPrice', { minPrice: '100', maxPrice: '50' }],
    ['minPrice', { minPrice: 'abc' }],
    ['minPrice', { minPrice: '-1' }],
    ['minPrice', { minPrice: '' }],
    ['minPrice', { minPrice: '1e3' }],
    ['minPrice', { minPrice: '0x10' }],
    ['minPrice', { minPrice: '1,5' }],
    ['maxPrice', { maxPrice: '100000000000' }],
    ['maxPrice', { maxPrice: '1.00001' }],
    ['maxPrice', { maxPrice: 'Infinity' }],
    ['category', { category: 'phone' }],
    ['category', { category: '' }],
    ['providerId', { providerId: 'abc' }],
    ['connectionType', { connectionType: 'Fiber' }],
    ['minDownloadMbps', { minDownloadMbps: 'fast' }],
    ['minDownloadMbps', { minDownloadMbps: '-1' }],
    ['unlimitedData', { unlimitedData: 'yes' }],
    ['unlimitedData', { unlimitedData: '1' }],
    ['minChannels', { minChannels: '1.5' }],
    ['monitoringType', { monitoringType: 'none' }],
    ['installationType', { installationType: 'DIY' }],
    ['energyType', { energyType: 'wind' }],
    ['minRenewablePercentage', { minRenewablePercentage: '101' }],
    ['maxContractMonths', { maxContractMonths: '-1' }],
    ['minCoverage', { minCoverage: 'NaN' }],
    ['sortBy', { sortBy: 'Price' }],
    ['sortBy', { sortBy: 'relevance' }],
    ['sortOrder', { sortOrder: 'ASC' }],
    ['count', { count: 'maybe' }],
    ['minprice', { minprice: '5' }],
    ['status', { status: 'draft' }],
  ])('400 reports %s in %j', async (field, query) => {
    const reply = await list(reseller, query);
    expect(reply.status).toBe(400);
    expect(fieldsOf(reply)).toEqual([field]);
  });

  it('400 reports all invalid parameters together, and repeated ones', async () => {
    expect(fieldsOf(await list(reseller, { limit: '0', category: 'x', zipCode: '1' })).toSorted()).toEqual([
      'category',
      'limit',
      'zipCode',
    ]);
    for (const [name, value] of Object.entries({
      category: 'energy',
      zipCode: '94102',
      minPrice: '1',
      search: 'a',
    })) {
      const path = `/reseller/catalog?${name}=${value}&${name}=${value}`;
      const reply = await harness.call('GET', path, undefined, reseller);
      expect([name, reply.status, fieldsOf(reply)]).toEqual([name, 400, [name]]);
    }
  });
});

describe('GET /reseller/catalog filters on category data', () => {
  it('for internet', async () => {
    const show = await among([
      internet({ connectionType: 'fiber', maxBandwidth: 1000, dataCap: null }),
      internet({ connectionType: 'dsl', maxBandwidth: 16.5, dataCap: 100 }),
      internet({ connectionType: '5g_home' }),
      internet(null),
      category('other', { ...odd, connectionType: 'fiber', maxBandwidth: 5000 }),
    ]);
    expect(await show({ connectionType: 'fiber' })).toEqual([0]);
    expect(await show({ connectionType: '5g_home' })).toEqual([2]);
    expect(await show({ minDownloadMbps: '100' })).toEqual([2, 0]);
    expect(await show({ minDownloadMbps: '16.5', connectionType: 'dsl' })).toEqual([1]);
    expect(await show({ minDownloadMbps: '0' })).toEqual([2, 1, 0]);
    expect(await show({ unlimitedData: 'true' })).toEqual([0]);
    expect(await show({ unlimitedData: 'false' })).toEqual([1]);
    expect(await show({ unlimitedData: 'true', category: 'television' })).toEqual([]);
  });

  it('find data caps on the label, and do not guess those that are missing', async () => {
    const labelled = (data: object | null, broadbandLabel: object) => ({
      ...internet(data),
      complianceData: { broadbandLabel },
    });
    const made = [
      labelled({}, { dataCapGb: 1200 }),
      labelled({}, { dataCapGb: null }),
      labelled({ dataCap: null }, { dataCapGb: 1200 }),
      labelled({ dataCap: 500 }, { dataCapGb: null }),
      labelled({}, { typicalDownload: 90 }),
      labelled(null, { dataCapGb: 0 }),
      { ...category('other', { dataCap: null }), complianceData: { broadbandLabel: { dataCapGb: null } } },
    ];
    const show = await among(made);
    expect(await show({ unlimitedData: 'true' })).toEqual([2, 1]);
    expect(await show({ unlimitedData: 'false' })).toEqual([5, 3, 0]);
    const counted = {
      providerId: provider.id,
      count: 'true',
      facets: 'connectionType',
      unlimitedData: 'false',
    };
    const { headers, body } = await list(reseller, counted);
    expect([headers['x-total-count'], body.facets.connectionType[0].count]).toEqual(['3', 2]);
  });

  it('find data caps of offers that were stored by the previous release', async () => {
    const label = (dataCapGb: number | null) => ({ complianceData: { broadbandLabel: { dataCapGb } } });
    const show = await among([
      { ...internet({}), ...label(1200) },
      internet({}),
      { ...internet(null), ...label(null) },
      internet({ dataCap: null }),
    ]);
    const runner = harness.app.get(DataSource).createQueryRunner();
    await new ReadLabels1764400000000().down(runner);
    expect(await show({ unlimitedData: 'true' })).toEqual([3, 1, 0]);
    await new ReadLabels1764400000000().up(runner);
    await runner.release();
    expect(await show({ unlimitedData: 'true' })).toEqual([3, 2]);
    expect(await show({ unlimitedData: 'false' })).toEqual([0]);
  });

  it('follow changes of the label', async () => {
    const { id } = await offer(provider, internet({}));
    const unlimited = () => ids(reseller, { providerId: provider.id, unlimitedData: 'true' });
    const capped = () => ids(reseller, { providerId: provider.id, unlimitedData: 'false' });
    await change(provider, id, { complianceData: { broadbandLabel: { dataCapGb: null } } });
    expect([await unlimited(), await capped()]).toEqual([[id], []]);
    await change(provider, id, { complianceData: { broadbandLabel: { dataCapGb: 10 } } });
    expect([await unlimited(), await capped()]).toEqual([[], [id]]);
    await change(provider, id, { complianceData: null });
    expect([await unlimited(), await capped()]).toEqual([[], []]);
  });

  it('for television and security', async () => {
    const home = { monitoringType: 'self_monitoring', installationType: 'diy', equipmentIncluded: 'Hub' };
    const show = await among([
      category('television', { channelCount: 50 }),
      category('television', { dvr: true, maxBandwidth: 'fast' }),
      category('security', home),
      category('security', { ...home, monitoringType: 'hybrid', installationType: 'professional' }),
    ]);
    expect(await show({ minChannels: '50' })).toEqual([0]);
    expect(await show({ minChannels: '51' })).toEqual([]);
    expect(await show({ monitoringType: 'hybrid' })).toEqual([3]);
    expect(await show({ installationType: 'diy' })).toEqual([2]);
    expect(await show({ installationType: 'diy', monitoringType: 'hybrid' })).toEqual([]);
  });

  it('for energy and insurance', async () => {
    const show = await among([
      category('energy', { energyType: 'solar', renewablePercentage: 100, contractLengthMonths: 24 }),
      category('energy', { energyType: 'gas', renewablePercentage: 33.3, contractLengthMonths: 0 }),
      category('energy', { energyType: 'gas' }),
      category('insurance', { coverageAmount: 250_000.5 }),
      category('insurance', { insuranceType: 'home' }),
    ]);
    expect(await show({ energyType: 'gas' })).toEqual([2, 1]);
    expect(await show({ minRenewablePercentage: '33.3' })).toEqual([1, 0]);
    expect(await show({ maxContractMonths: '12' })).toEqual([1]);
    expect(await show({ maxContractMonths: '24', energyType: 'solar' })).toEqual([0]);
    expect(await show({ minCoverage: '250000.5' })).toEqual([3]);
    expect(await show({ minCoverage: '0' })).toEqual([3]);
  });

  it('find the share of renewable energy on the label', async () => {
    const labelled = (data: object | null, renewablePercent?: number) => ({
      ...category('energy', data),
      complianceData: { electricityFactsLabel: { renewablePercent } },
    });
    const show = await among([
      labelled({}, 100),
      labelled({ renewablePercentage: 5 }, 100),
      labelled(null, 40),
      labelled({}),
    ]);
    expect(await show({ minRenewablePercentage: '40' })).toEqual([2, 0]);
    expect(await show({ minRenewablePercentage: '0' })).toEqual([2, 1, 0]);
  });

  it('ignore values that other categories store under the same keys', async () => {
    const { maxBandwidth: _, connectionType: __, dataCap: ___, ...others } = odd;
    const show = await among([
      category('other', odd),
      internet(others),
      category('television', { hd: true, maxBandwidth: 'fast', coverageAmount: 'lots', energyType: {} }),
    ]);
    for (const [name, value] of [
      ['minDownloadMbps', '5000'],
      ['minChannels', '0'],
      ['monitoringType', 'hybrid'],
      ['minRenewablePercentage', '0'],
      ['maxContractMonths', '900'],
      ['minCoverage', '0'],
    ] as const)
      expect([name, await show({ [name]: value })]).toEqual([name, []]);
    expect(await show({ minDownloadMbps: '0' })).toEqual([1]);
  });
});

describe('GET /reseller/catalog sorts', () => {
  it('by price, with unpriced offers last in both directions, and then by ID', async () => {
    const show = await among([null, 5, null, 0, 5, 7].map((monthlyPrice) => ({ monthlyPrice })));
    expect(await show({ sortBy: 'price' })).toEqual([3, 1, 4, 5, 0, 2]);
    expect(await show({ sortBy: 'price', sortOrder: 'desc' })).toEqual([5, 4, 1, 3, 2, 0]);
  });

  it('by name regardless of case, and by creation time, newest first', async () => {
    const show = await among(['beta', 'Alba', 'BETA', 'alba 2'].map((name) => ({ name })));
    expect(await show({ sortBy: 'name' })).toEqual([1, 3, 0, 2]);
    expect(await show({ sortBy: 'name', sortOrder: 'desc' })).toEqual([2, 0, 3, 1]);
    expect(await show({})).toEqual([3, 2, 1, 0]);
    expect(await show({ sortOrder: 'asc' })).toEqual([0, 1, 2, 3]);
    expect(await show({ sortBy: 'createdAt' })).toEqual([3, 2, 1, 0]);
  });

  it('by the name of the provider', async () => {
    const teams = [];
    for (const name of ['zulu', 'Alba', 'Mike']) teams.push(await makeTeam(harness, 'provider', { name }));
    for (const team of teams) await offer(team, { category: 'insurance', name: 'Sorted' });
    const names = async (query: object) =>
      (await list(reseller, { search: 'sorted', sortBy: 'provider', ...query })).body.map(
        ({ providerName }: { providerName: string }) => providerName,
      );
    expect(await names({})).toEqual(['Alba', 'Mike', 'zulu']);
    expect(await names({ sortOrder: 'desc' })).toEqual(['zulu', 'Mike', 'Alba']);
  });

  it('across pages of offers with and without a price', async () => {
    const prices = [null, 5, null, 0, 5, 7, null];
    for (const monthlyPrice of prices) await offer(provider, { monthlyPrice });
    for (const limit of [1, 2, 3, 4, 7]) {
      const path = `/reseller/catalog?sortBy=price&providerId=${provider.id}&limit=${limit}`;
      const shown = await readAllPages<{ monthlyPrice: number | null }>(harness, path, reseller.key);
      expect(shown.map(({ monthlyPrice }) => monthlyPrice)).toEqual([0, 5, 5, 7, null, null, null]);
    }
  });
});

describe('a cursor of the catalog', () => {
  const cursorOf = async (query: Record<string, string>) => {
    const next = nextPagePath(await list(reseller, { limit: '1', ...query })) ?? '';
    return new URL(next, harness.url).searchParams.get('cursor') ?? '';
  };

  it('accepts the filters in another order, another limit, count and facets', async () => {
    await among([{ category: 'other' }, { category: 'other' }, { category: 'other' }]);
    const filters = { category: 'other', providerId: provider.id, sortBy: 'name' };
    const cursor = await cursorOf(filters);
    const { sortBy, providerId, category } = filters;
    const reply = await list(reseller, {
      count: 'true',
      sortBy,
      cursor,
      facets: 'price',
      providerId,
      category,
    });
    expect(reply.status).toBe(200);
    expect(reply.body.items).toHaveLength(2);
  });

  it.each([
    ['another filter', { category: 'energy' }],
    ['another sort', { sortBy: 'price' }],
    ['another order', { sortOrder: 'asc' }],
    ['a search', { search: 'offer' }],
  ])('400 with %s', async (_, change) => {
    await among([{}, {}]);
    const filters = { providerId: provider.id };
    const reply = await list(reseller, { ...filters, ...change, cursor: await cursorOf(filters) });
    expect([reply.status, reply.body.code]).toEqual([400, 'INVALID_CURSOR']);
  });
});
