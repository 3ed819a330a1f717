import { adminKey, start, type Harness } from '../support/harness.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { eur, planAttributes, Shop } from '../support/subscriptions.js';

let harness: Harness;
let provider: Shop;
let hybrid: Shop;
let reseller: Shop;

const shopOf = async (role: 'provider' | 'reseller' | 'hybrid', more: object = {}) =>
  new Shop(harness, await makeTeam(harness, role, more));
const idsOf = (reply: { body: { data: { id: string }[] } }) => reply.body.data.map((each) => each.id);
const setTeam = (team: TestTeam, change: object) =>
  harness.call('PATCH', `/admin/teams/${team.id}`, change, { key: adminKey });

beforeEach(async () => {
  harness = await start();
  provider = await shopOf('provider');
  hybrid = await shopOf('hybrid');
  reseller = await shopOf('reseller');
});
afterEach(() => harness.stop());

it('lets resellers read the complete offerings of all providers, with all that is in them', async () => {
  const bikes = await provider.simple({ external_ref: 'bikes' });
  await provider.id('offering');
  const boats = await hybrid.simple();
  expect(idsOf(await reseller.get('/offerings'))).toEqual([bikes, boats]);
  const full = await reseller.get('/offerings?include=products,plans');
  expect(full.body.included.plans).toMatchObject([{ meta: { price: eur(1000) } }, {}]);
  expect(full.body.meta.results.total).toBe(2);
  expect((await reseller.get(`/offerings/${bikes}?include=plans`)).status).toBe(200);
  for (const kind of ['products', 'plans'] as const)
    expect(await reseller.parts(bikes, kind)).toEqual(await provider.parts(bikes, kind));
  const filters = ['eq(external_ref,bikes)', 'in(external_product_refs,nothing)'];
  expect(idsOf(await reseller.get(`/offerings?filter=${filters[0]}`))).toEqual([bikes]);
  expect(idsOf(await reseller.get(`/offerings?filter=${filters[1]}`))).toEqual([]);
});

it('hides incomplete offerings from all but their owner, until they are complete', async () => {
  const id = await provider.id('offering');
  const product = await provider.id('product');
  const plan = await provider.id('plan');
  const unseen = async () => {
    for (const path of ['', '/products', '/plans'])
      for (const by of [reseller, hybrid]) expect((await by.get(`/offerings/${id}${path}`)).status).toBe(404);
    expect(idsOf(await reseller.get('/offerings'))).toEqual([]);
    expect((await provider.get(`/offerings/${id}`)).status).toBe(200);
  };
  await unseen();
  await provider.send('POST', `/offerings/${id}/products/attach`, { data: { products: [product] } });
  await unseen();
  await provider.send('POST', `/offerings/${id}/plans/attach`, { data: { plans: [plan] } });
  for (const by of [reseller, hybrid]) expect((await by.get(`/offerings/${id}`)).status).toBe(200);
  expect(idsOf(await reseller.get('/offerings'))).toEqual([id]);
});

it('shows hybrid teams their own, incomplete ones too, and the complete ones of others', async () => {
  const bikes = await provider.simple();
  await provider.id('offering');
  const draft = await hybrid.id('offering');
  expect(idsOf(await hybrid.get('/offerings'))).toEqual([bikes, draft]);
});

it('shows providers their own alone', async () => {
  const boats = await hybrid.simple();
  const bikes = await provider.simple();
  expect(idsOf(await provider.get('/offerings'))).toEqual([bikes]);
  expect((await provider.get(`/offerings/${boats}`)).status).toBe(404);
});

it('lets nobody write what belongs to another team', async () => {
  const id = await provider.simple();
  const [plan] = await provider.parts(id, 'plans');
  const own = await hybrid.id('plan');
  for (const reply of [
    await hybrid.update(`/offerings/${id}`, 'offering', { name: 'Taken' }),
    await hybrid.send('DELETE', `/offerings/${id}`),
    await hybrid.send('POST', `/offerings/${id}/plans/attach`, { data: { plans: [own] } }),
    await hybrid.send('DELETE', `/offerings/${id}/plans/${plan}`),
  ])
    expect(reply.status).toBe(404);
});

it('refuses resellers every write, and products and plans altogether', async () => {
  const id = await provider.simple();
  const [plan = ''] = await provider.parts(id, 'plans');
  for (const reply of [
    await reseller.create('offering', { name: 'Mine' }),
    await reseller.build([{ name: 'Bike' }], [planAttributes]),
    await reseller.update(`/offerings/${id}`, 'offering', { name: 'Taken' }),
    await reseller.send('DELETE', `/offerings/${id}`),
    await reseller.send('POST', `/offerings/${id}/plans/attach`, { data: { plans: [plan] } }),
    await reseller.send('PUT', `/offerings/${id}/products/replace`, { data: { products: [plan] } }),
    await reseller.update(`/offerings/${id}/plans/${plan}`, 'offering_plan', {}),
    await reseller.send('DELETE', `/offerings/${id}/plans/${plan}`),
    await reseller.get('/products'),
    await reseller.get(`/plans/${plan}`),
    await reseller.create('product', { name: 'Mine' }),
    await reseller.create('plan', planAttributes),
  ]) {
    expect(reply.status).toBe(403);
    expect(reply.body.errors).toEqual([
      { status: '403', title: 'Permission denied', detail: 'Provider role required' },
    ]);
  }
});

it('hides the offerings of a suspended provider from others', async () => {
  const bikes = await provider.simple({ external_ref: 'bikes' });
  await setTeam(provider.team, { suspended: true });
  for (const by of [reseller, hybrid]) {
    expect(idsOf(await by.get('/offerings'))).toEqual([]);
    expect(idsOf(await by.get('/offerings?filter=eq(external_ref,bikes)'))).toEqual([]);
    expect((await by.get(`/offerings/${bikes}`)).status).toBe(404);
  }
  expect((await provider.get('/offerings')).status).toBe(403);
  await setTeam(provider.team, { suspended: false });
  expect(idsOf(await reseller.get('/offerings'))).toEqual([bikes]);
});

it('shows unverified resellers nothing, and unverified hybrid teams their own', async () => {
  const bikes = await provider.simple();
  await setTeam(reseller.team, { verified: false });
  await setTeam(hybrid.team, { verified: false });
  expect(idsOf(await reseller.get('/offerings'))).toEqual([]);
  expect((await reseller.get(`/offerings/${bikes}`)).status).toBe(404);
  const own = await hybrid.simple();
  expect(idsOf(await hybrid.get('/offerings'))).toEqual([own]);
});
