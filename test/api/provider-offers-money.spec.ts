import { uploadOffers } from '../support/bulk-upload.js';
import { fullOffer, makeTeam, type TestTeam } from '../support/factories.js';
import { makeOffering, makeProduct, makePromotion } from '../support/product-offering-factories.js';
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

describe('A large amount', () => {
  it.each([
    ['VND', 12_000_000],
    ['VND', 99_999_999_999],
    ['IDR', 1_250_000_000.5],
    ['KWD', 99_999_999_999.989],
  ])('of %s %d is kept, found and summed up exactly', async (currency, amount) => {
    const team = await makeTeam(harness, 'provider', { defaultCurrency: currency });
    const reseller = await makeTeam(harness, 'reseller');
    const { id } = await create(
      { monthlyPrice: amount, fees: { installationFee: amount }, status: 'active' },
      team,
    );
    expect(await read(id, team)).toMatchObject({ monthlyPrice: amount, fees: { installationFee: amount } });
    const find = async (path: string) =>
      (await harness.call('GET', `/reseller/catalog${path}`, undefined, reseller)).body;
    const bounds = `providerId=${team.id}&minPrice=${amount}&maxPrice=${amount}`;
    const total = (months: number) => Number((amount * (months + 1)).toFixed(3));
    expect(await find(`?${bounds}`)).toMatchObject([{ id, monthlyPrice: amount, setupFee: amount }]);
    expect((await find(`/compare?ids=${id}`)).offers).toMatchObject([
      { costOver12Months: total(12), costOver24Months: total(24) },
    ]);
    expect(await bulk({ id, monthlyPrice: amount - 1 }, team)).toMatchObject([{ result: 'updated' }]);
  });

  it('is possible in products, product offerings and discounts too', async () => {
    const product = await makeProduct(harness, provider, { price: { VND: { amount: 12_000_000 } } });
    expect(product.price.VND.amount).toBe(12_000_000);
    const price = { currency: 'VND', grossPrice: 12_000_000 };
    const { productOfferingId } = await makeOffering(harness, provider, { price });
    const { promoCode } = await makePromotion(harness, provider, { amounts: { VND: 11_000_000 } });
    const path = `/product-offerings/${productOfferingId}?promoCode=${promoCode}`;
    const reply = await harness.call('GET', path, undefined, provider);
    expect(reply.body.price).toMatchObject({ grossPrice: 12_000_000, netPrice: 1_000_000 });
  });
});

describe('The fees of an offer', () => {
  const fees = { installationFee: 49.99, activationFee: 10, earlyTerminationFee: 150 };

  it.each([
    ['a patch', patch],
    // With another member, the offer is read before it is written.
    ['a patch with a status', (id: string, body: object) => patch(id, { ...body, status: 'active' })],
    ['the bulk', (id: string, body: object) => bulk({ ...body, id })],
  ])('are merged member by member by %s', async (_, change) => {
    const { id } = await create({ fees });
    await change(id, { fees: { activationFee: 5 } });
    expect(await read(id)).toMatchObject({ fees: { ...fees, activationFee: 5 }, version: 2 });
    await change(id, { fees: { installationFee: null, depositRequired: 20 } });
    const merged = { ...fees, activationFee: 5, installationFee: null, depositRequired: 20 };
    expect(await read(id)).toMatchObject({ fees: merged, version: 3 });
    await change(id, { fees: { depositRequired: 20 } });
    await change(id, { fees: {} });
    expect(await read(id)).toMatchObject({ fees: merged, version: 3 });
    await change(id, { fees: null });
    expect((await read(id)).fees).toBeNull();
    await change(id, { fees: { activationFee: 1 } });
    expect(await read(id)).toMatchObject({ fees: { activationFee: 1 }, version: 5 });
    await change(id, { fees: { activationFee: -1, equipmentFee: 2 } });
    expect((await read(id)).fees).toEqual({ activationFee: 1 });
  });

  it('add up to a setup fee above the largest single amount', async () => {
    const reseller = await makeTeam(harness, 'reseller');
    const largest = {
      installationFee: 99_999_999_999.99,
      equipmentFee: 99_999_999_999.99,
      activationFee: 99_999_999_999.99,
    };
    const { id } = await create({ fees: largest, status: 'active' });
    // The harness checks each answer against the schema.
    const listed = await harness.call('GET', `/reseller/catalog/${id}`, undefined, reseller);
    expect([listed.status, listed.body.setupFee]).toEqual([200, 299_999_999_999.97]);
    const compared = await harness.call('GET', `/reseller/catalog/compare?ids=${id}`, undefined, reseller);
    expect([compared.status, compared.body.offers[0].setupFee]).toEqual([200, 299_999_999_999.97]);
  });
});
