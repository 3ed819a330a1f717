import { adminKey, fieldsOf, start, type Harness } from '../harness.js';
import { fullOffer, makeTeam, type TestTeam } from '../factories.js';

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
    it('returns the full body field by field, and again when it is read', async () => {
      const reply = await create(fullOffer);
      expect(reply.status).toBe(201);
      const { id, teamId, currency, version, createdAt, updatedAt, ...fields } = reply.body;
      expect(fields).toEqual(fullOffer);
      expect({ teamId, currency, version }).toEqual({ teamId: provider.id, currency: 'USD', version: 1 });
      expect(updatedAt).toBe(createdAt);
      expect(reply.headers).toMatchObject({ location: `/provider/offers/${id}`, etag: '"v1"' });
      const read = await harness.call('GET', reply.headers.location ?? '', undefined, provider);
      expect(read.body).toEqual(reply.body);
    });

    it('needs a name only and tells every default', async () => {
      const reply = await create({ name: 'A' });
      expect(reply.status).toBe(201);
      const { id, teamId, createdAt, updatedAt, ...rest } = reply.body;
      expect(rest).toEqual({
        ...Object.fromEntries(Object.keys(fullOffer).map((name) => [name, null])),
        name: 'A',
        status: 'draft',
        complianceStatus: 'unknown',
        metadata: {},
        keyFeatures: [],
        currency: 'USD',
        version: 1,
      });
      expect([id, teamId, createdAt, updatedAt]).not.toContain(undefined);
    });

    it.each(['draft', 'active', 'inactive', 'archived'])(
      'makes an offer that is %s from the start',
      async (status) => {
        expect((await create({ name: 'A', status })).body).toMatchObject({ status });
      },
    );

    it('trims the name', async () => {
      expect((await create({ name: '  Fibre 500 \n' })).body.name).toBe('Fibre 500');
    });

    it.each([0, null, 0.01, 59.99, 1.1, 9_999_999.99])(
      'gives the price %p back exactly',
      async (monthlyPrice) => {
        const reply = await create({ name: 'A', monthlyPrice });
        expect(reply.status).toBe(201);
        expect(reply.body.monthlyPrice).toBe(monthlyPrice);
      },
    );

    it.each([
      ['JPY', 5000],
      ['KWD', 10.999],
    ])("prices in the team's currency: %s %p", async (defaultCurrency, monthlyPrice) => {
      const team = await makeTeam(harness, 'provider', { defaultCurrency });
      const fees = { installationFee: monthlyPrice };
      const reply = await create({ name: 'A', monthlyPrice, fees }, team);
      expect(reply.body).toMatchObject({ currency: defaultCurrency, monthlyPrice, fees });
    });

    it('takes null for everything that may be absent', async () => {
      const { name, status, complianceStatus, ...nullable } = fullOffer;
      const nulls = Object.fromEntries(Object.keys(nullable).map((key) => [key, null]));
      const reply = await create({ ...nulls, name, status, complianceStatus });
      expect(reply.status).toBe(201);
      expect(reply.body).toMatchObject({ ...nulls, metadata: {}, keyFeatures: [] });
    });

    it('lets two teams use the same SKU', async () => {
      const other = await makeTeam(harness, 'provider');
      expect((await create({ name: 'A', sku: 'SAME' })).status).toBe(201);
      expect((await create({ name: 'A', sku: 'SAME' }, other)).status).toBe(201);
      expect((await create({ name: 'A', sku: 'same' })).status).toBe(201);
    });

    it('opens to hybrid teams', async () => {
      const hybrid = await makeTeam(harness, 'hybrid');
      expect((await create({ name: 'A' }, hybrid)).body.teamId).toBe(hybrid.id);
    });
  });

  describe('400', () => {
    it('names the missing name', async () => {
      const reply = await create({});
      expect(reply.status).toBe(400);
      expect(reply.body).toMatchObject({
        type: '/problems/validation-failed',
        code: 'VALIDATION_FAILED',
        errors: [{ field: 'name', pointer: '/name', code: 'required', message: 'name is required' }],
        statusCode: 400,
        error: 'Bad Request',
        message: 'name is required',
      });
    });

    it('names every bad field at once', async () => {
      const reply = await create({
        name: ' ',
        status: 'ACTIVE',
        monthlyPrice: -1,
        keyFeatures: ['ok', 7],
        fees: { installationFee: -1, activationFee: 10.999 },
        submissionConfig: { formFields: [{ name: 'a' }, { type: 'text' }] },
        category: 'internet',
        serviceSpecificData: { minBandwidth: 5 },
        visibilty: 'public',
      });
      expect(reply.status).toBe(400);
      expect(fieldsOf(reply).toSorted()).toEqual([
        'fees.activationFee',
        'fees.installationFee',
        'keyFeatures[1]',
        'monthlyPrice',
        'name',
        'serviceSpecificData.connectionType',
        'serviceSpecificData.maxBandwidth',
        'status',
        'submissionConfig.formFields[1].name',
        'visibilty',
      ]);
    });

    it.each(['ACTIVE', 'deleted', '', 1])('lists the allowed values for status %p', async (status) => {
      const reply = await create({ name: 'A', status });
      expect(reply.status).toBe(400);
      expect(reply.body.message).toBe('status must be one of draft, active, inactive, archived');
    });

    it.each([
      ['negative', '-0.01'],
      ['text', '"59.99"'],
      ['too many decimals', '10.999'],
      ['beyond what a number holds', '1e400'],
      ['above the highest price', '10000000'],
      ['smaller than any coin', '1e-7'],
      ['a list', '[1]'],
      ['true', 'true'],
    ])('refuses a price that is %s', async (_, price) => {
      const reply = await create(`{"name":"A","monthlyPrice":${price}}`);
      expect(reply.status).toBe(400);
      expect(fieldsOf(reply)).toEqual(['monthlyPrice']);
    });

    it.each([
      ['name', '   '],
      ['name', 'x'.repeat(256)],
      ['name', null],
      ['name', 7],
      ['status', null],
      ['complianceStatus', null],
      ['internalName', 'x'.repeat(256)],
      ['sku', ''],
      ['sku', ' '],
      ['sku', 'x'.repeat(101)],
      ['externalId', 4711],
      ['category', 'Internet'],
      ['pricingType', 'free'],
      ['complianceStatus', 'ok'],
      ['metadata', []],
      ['metadata', 'text'],
      ['metadata', { big: 'x'.repeat(16_384) }],
      ['description', 'x'.repeat(10_001)],
      ['keyFeatures', 'one'],
      ['keyFeatures', Array.from({ length: 51 }, () => 'x')],
      ['imageUrl', 'ftp://isp.example/a.png'],
      ['imageUrl', 'javascript:alert(1)'],
      ['imageUrl', `https://isp.example/${'x'.repeat(2048)}`],
      ['submissionUrl', 'https://me:secret@isp.example/'],
      ['submissionUrl', 'http://localhost:3000/orders'],
      ['submissionUrl', 'http://169.254.169.254/latest'],
      ['submissionUrl', 'http://[::ffff:10.0.0.1]/'],
      ['submissionConfig', []],
      ['fees', 12],
    ])('refuses %s = %.40p', async (field, value) => {
      const reply = await create({ name: 'A', [field]: value });
      expect(reply.status).toBe(400);
      expect(fieldsOf(reply)).toEqual([field]);
    });

    it('refuses form fields that share a name', async () => {
      const formFields = [{ name: 'phone' }, { name: 'phone' }];
      expect(fieldsOf(await create({ name: 'A', submissionConfig: { formFields } }))).toEqual([
        'submissionConfig.formFields',
      ]);
    });

    it.each(['visibility', 'allowedResellers', 'availableZipCodes', 'serviceArea'])(
      'does not know %s yet',
      async (field) => {
        expect(fieldsOf(await create({ name: 'A', [field]: null }))).toEqual([field]);
      },
    );

    it('refuses a list and no body at all', async () => {
      expect((await create([])).body.message).toBe('The body must be a JSON object');
      expect((await create(undefined)).body.message).toBe('The body must be a JSON object');
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
    it('for a SKU that the team uses already', async () => {
      await create({ name: 'A', sku: 'TAKEN' });
      const reply = await create({ name: 'B', sku: 'TAKEN' });
      expect(reply.status).toBe(409);
      expect(reply.body.message).toContain('TAKEN');
    });

    it('for all but one of twenty that come at once with one SKU', async () => {
      const replies = await Promise.all(Array.from({ length: 20 }, () => create({ name: 'A', sku: 'RACE' })));
      const statuses = replies.map(({ status }) => status).toSorted();
      expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
    });
  });
});
