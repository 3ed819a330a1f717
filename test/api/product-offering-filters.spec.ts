import { makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness } from '../support/harness.js';
import { makeOffering, recurring } from '../support/product-offering-factories.js';

let harness: Harness;
let north: TestTeam;
let south: TestTeam;
let reseller: TestTeam;

const eur = (grossPrice: number) => ({ ...recurring, currency: 'EUR', grossPrice });
const usd = (grossPrice: number) => ({ ...recurring, currency: 'USD', grossPrice });

beforeAll(async () => {
  harness = await start();
  [north, south] = [await makeTeam(harness, 'provider'), await makeTeam(harness, 'hybrid')];
  reseller = await makeTeam(harness, 'reseller');
  for (const team of [north, south])
    for (const slug of ['mobile', 'home'])
      await harness.call(
        'POST',
        '/product-offering-groups',
        { productOfferingGroupId: slug, name: slug, category: 'SUBSCRIPTION_CELL' },
        team,
      );
  await makeOffering(harness, north, {
    name: 'Talk Café 20',
    description: 'Free calls, no contract',
    productOfferingGroupId: 'mobile',
    price: { ...eur(19.9), currencyOptions: { USD: { grossPrice: 22 }, JPY: { grossPrice: 3000 } } },
  });
  await makeOffering(harness, north, { name: 'Fibre 500', productOfferingGroupId: 'home', price: eur(40) });
  await makeOffering(harness, south, {
    name: 'TV/Internet',
    description: 'One call is free',
    productOfferingGroupId: 'mobile',
    price: usd(10),
    internalDescription: 'secretword',
  });
  await makeOffering(harness, south, { name: '光ファイバー', price: eur(100_000) });
});
afterAll(() => harness.stop());

const list = (query: string, team = reseller) =>
  harness.call('GET', `/product-offerings?${query}`, undefined, team);
const namesFor = async (query: string, team = reseller) => {
  const reply = await list(query, team);
  return [reply.status, ...(reply.body.items ?? []).map(({ name }: { name: string }) => name)];
};

const [talk, fibre, tv, chinese] = ['Talk Café 20', 'Fibre 500', 'TV/Internet', '光ファイバー'];

it.each([
  ['productOfferingGroupId=mobile', [tv, talk]],
  ['productOfferingGroupId=Mobile', []],
  ['currency=EUR', [chinese, fibre, talk]],
  ['currency=USD', [tv, talk]],
  ['currency=JPY', [talk]],
  ['currency=SEK', []],
  ['currency=EUR&minPrice=19.9', [chinese, fibre, talk]],
  ['currency=EUR&minPrice=19.91', [chinese, fibre]],
  ['currency=EUR&maxPrice=40', [fibre, talk]],
  ['currency=EUR&minPrice=40&maxPrice=40', [fibre]],
  ['currency=USD&minPrice=10.01', [talk]],
  ['currency=JPY&maxPrice=3000', [talk]],
  ['currency=JPY&maxPrice=2999', []],
  ['currency=EUR&minPrice=99999999999.99', []],
  ['currency=EUR&minPrice=0', [chinese, fibre, talk]],
  ['search=cafe', [talk]],
  ['search=CAF%C3%89%20talk', [talk]],
  ['search=calls%20free', [tv, talk]],
  ['search=free%20fibre', []],
  ['search=internet', [tv]],
  ['search=tv-internet', [tv]],
  ['search=%E3%83%95%E3%82%A1%E3%82%A4%E3%83%90%E3%83%BC', [chinese]],
  ['search=secretword', []],
  ["search='%20%26%20!%20%7C%20(", []],
  ['search=%3A*', []],
  ['search=calls&productOfferingGroupId=mobile&currency=EUR&maxPrice=20&customerType=CONSUMER', [talk]],
])('?%s returns %j', async (query, expected) => {
  expect(await namesFor(query)).toEqual([200, ...expected]);
});

it('filters by provider, and combines the filter with others', async () => {
  expect(await namesFor(`providerId=${north.id}`)).toEqual([200, fibre, talk]);
  expect(await namesFor(`providerId=${north.id.toUpperCase()}&productOfferingGroupId=mobile`)).toEqual([
    200,
    talk,
  ]);
  expect(await namesFor(`providerId=${reseller.id}`)).toEqual([200]);
  expect(await namesFor(`providerId=${south.id}`, north)).toEqual([200]);
  expect(await namesFor(`providerId=${north.id}`, south)).toEqual([200, fibre, talk]);
});

it('finds new words after an update', async () => {
  const { productOfferingId: id } = await makeOffering(harness, north, {
    name: 'Before',
    price: { currency: 'SEK' },
  });
  await harness.call('PATCH', `/product-offerings/${id}`, { name: 'After', description: 'Größer' }, north);
  expect(await namesFor('search=before')).toEqual([200]);
  expect(await namesFor('search=grosser%20after', north)).toEqual([200, 'After']);
  await harness.call('POST', `/product-offerings/${id}/archive`, undefined, north);
  expect(await namesFor('search=after')).toEqual([200]);
  expect(await namesFor('search=after&status=ARCHIVED', north)).toEqual([200, 'After']);
});

it('binds cursors to the filters', async () => {
  const { body } = await list('currency=EUR&limit=1');
  const cursor = encodeURIComponent(body.pagination.nextCursor);
  expect(await namesFor(`currency=EUR&limit=1&cursor=${cursor}`)).toEqual([200, fibre]);
  expect((await list(`currency=USD&limit=1&cursor=${cursor}`)).body.code).toBe('INVALID_CURSOR');
});

it.each([
  ['minPrice=5', ['currency']],
  ['maxPrice=5', ['currency']],
  ['currency=eur', ['currency']],
  ['currency=EUR&minPrice=5.001', ['minPrice']],
  ['currency=JPY&maxPrice=5.5&minPrice=6.5', ['minPrice', 'maxPrice', 'minPrice']],
  ['currency=EUR&minPrice=6&maxPrice=5', ['minPrice']],
  ['currency=EUR&minPrice=-1', ['minPrice']],
  ['currency=EUR&minPrice=cheap', ['minPrice']],
  ['providerId=x', ['providerId']],
  ['productOfferingGroupId=a/b', ['productOfferingGroupId']],
  ['search=', ['search']],
  [`search=${'x'.repeat(201)}`, ['search']],
  ['search=a%00b', ['search']],
])('400 for ?%s', async (query, fields) => {
  const reply = await list(query);
  expect([reply.status, ...fieldsOf(reply)]).toEqual([400, ...fields]);
});
