import { fieldsOf, start, type Harness } from '../support/harness.js';
import { makeTeam, type TestTeam } from '../support/factories.js';

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const create = (body: unknown, team: { key: string } = provider) =>
  harness.call('POST', '/provider/offers', body, team);

describe('POST /provider/offers: 400', () => {
  it('reports the missing name', async () => {
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

  it('reports all invalid fields together', async () => {
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

  it('reports unknown resellers together with other errors, in a change too', async () => {
    const reseller = await makeTeam(harness, 'reseller');
    const unknown = '0190c3de-0000-7000-8000-0000000000ff';
    const body = { name: '', allowedResellers: [unknown, reseller.id, provider.id] };
    const fields = ['allowedResellers[0]', 'allowedResellers[2]', 'name'];
    const reply = await create(body);
    expect([reply.status, fieldsOf(reply).toSorted()]).toEqual([400, fields]);
    const offer = (await create({ name: 'A' })).body as { id: string };
    const patched = await harness.call('PATCH', `/provider/offers/${offer.id}`, body, provider);
    expect([patched.status, fieldsOf(patched).toSorted()]).toEqual([400, fields]);
    const malformed = await create({ name: '', allowedResellers: [7, unknown, 'x'] });
    expect(fieldsOf(malformed)).toContain('allowedResellers[0]');
  });

  it.each(['ACTIVE', 'deleted', '', 1])('lists the allowed values for status %p', async (status) => {
    const reply = await create({ name: 'A', status });
    expect(reply.status).toBe(400);
    expect(reply.body.message).toBe('status must be one of draft, active, inactive, archived');
  });

  it.each([
    ['negative', '-0.01'],
    ['text', '"59.99"'],
    ['too precise', '10.999'],
    ['beyond the range of numbers', '1e400'],
    ['above the maximum', '100000000000'],
    ['smaller than the minor unit', '1e-7'],
    ['an array', '[1]'],
    ['true', 'true'],
  ])('rejects a price that is %s', async (_, price) => {
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
  ])('rejects %s = %.40p', async (field, value) => {
    const reply = await create({ name: 'A', [field]: value });
    expect(reply.status).toBe(400);
    expect(fieldsOf(reply)).toEqual([field]);
  });

  it('rejects form fields with the same name', async () => {
    const formFields = [{ name: 'phone' }, { name: 'phone' }];
    expect(fieldsOf(await create({ name: 'A', submissionConfig: { formFields } }))).toEqual([
      'submissionConfig.formFields',
    ]);
  });

  it('rejects an array and a missing body', async () => {
    expect((await create([])).body.message).toBe('The body must be a JSON object');
    expect((await create(undefined)).body.message).toBe('The body must be a JSON object');
  });
});
