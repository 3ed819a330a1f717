import { makeTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { details, eur, planAttributes, Shop, unknownId } from '../support/subscriptions.js';

let harness: Harness;
let shop: Shop;
let other: Shop;

beforeAll(async () => {
  harness = await start();
  shop = new Shop(harness, await makeTeam(harness, 'provider'));
  other = new Shop(harness, await makeTeam(harness, 'hybrid'));
});
afterAll(() => harness.stop());

describe('POST /subscriptions/plans', () => {
  it('returns every attribute, with Location and ETag', async () => {
    const full = {
      ...planAttributes,
      description: 'Paid each month.',
      external_ref: 'monthly',
      trial_period: 0,
      base_price_percentage: 33.3333,
      fixed_price: { EUR: { amount: 999, includes_tax: true } },
    };
    const reply = await shop.create('plan', full);
    expect(reply.status).toBe(201);
    expect(reply.body.data).toMatchObject({
      type: 'subscription_plan',
      attributes: full,
      meta: { owner: 'store' },
    });
    expect(reply.headers).toMatchObject({
      location: `/subscriptions/plans/${reply.body.data.id}`,
      etag: '"v1"',
    });
    expect((await shop.get(`/plans/${reply.body.data.id}`)).body).toEqual(reply.body);
  });

  it('reports every missing attribute in a separate entry', async () => {
    const reply = await shop.create('plan', {});
    expect(reply.status).toBe(400);
    expect(details(reply)).toEqual(
      Object.keys(planAttributes).map((name) => `data.attributes.${name}: "${name}" is required`),
    );
  });

  it.each([
    ['billing_frequency', 0],
    ['billing_frequency', 1.5],
    ['plan_length', 0],
    ['trial_period', -1],
    ['trial_period', null],
    ['end_behavior', 'rolling'],
    ['billing_interval_type', 'months'],
    ['can_pause', undefined],
    ['can_pause', 'true'],
    ['base_price_percentage', 100.01],
    ['base_price_percentage', -1],
    ['base_price_percentage', '10'],
    ['base_price_percentage', 33.33333],
    ['base_price_percentage', 1e-7],
    ['fixed_price', { EUR: { amount: -1 } }],
    ['fixed_price', { EUR: null }],
    ['color', 'red'],
  ])('rejects %s of %p', async (name, value) => {
    const reply = await shop.create('plan', { ...planAttributes, [name]: value });
    expect(reply.status).toBe(400);
    expect(reply.body.errors[0]).toMatchObject({ status: '400', title: 'Validation Error' });
    expect(reply.body.errors[0].detail).toMatch(new RegExp(`^data\\.attributes\\.${name}`));
  });

  it('ignores attributes that occur only in guides of the public API', async () => {
    const reply = await shop.create('plan', { ...planAttributes, status: 'live', billing_month_day: 1 });
    expect(reply.status).toBe(201);
    expect(reply.body.data.attributes).not.toHaveProperty('status');
  });

  it('returns 409 for a reference already used by another plan of the team', async () => {
    await shop.id('plan', { external_ref: 'std' });
    expect((await shop.create('plan', { ...planAttributes, external_ref: 'std' })).status).toBe(409);
    expect((await other.create('plan', { ...planAttributes, external_ref: 'std' })).status).toBe(201);
    // References are unique per type.
    expect((await shop.create('product', { name: 'Standard', external_ref: 'std' })).status).toBe(201);
  });
});

describe('PUT /subscriptions/plans/{id}', () => {
  it('changes the given attributes, clears null ones and keeps the others', async () => {
    const id = await shop.id('plan', {
      description: 'Old',
      external_ref: 'put',
      trial_period: 2,
      base_price_percentage: 5,
      fixed_price: { ...eur(1), USD: { amount: 2 } },
    });
    const put = async (attributes: object) => {
      const { body } = await shop.update(`/plans/${id}`, 'plan', attributes);
      const { created_at: _, updated_at: __, ...rest } = body.data.attributes;
      return rest;
    };
    expect(await put({ fixed_price: { USD: null }, billing_frequency: 3 })).toMatchObject({
      fixed_price: eur(1),
      billing_frequency: 3,
      trial_period: 2,
    });
    const cleared = { description: null, external_ref: null, trial_period: null };
    expect(await put({ ...cleared, base_price_percentage: null, fixed_price: null })).toEqual({
      ...planAttributes,
      billing_frequency: 3,
    });
    for (const name of Object.keys(planAttributes))
      expect((await shop.update(`/plans/${id}`, 'plan', { [name]: null })).status).toBe(400);
  });

  it("returns 200 for no change, 412 for an outdated version, and 404 for another team's plan", async () => {
    const id = await shop.id('plan');
    const before = await shop.get(`/plans/${id}`);
    const same = await shop.update(`/plans/${id}`, 'plan', {});
    expect([same.status, same.body]).toEqual([200, before.body]);
    const put = (tag: string) =>
      shop.update(`/plans/${id}`, 'plan', { name: `For ${tag}` }, { 'if-match': tag });
    expect((await put('"v1"')).status).toBe(200);
    expect((await put('"v1"')).status).toBe(412);
    const foreign = await other.update(`/plans/${id}`, 'plan', { name: 'Mine' });
    expect([foreign.status, details(foreign)]).toEqual([404, ['No plan found']]);
    expect(
      (
        await shop.send('PUT', `/plans/${id}`, {
          data: { id: unknownId, type: 'subscription_plan', attributes: {} },
        })
      ).status,
    ).toBe(400);
  });
});

describe('GET /subscriptions/plans', () => {
  it("lists the team's own plans, filters by reference, and returns 304 for the ETag of a plan", async () => {
    const fresh = new Shop(harness, await makeTeam(harness, 'provider'));
    const ids = [await fresh.id('plan', { external_ref: 'one' }), await fresh.id('plan')];
    expect((await fresh.get('/plans')).body.data.map((each: { id: string }) => each.id)).toEqual(ids);
    const found = await fresh.get('/plans?filter=eq(external_ref,one)');
    expect([found.body.data.length, found.body.meta.results.total]).toEqual([1, 1]);
    expect((await fresh.get(`/plans/${ids[0]}`, { 'if-none-match': '"v1"' })).status).toBe(304);
    expect((await fresh.get(`/plans/${await shop.id('plan')}`)).status).toBe(404);
  });
});

describe('DELETE /subscriptions/plans/{id}', () => {
  it('returns 409 while an offering contains a snapshot of the plan', async () => {
    const id = await shop.id('plan');
    const offering = await shop.built([{ name: 'Helmet' }], [id, planAttributes]);
    const refused = await shop.send('DELETE', `/plans/${id}`);
    expect([refused.status, refused.body.errors[0].meta]).toEqual([409, { offering_ids: [offering] }]);
    const [part = ''] = await shop.parts(offering, 'plans');
    expect((await shop.send('DELETE', `/offerings/${offering}/plans/${part}`)).status).toBe(204);
    expect((await shop.send('DELETE', `/plans/${id}`)).status).toBe(204);
    expect((await shop.send('DELETE', `/plans/${id}`)).status).toBe(404);
    expect((await shop.send('DELETE', '/plans/nope')).status).toBe(400);
  });
});
