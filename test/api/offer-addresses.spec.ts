import { CatalogSyncClient, waitForReadableChanges } from '../support/catalog-sync-client.js';
import { fullOffer, makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness, type Reply } from '../support/harness.js';

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  harness.call(method, `/provider/offers/${path}`, body, { key: provider.key, headers });
const put = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  call('PUT', path, body, headers);
const create = async (body: object, team = provider) =>
  (await harness.call('POST', '/provider/offers', { name: 'A', ...body }, team)).body;
const statuses = (replies: Reply[]) => replies.map(({ status }) => status).toSorted((a, b) => a - b);

describe('PUT /provider/offers/sku:{sku}', () => {
  it('201 creates the offer, and 200 replaces it', async () => {
    const created = await put('sku:P-1', { ...fullOffer, sku: undefined, externalId: 'crm-p1' });
    expect(created.status).toBe(201);
    const { id, createdAt, ...fields } = created.body;
    expect(fields).toMatchObject({ ...fullOffer, sku: 'P-1', externalId: 'crm-p1', version: 1 });
    expect(created.headers).toMatchObject({ location: `/provider/offers/${id}`, etag: `"v1-${id}"` });
    expect((await call('GET', id)).body).toEqual(created.body);

    const replaced = await put('sku:P-1', { name: 'B', status: 'inactive', fees: { equipmentFee: 5 } });
    expect(replaced.status).toBe(200);
    expect(replaced.headers).toMatchObject({ location: `/provider/offers/${id}`, etag: `"v2-${id}"` });
    const fresh = await create({ name: 'B', status: 'inactive', fees: { equipmentFee: 5 } });
    const { updatedAt } = replaced.body;
    const complianceAssessment = { ...fresh.complianceAssessment, assessedAt: updatedAt };
    const own = { id, createdAt, sku: 'P-1', version: 2, updatedAt, complianceAssessment };
    expect(replaced.body).toEqual({ ...fresh, ...own });
    expect((await call('GET', 'sku:P-1')).body).toEqual(replaced.body);
  });

  it('200 changes nothing, neither the version nor the change feed, if the offer is the same', async () => {
    const feed = new CatalogSyncClient(harness, (await makeTeam(harness, 'reseller')).key);
    const body = { ...fullOffer, sku: 'P-2', serviceArea: { zipCodes: ['94103', '94102'], states: ['NY'] } };
    const created = await put('sku:P-2', body);
    await waitForReadableChanges(harness);
    await feed.catchUp();
    for (const again of [body, created.body])
      expect(await put('sku:P-2', again)).toMatchObject({ status: 200, body: created.body });
    await waitForReadableChanges(harness);
    expect(await feed.catchUp()).toBe(0);
    await put('sku:P-2', { ...body, monthlyPrice: 60 });
    await waitForReadableChanges(harness);
    expect(await feed.catchUp()).toBe(1);
  });

  it('moves the offer between service areas, and back to everywhere', async () => {
    const area = { zipCodes: ['94104'] };
    await put('sku:P-3', { name: 'A', availableZipCodes: ['94104'] });
    expect((await call('GET', 'sku:P-3')).body.serviceArea).toEqual(area);
    expect((await put('sku:P-3', { name: 'A', serviceArea: area })).body.version).toBe(1);
    expect((await put('sku:P-3', { name: 'A', serviceArea: { states: ['CA'] } })).body.version).toBe(2);
    expect((await put('sku:P-3', { name: 'A' })).body).toMatchObject({ version: 3, serviceArea: null });
  });

  it('201 for exactly one of several requests at the same time, and the others replace the offer', async () => {
    const replies = await Promise.all(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => put('sku:RACE', { name })),
    );
    expect(statuses(replies)).toEqual([200, 200, 200, 200, 200, 201]);
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
    const read = await call('GET', 'sku:RACE');
    expect(replies.map(({ body }) => body)).toContainEqual(read.body);
    const once = await Promise.all(
      ['a', 'b', 'c'].map((name) => put('sku:ONCE', { name }, { 'if-none-match': '*' })),
    );
    expect(statuses(once)).toEqual([201, 412, 412]);
  });

  it('412 depends on If-Match and If-None-Match', async () => {
    const missing = await put('sku:C-1', { name: 'A' }, { 'if-match': '*' });
    expect(missing).toMatchObject({ status: 412, body: { code: 'PRECONDITION_FAILED' } });
    const created = await put('sku:C-1', { name: 'A' }, { 'if-none-match': '*' });
    expect(created.status).toBe(201);
    const { etag = '' } = created.headers;
    expect((await put('sku:C-1', { name: 'B' }, { 'if-none-match': '*' })).status).toBe(412);
    expect((await put('sku:C-1', { name: 'B' }, { 'if-none-match': etag })).status).toBe(412);
    expect((await put('sku:C-1', { name: 'B' }, { 'if-match': '"v2"' })).status).toBe(412);
    expect((await put('sku:C-1', { name: 'B' }, { 'if-match': etag })).body.version).toBe(2);
    expect((await put('sku:C-1', { name: 'C' }, { 'if-match': etag })).status).toBe(412);
    expect((await put('sku:C-1', { name: 'C' }, { 'if-match': '"v2"' })).body.version).toBe(3);
  });

  it('400 lists a SKU that differs from the path together with all other errors', async () => {
    const reply = await put('sku:D-1', { sku: 'D-2', status: 'ACTIVE', nmae: 'x' });
    expect([reply.status, ...fieldsOf(reply).toSorted()]).toEqual([400, 'name', 'nmae', 'sku', 'status']);
    expect(reply.body.errors[0].message).toBe('sku must be the same as in the path, or omitted');
    for (const sku of [null, 5, '', 'd-1'])
      expect(fieldsOf(await put('sku:D-1', { name: 'A', sku }))).toEqual(['sku']);
    expect(fieldsOf(await put('sku:D-1', []))).toEqual(['']);
    expect((await call('GET', 'sku:D-1')).status).toBe(404);
    expect((await put('sku:D-1', { name: 'A', sku: ' D-1 ' })).body.sku).toBe('D-1');
  });

  it.each([
    ['too long', 'x'.repeat(101)],
    ['empty', ''],
    ['blank', '%20'],
    ['NUL', 'a%00b'],
    ['invisible', 'a%E2%80%8Bb'],
  ])('400 for a SKU that is %s, which GET does not find', async (_, sku) => {
    expect(fieldsOf(await put(`sku:${sku}`, { name: 'A' }))).toEqual(['sku']);
    expect((await call('GET', `sku:${sku}`)).status).toBe(404);
    expect((await call('DELETE', `ext:${sku}`)).status).toBe(404);
  });

  it.each([
    'A/1',
    'A 1',
    '100% + "é" ?#&=:;',
    'sku:A',
    'ext:A',
    '..',
    'Ünïcødé-Größe',
    '光ファイバー🚀',
    '0190c3de-0000-7000-8000-00000000000a',
    'bulk',
    '🚀'.repeat(100),
  ])('finds the SKU %p', async (sku) => {
    const path = `sku:${encodeURIComponent(sku)}`;
    const created = await put(path, { name: 'A' });
    expect(created).toMatchObject({ status: 201, body: { sku } });
    expect((await call('GET', encodeURIComponent(`sku:${sku}`))).body.id).toBe(created.body.id);
    expect((await call('PATCH', path, { monthlyPrice: 5 })).body).toMatchObject({ sku, monthlyPrice: 5 });
    expect((await call('DELETE', path)).body).toEqual({ id: created.body.id, deleted: true });
    expect((await call('GET', path)).status).toBe(404);
  });

  it('treats SKUs that look the same as the same', async () => {
    const { body } = await put(`sku:${encodeURIComponent(' Cafe\u0301 ')}`, { name: 'A' });
    expect(body.sku).toBe('Caf\u00e9');
    for (const sku of ['Cafe\u0301', ' Caf\u00e9'])
      expect((await call('GET', `sku:${encodeURIComponent(sku)}`)).body.id).toBe(body.id);
    expect((await call('GET', `sku:caf%C3%A9`)).status).toBe(404);
  });

  it('409 for a status that cannot change, and for what cannot change in an archived offer', async () => {
    await put('sku:S-1', { name: 'A', status: 'active' });
    const implied = await put('sku:S-1', { name: 'A' });
    expect(implied.status).toBe(409);
    expect(implied.body.detail).toMatch(/^The body has no status, which means draft/);
    expect(implied.body).toMatchObject({
      currentStatus: 'active',
      allowedStatuses: ['inactive', 'archived'],
    });
    expect((await put('sku:S-1', { name: 'A', status: 'archived' })).status).toBe(200);
    expect((await put('sku:S-1', { name: 'B', status: 'archived' })).status).toBe(409);
    const notes = await put('sku:S-1', { name: 'A', status: 'archived', metadata: { a: 1 } });
    expect(notes.body).toMatchObject({ version: 3, metadata: { a: 1 } });
  });

  it('409 if the offer with the external ID in the path would take the SKU of another offer', async () => {
    const { id } = await create({ sku: 'T-1' });
    const reply = await put('ext:taken', { name: 'A', sku: 'T-1' });
    expect(reply).toMatchObject({ status: 409, body: { existingId: id } });
    await put('ext:taken', { name: 'A' });
    expect((await put('ext:taken', { name: 'A', sku: 'T-1' })).body.existingId).toBe(id);
  });

  it('400 lists unknown resellers', async () => {
    const unknown = '0190c3de-0000-7000-8000-0000000000ff';
    const reply = await put('sku:U-1', { name: 'A', allowedResellers: [unknown] });
    expect([reply.status, ...fieldsOf(reply)]).toEqual([400, 'allowedResellers[0]']);
  });
});

describe('PUT /provider/offers/{id}', () => {
  it('200 replaces an offer, also its SKU, and 404 for an unknown ID', async () => {
    const { id } = await create({ sku: 'I-1', externalId: 'i-1', monthlyPrice: 5 });
    const reply = await put(id, { name: 'B', sku: 'I-2' });
    expect(reply).toMatchObject({ status: 200, headers: { etag: '"v2"' } });
    expect(reply.body).toMatchObject({ id, sku: 'I-2', externalId: null, monthlyPrice: null });
    const foreign = await create({}, await makeTeam(harness, 'provider'));
    for (const other of [foreign.id, '0190c3de-0000-7000-8000-0000000000ff', 'abc', 'SKU:I-2'])
      expect((await put(other, { name: 'B' })).status).toBe(404);
  });
});

describe('ext:{externalId}', () => {
  it('finds, changes, replaces and deletes the only offer with the external ID', async () => {
    const replies = await Promise.all(['a', 'b', 'c', 'd'].map((name) => put('ext:crm%2F9', { name })));
    expect(statuses(replies)).toEqual([200, 200, 200, 201]);
    const { id } = replies[0]?.body ?? {};
    expect((await call('GET', 'ext:crm%2F9')).body).toMatchObject({ id, externalId: 'crm/9' });
    const patched = await call('PATCH', 'ext:crm%2F9', { externalId: 'crm-10' });
    expect(patched.body).toMatchObject({ id, externalId: 'crm-10' });
    expect((await call('GET', 'ext:crm%2F9')).status).toBe(404);
    expect(fieldsOf(await put('ext:crm-10', { name: 'A', externalId: 'crm-11' }))).toEqual(['externalId']);
    expect((await call('DELETE', 'ext:crm-10')).body).toEqual({ id, deleted: true });
  });

  it('409 lists the candidates if several offers have it', async () => {
    const [first, second] = [
      await create({ name: 'one', sku: 'M-1', externalId: 'many' }),
      await create({ name: 'two', externalId: 'many' }),
    ];
    for (const reply of [
      await call('GET', 'ext:many'),
      await call('PATCH', 'ext:many', { name: 'B' }),
      await call('DELETE', 'ext:many'),
      await put('ext:many', { name: 'B' }),
    ]) {
      expect(reply).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
      expect(reply.body.detail).toBe(
        'Several offers of your team have the external ID many; use the ID of one of them',
      );
      expect(reply.body.candidates).toEqual([
        { id: first.id, name: 'one', sku: 'M-1' },
        { id: second.id, name: 'two', sku: null },
      ]);
    }
  });
});

describe('addresses', () => {
  it('404 for the SKU and external ID of another team, which PUT creates', async () => {
    const other = await makeTeam(harness, 'provider');
    const foreign = await create({ sku: 'F-1', externalId: 'f-1' }, other);
    for (const path of ['sku:F-1', 'ext:f-1']) {
      expect((await call('GET', path)).status).toBe(404);
      expect((await call('PATCH', path, { name: 'B' })).status).toBe(404);
      expect((await call('DELETE', path)).status).toBe(404);
    }
    expect((await put('sku:F-1', { name: 'mine' })).status).toBe(201);
    const read = await harness.call('GET', '/provider/offers/sku:F-1', undefined, other);
    expect(read.body).toEqual(foreign);
  });

  it('403 for resellers, and hybrid teams use them as providers do', async () => {
    const [reseller, hybrid] = [await makeTeam(harness, 'reseller'), await makeTeam(harness, 'hybrid')];
    const by = (team: TestTeam) => harness.call('PUT', '/provider/offers/sku:H-1', { name: 'A' }, team);
    expect([(await by(reseller)).status, (await by(hybrid)).status]).toEqual([403, 201]);
  });

  it('have an ETag that does not match another offer that later has the SKU', async () => {
    const first = await put('sku:E-1', { name: 'A' });
    const { etag = '' } = first.headers;
    expect((await call('GET', 'sku:E-1', undefined, { 'if-none-match': etag })).status).toBe(304);
    expect((await call('PATCH', 'sku:E-1', { name: 'B' }, { 'if-match': '"v9"' })).status).toBe(412);
    expect((await call('DELETE', 'sku:E-1', undefined, { 'if-match': etag })).status).toBe(200);
    const second = await put('sku:E-1', { name: 'B' });
    expect((await call('GET', 'sku:E-1', undefined, { 'if-none-match': etag })).status).toBe(200);
    expect((await call('PATCH', 'sku:E-1', { name: 'C' }, { 'if-match': etag })).status).toBe(412);
    // The tag of one address is valid for the others too.
    const { id } = second.body;
    const patched = await call('PATCH', id, { name: 'C' }, { 'if-match': second.headers.etag ?? '' });
    expect(patched.headers.etag).toBe('"v2"');
    expect((await call('PATCH', 'sku:E-1', { name: 'D' }, { 'if-match': '"v2"' })).status).toBe(200);
  });

  it('apply changes at the same time one after the other', async () => {
    await put('sku:N-1', { name: 'A', externalId: 'n-1' });
    const bodies = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((status) => ({ metadata: { status } }));
    const paths = ['sku:N-1', 'ext:n-1'];
    const replies = await Promise.all(
      bodies.map((body, index) => call('PATCH', paths[index % 2] ?? '', body)),
    );
    expect(new Set(statuses(replies))).toEqual(new Set([200]));
    expect((await call('GET', 'sku:N-1')).body.version).toBe(9);
  });
});
