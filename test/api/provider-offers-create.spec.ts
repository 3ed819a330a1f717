import { adminKey, start, type Harness } from '../support/harness.js';
import { fullOffer, makeTeam, type TestTeam } from '../support/factories.js';

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const create = (body: unknown, team: { key: string } = provider) =>
  harness.call('POST', '/provider/offers', body, team);

describe('POST /provider/offers', () => {
  describe('201', () => {
    it('returns every field that was sent, also in a later GET', async () => {
      const reply = await create(fullOffer);
      expect(reply.status).toBe(201);
      const {
        id,
        teamId,
        currency,
        pricing,
        complianceAssessment,
        feed,
        version,
        createdAt,
        updatedAt,
        ...fields
      } = reply.body;
      expect(complianceAssessment).toMatchObject({ status: 'incomplete', assessedAt: createdAt });
      expect(pricing).toMatchObject({ currency, allInMonthly: 59.99 });
      expect(fields).toEqual(fullOffer);
      expect({ teamId, currency, feed, version }).toEqual({
        teamId: provider.id,
        currency: 'USD',
        feed: null,
        version: 1,
      });
      expect(updatedAt).toBe(createdAt);
      expect(reply.headers).toMatchObject({ location: `/provider/offers/${id}`, etag: '"v1"' });
      const read = await harness.call('GET', reply.headers.location ?? '', undefined, provider);
      expect(read.body).toEqual(reply.body);
    });

    it('requires only a name and returns every default', async () => {
      const reply = await create({ name: 'A' });
      expect(reply.status).toBe(201);
      const { id, teamId, pricing: _, complianceAssessment, createdAt, updatedAt, ...rest } = reply.body;
      expect(complianceAssessment).toMatchObject({ status: 'unknown', findings: [] });
      expect(rest).toEqual({
        ...Object.fromEntries(Object.keys(fullOffer).map((name) => [name, null])),
        name: 'A',
        status: 'draft',
        complianceStatus: 'unknown',
        metadata: {},
        keyFeatures: [],
        visibility: 'public',
        allowedResellers: [],
        currency: 'USD',
        feed: null,
        version: 1,
      });
      expect([id, teamId, createdAt, updatedAt]).not.toContain(undefined);
    });

    it.each(['draft', 'active', 'inactive', 'archived'])(
      'creates an offer with the initial status %s',
      async (status) => {
        expect((await create({ name: 'A', status })).body).toMatchObject({ status });
      },
    );

    it('trims the name', async () => {
      expect((await create({ name: '  Fibre 500 \n' })).body.name).toBe('Fibre 500');
    });

    it.each([0, null, 0.01, 59.99, 1.1, 9_999_999.99])(
      'returns the price %p exactly',
      async (monthlyPrice) => {
        const reply = await create({ name: 'A', monthlyPrice });
        expect(reply.status).toBe(201);
        expect(reply.body.monthlyPrice).toBe(monthlyPrice);
      },
    );

    it.each([
      ['JPY', 5000],
      ['KWD', 10.999],
    ])("returns prices in the team's currency: %s %p", async (defaultCurrency, monthlyPrice) => {
      const team = await makeTeam(harness, 'provider', { defaultCurrency });
      const fees = { installationFee: monthlyPrice };
      const reply = await create({ name: 'A', monthlyPrice, fees }, team);
      expect(reply.body).toMatchObject({ currency: defaultCurrency, monthlyPrice, fees });
    });

    it('accepts null for every optional field', async () => {
      const { name, status, complianceStatus, visibility, ...nullable } = fullOffer;
      const nulls = Object.fromEntries(Object.keys(nullable).map((key) => [key, null]));
      const reply = await create({ ...nulls, name, status, complianceStatus, visibility });
      expect(reply.status).toBe(201);
      expect(reply.body).toMatchObject({ ...nulls, metadata: {}, keyFeatures: [], allowedResellers: [] });
    });

    it('allows two teams to use the same SKU', async () => {
      const other = await makeTeam(harness, 'provider');
      expect((await create({ name: 'A', sku: 'SAME' })).status).toBe(201);
      expect((await create({ name: 'A', sku: 'SAME' }, other)).status).toBe(201);
      expect((await create({ name: 'A', sku: 'same' })).status).toBe(201);
    });

    it('is available to hybrid teams', async () => {
      const hybrid = await makeTeam(harness, 'hybrid');
      expect((await create({ name: 'A' }, hybrid)).body.teamId).toBe(hybrid.id);
    });
  });

  it('401 without a key', async () => {
    expect((await harness.call('POST', '/provider/offers', { name: 'A' })).status).toBe(401);
  });

  it('403 for resellers, the admin key and suspended teams', async () => {
    const reseller = await makeTeam(harness, 'reseller');
    expect((await create({ name: 'A' }, reseller)).body.message).toBe('Provider role required');
    expect((await create({ name: 'A' }, { key: adminKey })).status).toBe(403);
    const team = await makeTeam(harness, 'provider');
    await harness.call('PATCH', `/admin/teams/${team.id}`, { suspended: true }, { key: adminKey });
    expect((await create({ name: 'A' }, team)).body.message).toBe('The team is suspended');
  });

  describe('409', () => {
    it('for a SKU that the team already uses', async () => {
      await create({ name: 'A', sku: 'TAKEN' });
      const reply = await create({ name: 'B', sku: 'TAKEN' });
      expect(reply.status).toBe(409);
      expect(reply.body.message).toContain('TAKEN');
    });

    it('for all but one of twenty concurrent requests with the same SKU', async () => {
      const replies = await Promise.all(Array.from({ length: 20 }, () => create({ name: 'A', sku: 'RACE' })));
      const statuses = replies.map(({ status }) => status).toSorted();
      expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
    });
  });
});
