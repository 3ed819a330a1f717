import { makeTeam, type TestTeam } from '../support/factories.js';
import { readAllPages } from '../support/read-all-pages.js';
import { start, type Harness } from '../support/harness.js';

/*
 * The catalog by what a customer pays.
 */

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;

beforeAll(async () => {
  harness = await start();
  reseller = await makeTeam(harness, 'reseller');
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

async function publish(body: object): Promise<void> {
  const offer = { status: 'active', ...body };
  const reply = await harness.call('POST', '/provider/offers', offer, provider);
  expect([reply.status, reply.body.errors]).toEqual([201, undefined]);
}

/** Returns the names of the provider's offers that a query finds, read in pages of two. */
async function names(query: string): Promise<string[]> {
  const path = `/reseller/catalog?providerId=${provider.id}&limit=2&${query}`;
  return (await readAllPages<{ name: string }>(harness, path, reseller.key)).map(({ name }) => name);
}

it('a television offer of 73.99 that costs 98.43 ranks after one of 89.99', async () => {
  // 73.99 + 9.5 + 14.94 = 98.43
  const monthlyFees = [
    { name: 'Broadcast TV fee', amount: 9.5, kind: 'passThrough' },
    { name: 'Box', amount: 14.94, kind: 'equipment' },
  ];
  await publish({ name: 'Teaser', category: 'television', monthlyPrice: 73.99, monthlyFees });
  await publish({ name: 'Honest', category: 'television', monthlyPrice: 89.99 });
  await publish({ name: 'On request', category: 'television' });
  expect(await names('sortBy=price')).toEqual(['Teaser', 'Honest', 'On request']);
  expect(await names('sortBy=allInPrice')).toEqual(['Honest', 'Teaser', 'On request']);
  expect(await names('sortBy=allInPrice&sortOrder=desc')).toEqual(['Teaser', 'Honest', 'On request']);
  expect(await names('maxAllInPrice=98.42')).toEqual(['Honest']);
  expect(await names('maxAllInPrice=98.43&sortBy=allInPrice')).toEqual(['Honest', 'Teaser']);
});

it('the cost over 12 and 24 months decides, not the first price', async () => {
  // 12 months: 6 x 39.95 + 6 x 59.95 = 599.4, and 12 x 50 = 600; 24 months: 1318.8 and 1200
  await publish({ name: 'Bait', monthlyPrice: 59.95, introductory: { monthlyPrice: 39.95, months: 6 } });
  await publish({ name: 'Steady', monthlyPrice: 50 });
  expect(await names('sortBy=costOver12Months')).toEqual(['Bait', 'Steady']);
  expect(await names('sortBy=costOver24Months')).toEqual(['Steady', 'Bait']);
});

/** Rows of the public file of powertochoose.org, archived on 29 January 2026. */
const texas = [
  ['Plain and simple', 'AEP_CENTRAL', 16, 14.899999999999999, 14.399999999999999, 0],
  ['Smart Simple 12', 'AEP_CENTRAL', 15.5, 15.2, 15, 12],
  ['Champ Saver-12', 'AEP_CENTRAL', 15.2, 14.899999999999999, 14.7, 12],
  ['Elsewhere', 'ONCOR', 13, 12, 11, 24],
] as const;

it('sorts and filters real electricity plans by their price per kWh', async () => {
  for (const [name, utility, avgPrice500kwh, avgPrice1000kwh, avgPrice2000kwh, months] of texas)
    await publish({
      name,
      category: 'energy',
      serviceSpecificData: { utility, contractLengthMonths: months, prepaid: months === 0, timeOfUse: false },
      complianceData: { electricityFactsLabel: { avgPrice500kwh, avgPrice1000kwh, avgPrice2000kwh } },
      complianceStatus: months === 0 ? 'incomplete' : 'compliant',
    });
  await publish({ name: 'No label', category: 'energy' });
  await publish({ name: 'Not energy', category: 'other', monthlyPrice: 1 });
  const [plain, smart, champ, elsewhere] = texas.map(([name]) => name);
  const known = [elsewhere, champ, plain, smart];
  expect((await names('sortBy=pricePerKwh')).toSorted()).toEqual([...known, 'No label'].toSorted());
  expect(await names('sortBy=pricePerKwh&usageKwh=500&utility=aep_central')).toEqual([champ, smart, plain]);
  expect(await names('sortBy=pricePerKwh&usageKwh=2000&sortOrder=desc')).toEqual([
    smart,
    champ,
    plain,
    elsewhere,
    'No label',
  ]);
  expect(await names('sortBy=pricePerKwh&usageKwh=1000&maxPricePerKwh=14.9&utility=AEP_CENTRAL')).toEqual([
    plain,
    champ,
  ]);
  expect(await names('maxPricePerKwh=14.8')).toEqual([elsewhere]);
  expect(await names('contractMonths=12&sortBy=pricePerKwh&usageKwh=500')).toEqual([champ, smart, plain]);
  expect(await names('prepaid=true')).toEqual([plain]);
  expect(await names('timeOfUse=true')).toEqual([]);
  expect(await names('complianceStatus=incomplete')).toEqual([plain]);
  const path = `/reseller/catalog?providerId=${provider.id}&facets=utility,contractMonths`;
  expect((await harness.call('GET', path, undefined, reseller)).body.facets).toEqual({
    utility: [
      { value: 'AEP_CENTRAL', count: 3 },
      { value: null, count: 2 },
      { value: 'ONCOR', count: 1 },
    ],
    contractMonths: [
      { value: '12', count: 2 },
      { value: null, count: 2 },
      { value: '0', count: 1 },
      { value: '24', count: 1 },
    ],
  });
});

it('filters the attributes of the other categories', async () => {
  const label = (broadbandLabel: object) => ({ category: 'internet', complianceData: { broadbandLabel } });
  await publish({ name: 'Range', ...label({ typicalUploadLow: 4, typicalUploadHigh: 69 }) });
  await publish({
    name: 'Upload',
    ...label({ typicalUpload: 20 }),
    contract: { months: 24, required: true },
  });
  await publish({
    name: 'TV',
    category: 'television',
    serviceSpecificData: { hd: true, dvr: false, includesStreaming: true },
    contract: { months: 0, required: false },
  });
  await publish({
    name: 'Cover',
    category: 'insurance',
    serviceSpecificData: { insuranceType: 'Renters', deductible: 500 },
  });
  expect(await names('minUploadMbps=20')).toEqual(['Upload']);
  expect(await names('minUploadMbps=4&sortBy=name')).toEqual(['Range', 'Upload']);
  expect(await names('hd=true')).toEqual(['TV']);
  expect(await names('dvr=true')).toEqual([]);
  expect(await names('dvr=false&includesStreaming=true')).toEqual(['TV']);
  expect(await names('deductible=500')).toEqual(['Cover']);
  expect(await names('deductible=499')).toEqual([]);
  expect(await names('insuranceType=renters')).toEqual(['Cover']);
  expect(await names('contractMonths=24&sortBy=name')).toEqual(['TV', 'Upload']);
});

it.each(['usageKwh=750', 'maxPricePerKwh=0.14', 'currency=usd', 'sortBy=pricePerMonth', 'contractMonths=x'])(
  'refuses %s and says what would be right',
  async (query) => {
    const reply = await harness.call('GET', `/reseller/catalog?${query}`, undefined, reseller);
    expect(reply.status).toBe(400);
    expect(reply.body.errors).toMatchObject([{ field: query.split('=')[0] }]);
  },
);
