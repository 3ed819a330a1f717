import { DataSource } from 'typeorm';
import { omit } from '../../src/common/omit.js';
import { uploadOffers } from '../support/bulk-upload.js';
import { fieldsOf, start, type Harness } from '../support/harness.js';
import { fullOffer, makeTeam, type TestTeam } from '../support/factories.js';
import { resultsOf, uploadFile } from '../support/offer-file.js';

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const create = async (body: object = {}) =>
  (await harness.call('POST', '/provider/offers', { ...fullOffer, sku: null, ...body }, provider)).body;
const patch = (id: string, body: unknown, headers: Record<string, string> = {}, key = provider.key) =>
  harness.call('PATCH', `/provider/offers/${id}`, body, { key, headers });
const read = async (id: string) =>
  (await harness.call('GET', `/provider/offers/${id}`, undefined, provider)).body;
const unknownId = '0190c3de-0000-7000-8000-0000000000ff';

describe('PATCH /provider/offers/{id}', () => {
  it('200 changes only the members that are sent', async () => {
    const offer = await create();
    const reply = await patch(offer.id, { name: ' Fibre 600 ', monthlyPrice: 44.5 });
    expect(reply.status).toBe(200);
    const { updatedAt, ...rest } = reply.body;
    const { updatedAt: before, ...unchanged } = offer;
    const pricing = {
      ...offer.pricing,
      firstMonthly: 44.5,
      regularMonthly: 44.5,
      allInMonthly: 44.5,
      costOver12Months: 593.99, // 12 x 44.5 + 59.99
      costOver24Months: 1127.99, // 24 x 44.5 + 59.99
    };
    expect(rest).toEqual({ ...unchanged, name: 'Fibre 600', monthlyPrice: 44.5, pricing, version: 2 });
    expect(Date.parse(updatedAt)).toBeGreaterThanOrEqual(Date.parse(before));
    expect(reply.headers.etag).toBe('"v2"');
    expect((await harness.call('GET', `/provider/offers/${offer.id}`, undefined, provider)).body).toEqual(
      reply.body,
    );
  });

  it('200 with an empty body leaves the version and `updatedAt` unchanged', async () => {
    const offer = await create();
    expect((await patch(offer.id, {})).body).toEqual(offer);
  });

  it('200 changes nothing if an offer is sent back as read, including server-managed members', async () => {
    const offer = await create();
    expect((await patch(offer.id, offer)).body).toEqual(offer);
  });

  it('200 accepts stored values, even if rules have become stricter since', async () => {
    const { id } = await create();
    const [host, other] = ['https://10.0.0.1/orders', 'https://10.0.0.2/orders'];
    const faster = { minBandwidth: 10_000 };
    const set = `UPDATE offers SET submission_url = $2, service_specific_data = service_specific_data || $3
                  WHERE id = $1`;
    await harness.app.get(DataSource).query(set, [id, host, faster]);
    const stored = (await harness.call('GET', `/provider/offers/${id}`, undefined, provider)).body;
    expect(stored).toMatchObject({ submissionUrl: host, serviceSpecificData: faster });
    expect((await patch(id, stored)).body).toEqual(stored);
    const complianceData = { ...stored.complianceData, more: 1 };
    const told = { name: 'Fibre 700', status: 'inactive', complianceData };
    const changed = await patch(id, { ...stored, ...told });
    expect(changed.body).toMatchObject({ ...told, submissionUrl: host, serviceSpecificData: faster });
    const serviceSpecificData = { ...stored.serviceSpecificData, more: 1 };
    const refused = await patch(id, { ...stored, submissionUrl: other, serviceSpecificData });
    expect(fieldsOf(refused)).toEqual(['submissionUrl', 'serviceSpecificData.maxBandwidth']);
  });

  it('200 clears members with null', async () => {
    const offer = await create();
    const nullable = omit(fullOffer, ['name', 'status', 'complianceStatus', 'visibility']);
    const nulls = Object.fromEntries(Object.keys(nullable).map((key) => [key, null]));
    expect((await patch(offer.id, nulls)).body).toMatchObject({
      ...nulls,
      metadata: {},
      keyFeatures: [],
      allowedResellers: [],
    });
  });

  it('200 replaces objects and arrays as a whole', async () => {
    const offer = await create();
    const body = {
      metadata: { a: 1 },
      keyFeatures: ['One'],
      fees: { activationFee: 5 },
      submissionConfig: {},
    };
    expect((await patch(offer.id, body)).body).toMatchObject(body);
    const serviceSpecificData = { minBandwidth: 1, maxBandwidth: 2, connectionType: 'dsl' };
    expect((await patch(offer.id, { serviceSpecificData })).body.serviceSpecificData).toEqual(
      serviceSpecificData,
    );
  });

  it.each([[{ name: null }], [{ name: ' ' }], [{ status: null }], [{ complianceStatus: null }]])(
    '400 for %j',
    async (body) => {
      const reply = await patch((await create()).id, body);
      expect(reply.status).toBe(400);
      expect(fieldsOf(reply)).toEqual(Object.keys(body));
    },
  );

  it.each([[[]], [undefined], ['"text"'], ['null']])('400 for the body %j', async (body) => {
    expect((await patch((await create()).id, body)).status).toBe(400);
  });

  it('400 for a new category that does not match the stored data', async () => {
    const offer = await create();
    const reply = await patch(offer.id, { category: 'energy' });
    expect(reply.status).toBe(400);
    expect(fieldsOf(reply)).toEqual(['serviceSpecificData', 'complianceData']);
    expect((await patch(offer.id, { category: null })).status).toBe(400);
    const without = { category: 'energy', serviceSpecificData: null, complianceData: null };
    expect((await patch(offer.id, without)).body).toMatchObject(without);
  });

  it('400 for data that does not match the stored category', async () => {
    const reply = await patch((await create()).id, { serviceSpecificData: { minBandwidth: 1 } });
    expect(fieldsOf(reply)).toEqual([
      'serviceSpecificData.maxBandwidth',
      'serviceSpecificData.connectionType',
    ]);
  });

  it("400 for a price with too many decimal places for the offer's currency", async () => {
    expect(fieldsOf(await patch((await create()).id, { monthlyPrice: 1.001 }))).toEqual(['monthlyPrice']);
  });

  it('401 without a key, 403 with the wrong role', async () => {
    const offer = await create();
    expect((await harness.call('PATCH', `/provider/offers/${offer.id}`, {})).status).toBe(401);
    const reseller = await makeTeam(harness, 'reseller');
    expect((await patch(offer.id, {}, {}, reseller.key)).status).toBe(403);
  });

  it.each([unknownId, 'abc', '0'])('404 for the ID %s', async (id) => {
    expect((await patch(id, {})).status).toBe(404);
  });

  it('409 for a status transition that is not allowed', async () => {
    const offer = await create({ status: 'archived' });
    const reply = await patch(offer.id, { status: 'active' });
    expect(reply.status).toBe(409);
    expect(reply.body).toMatchObject({ code: 'CONFLICT', currentStatus: 'archived', allowedStatuses: [] });
    const active = await create();
    expect((await patch(active.id, { status: 'draft' })).body.allowedStatuses).toEqual([
      'inactive',
      'archived',
    ]);
  });

  it('409 for changes to an archived offer, except to internal notes', async () => {
    const offer = await create({ status: 'archived' });
    expect((await patch(offer.id, { name: 'New' })).status).toBe(409);
    expect((await patch(offer.id, { ...offer, monthlyPrice: 1 })).status).toBe(409);
    const notes = { metadata: { seen: true }, internalName: 'old', internalDescription: 'gone' };
    expect((await patch(offer.id, notes)).body).toMatchObject({ ...notes, status: 'archived', version: 2 });
    expect((await patch(offer.id, { name: offer.name })).status).toBe(200);
  });

  it('409 for a SKU in use, which leaves the offer unchanged', async () => {
    await create({ sku: 'P-1' });
    const offer = await create({ sku: 'P-2' });
    expect((await patch(offer.id, { sku: 'P-1', name: 'New' })).status).toBe(409);
    expect((await patch(offer.id, {})).body).toEqual(offer);
    expect((await patch(offer.id, { sku: 'P-3' })).body.sku).toBe('P-3');
  });

  it('412 if If-Match contains another version', async () => {
    const offer = await create();
    expect((await patch(offer.id, { name: 'B' }, { 'if-match': '"v1"' })).status).toBe(200);
    expect((await patch(offer.id, { name: 'C' }, { 'if-match': '"v1"' })).status).toBe(412);
    expect((await patch(offer.id, { name: 'C' }, { 'if-match': 'W/"v2"' })).status).toBe(412);
    expect((await patch(offer.id, { name: 'C' }, { 'if-match': '"v1", "v2"' })).status).toBe(200);
    expect((await patch(offer.id, { name: 'D' }, { 'if-match': '*' })).body).toMatchObject({
      name: 'D',
      version: 4,
    });
  });

  it('loses none of several concurrent updates', async () => {
    const offer = await create();
    const fields = ['internalName', 'externalId', 'description', 'overview', 'complianceNotes'];
    await Promise.all(fields.map((field) => patch(offer.id, { [field]: 'new' })));
    const { body } = await patch(offer.id, {});
    expect(body).toMatchObject({ ...Object.fromEntries(fields.map((field) => [field, 'new'])), version: 6 });
  });
});

describe('A patch of', () => {
  const contract = { months: 12, required: true, termsUrl: 'https://isp.example/terms', noticeDays: 30 };
  const introductory = { monthlyPrice: 10, months: 6 };

  it.each([
    ['JSON', (id: string, body: object) => patch(id, body)],
    ['JSON Lines', (id: string, body: object) => uploadOffers(harness, provider, [{ id, ...body }])],
  ])('the contract and the introductory price merges members, as %s', async (_, change) => {
    const { id } = await create({ monthlyPrice: 20, fees: null, contract, introductory });
    await change(id, { contract: { months: 24, required: true }, introductory: { months: 12 } });
    expect(await read(id)).toMatchObject({
      contract: { ...contract, months: 24 },
      introductory: { monthlyPrice: 10, months: 12 },
      pricing: { costOver12Months: 120 },
      version: 2,
    });
    await change(id, { contract: { termsUrl: null, autoRenews: null } });
    expect((await read(id)).contract).toEqual({ ...contract, months: 24, termsUrl: null });
    await change(id, { contract: { termsUrl: null, months: 24 }, introductory: {} });
    expect((await read(id)).version).toBe(3);
    await change(id, { contract: null, introductory: null });
    expect(await read(id)).toMatchObject({ contract: null, introductory: null, version: 4 });
    await change(id, { contract: { months: 1, required: false } });
    expect((await read(id)).contract).toEqual({ months: 1, required: false });
  });

  it('members of them must leave a valid object', async () => {
    const { id } = await create({ contract });
    const errors = async (body: object) => {
      const reply = await patch(id, body);
      return [reply.status, ...fieldsOf(reply)];
    };
    expect(await errors({ introductory: { months: 12 } })).toEqual([400, 'introductory.monthlyPrice']);
    expect(await errors({ contract: { months: null } })).toEqual([400, 'contract.months']);
    expect(await errors({ contract: { term: 12, noticeDays: -1 } })).toEqual([
      400,
      'contract.term',
      'contract.noticeDays',
    ]);
    expect(await errors({ contract: [] })).toEqual([400, 'contract']);
    expect((await read(id)).version).toBe(1);
  });

  it('members of them can be columns of a CSV file', async () => {
    const { id } = await create({ sku: 'CSV-1', monthlyPrice: 20, contract, introductory });
    const upload = (file: string) => uploadFile(harness, provider, file);
    const file = 'sku,contract.months,contract.termsUrl,introductory.months\nCSV-1,24,NULL,3\n';
    expect(resultsOf(await upload(file))).toBe('updated');
    expect(await read(id)).toMatchObject({
      contract: { ...contract, months: 24, termsUrl: null },
      introductory: { monthlyPrice: 10, months: 3 },
    });
    expect(resultsOf(await upload(file))).toBe('unchanged');
  });

  it('a contract by a file clears what the file does not state', async () => {
    const { id } = await create({
      externalId: 'PTC-1',
      category: 'energy',
      serviceSpecificData: null,
      complianceData: null,
    });
    const load = async (fee: string) => {
      const file = `idKey,TduCompanyName,Product,TermValue,CancelFee\nPTC-1,ONCOR,Saver,12,${fee}\n`;
      expect(resultsOf(await uploadFile(harness, provider, file, '?format=power-to-choose'))).toBe('updated');
      return (await read(id)).contract.earlyTerminationFeePerRemainingMonth;
    };
    expect(await load('$20 per month remaining')).toBe(20);
    expect(await load('150')).toBeNull();
  });
});
