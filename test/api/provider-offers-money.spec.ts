import { uploadOffers } from '../support/bulk-upload.js';
import { fullOffer, makeTeam, type TestTeam } from '../support/factories.js';
import { adminKey, fieldsOf, start, type Harness } from '../support/harness.js';

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const path = '/provider/offers';
const post = (body: object, team = provider) => harness.call('POST', path, body, team);
const create = async (body: object = {}, team = provider) =>
  (await post({ ...fullOffer, sku: null, externalId: null, ...body }, team)).body;
const read = async (id: string, team = provider) =>
  (await harness.call('GET', `${path}/${id}`, undefined, team)).body;
const patch = (id: string, body: unknown, team = provider) =>
  harness.call('PATCH', `${path}/${id}`, body, team);
const bulk = (row: object, team = provider) => uploadOffers(harness, team, [row]);

describe('The currency of an offer', () => {
  it("can be sent with a new offer only if it is the team's", async () => {
    for (const currency of ['EUR', 'usd', '', null, 1, { code: 'USD' }]) {
      const reply = await post({ name: 'Fibre', monthlyPrice: 29.9, currency });
      expect([reply.status, fieldsOf(reply)]).toEqual([400, ['currency']]);
      const [line] = await bulk({ name: 'Fibre', sku: 'CUR-1', monthlyPrice: 29.9, currency });
      expect(line).toMatchObject({ result: 'failed', problem: { errors: [{ field: 'currency' }] } });
    }
    expect((await post({ name: 'Fibre', monthlyPrice: 29.9, currency: 'USD' })).status).toBe(201);
    const [line] = await bulk({ name: 'Fibre', sku: 'CUR-1', monthlyPrice: 29.9, currency: 'USD' });
    expect(line?.result).toBe('created');
  });

  it('can be sent with a change only if it is the stored one', async () => {
    const { id } = await create({ monthlyPrice: 29.9 });
    for (const body of [{ currency: 'EUR' }, { currency: null }, { currency: 'EUR', monthlyPrice: 19.9 }]) {
      const reply = await patch(id, body);
      expect([reply.status, fieldsOf(reply)]).toEqual([400, ['currency']]);
      expect(await bulk({ id, ...body })).toMatchObject([{ result: 'failed' }]);
    }
    expect(await read(id)).toMatchObject({ monthlyPrice: 29.9, currency: 'USD', version: 1 });
    const changed = await patch(id, { monthlyPrice: 19.9, currency: 'USD' });
    expect(changed.body).toMatchObject({ monthlyPrice: 19.9, version: 2 });
  });

  it("survives a change of the team's currency when an offer is read, changed and sent back", async () => {
    const team = await makeTeam(harness, 'provider', { defaultCurrency: 'EUR' });
    const stored = await create({ monthlyPrice: 29.9 }, team);
    await harness.call('PATCH', `/admin/teams/${team.id}`, { defaultCurrency: 'USD' }, { key: adminKey });
    const changed = await patch(stored.id, { ...stored, monthlyPrice: 19.9 }, team);
    expect(changed.body).toMatchObject({ currency: 'EUR', monthlyPrice: 19.9, version: 2 });
    expect(await bulk({ ...changed.body, monthlyPrice: 9.9 }, team)).toMatchObject([{ result: 'updated' }]);
    expect(fieldsOf(await patch(stored.id, { currency: 'USD' }, team))).toEqual(['currency']);
    expect(await read(stored.id, team)).toMatchObject({ currency: 'EUR', monthlyPrice: 9.9, version: 3 });
  });
});
