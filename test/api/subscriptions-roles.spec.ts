import { makeTeam, type TestTeam } from '../support/factories.js';
import { adminKey, start, type Harness } from '../support/harness.js';
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

it('lets resellers read the complete offerings of all providers, including their snapshots', async () => {
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

it('shows incomplete offerings only to their owner', async () => {
  const id = await provider.id('offering');
  const product = await provider.id('product');
  const plan = await provider.id('plan');
  const expectHidden = async () => {
    for (const path of ['', '/products', '/plans'])
      for (const by of [reseller, hybrid]) expect((await by.get(`/offerings/${id}${path}`)).status).toBe(404);
    expect(idsOf(await reseller.get('/offerings'))).toEqual([]);
    expect((await provider.get(`/offerings/${id}`)).status).toBe(200);
  };
  await expectHidden();
  await provider.send('POST', `/offerings/${id}/products/attach`, { data: { products: [product] } });
  await expectHidden();
  await provider.send('POST', `/offerings/${id}/plans/attach`, { data: { plans: [plan] } });
  for (const by of [reseller, hybrid]) expect((await by.get(`/offerings/${id}`)).status).toBe(200);
  expect(idsOf(await reseller.get('/offerings'))).toEqual([id]);
});

it('shows hybrid teams all of their own offerings and the complete ones of others', async () => {
  const bikes = await provider.simple();
  await provider.id('offering');
  const draft = await hybrid.id('offering');
  expect(idsOf(await hybrid.get('/offerings'))).toEqual([bikes, draft]);
});

it('shows providers only their own offerings', async () => {
  const boats = await hybrid.simple();
  const bikes = await provider.simple();
  expect(idsOf(await provider.get('/offerings'))).toEqual([bikes]);
  expect((await provider.get(`/offerings/${boats}`)).status).toBe(404);
});

it("returns 404 for writes to another team's offering", async () => {
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

it('returns 403 for all writes of resellers, and for all their requests for products and plans', async () => {
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

it('hides the offerings of a suspended provider from other teams', async () => {
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

it('shows unverified resellers no offerings, and unverified hybrid teams only their own', async () => {
  const bikes = await provider.simple();
  await setTeam(reseller.team, { verified: false });
  await setTeam(hybrid.team, { verified: false });
  expect(idsOf(await reseller.get('/offerings'))).toEqual([]);
  expect((await reseller.get(`/offerings/${bikes}`)).status).toBe(404);
  const own = await hybrid.simple();
  expect(idsOf(await hybrid.get('/offerings'))).toEqual([own]);
});
