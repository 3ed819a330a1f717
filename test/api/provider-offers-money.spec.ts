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
  it('is that of the team unless another one is sent', async () => {
    for (const currency of ['usd', 'XXX', '', null, 1, { code: 'USD' }]) {
      const reply = await post({ name: 'Fibre', monthlyPrice: 29.9, currency });
      expect([reply.status, fieldsOf(reply)]).toEqual([400, ['currency']]);
      const [line] = await bulk({ name: 'Fibre', sku: 'CUR-1', monthlyPrice: 29.9, currency });
      expect(line).toMatchObject({ result: 'failed', problem: { errors: [{ field: 'currency' }] } });
    }
    expect((await post({ name: 'Fibre' })).body.currency).toBe('USD');
    const created = await post({ name: 'Fibre', monthlyPrice: 29.9, currency: 'EUR' });
    expect(created.body).toMatchObject({ currency: 'EUR', pricing: { currency: 'EUR', allInMonthly: 29.9 } });
    expect(await read(created.body.id)).toEqual(created.body);
    const [line] = await bulk({ name: 'Fibre', sku: 'CUR-1', monthlyPrice: 2990, currency: 'JPY' });
    expect(line?.result).toBe('created');
    expect(await read(String(line?.id))).toMatchObject({ currency: 'JPY', monthlyPrice: 2990 });
    const yen = await post({ name: 'Fibre', monthlyPrice: 29.9, currency: 'JPY' });
    expect([yen.status, fieldsOf(yen)]).toEqual([400, ['monthlyPrice']]);
  });

  it('can be changed only together with every amount, because amounts are not converted', async () => {
    const amounts = {
      monthlyPrice: 29.9,
      fees: { installationFee: 5 },
      monthlyFees: [{ name: 'Router', amount: 2.5, kind: 'equipment' }],
      taxes: 'varies',
    };
    const { id } = await create(amounts);
    // Taxes in words are no amount.
    const names = Object.keys(amounts).filter((name) => name !== 'taxes');
    for (const [body, fields] of [
      [{ currency: 'EUR' }, names],
      [{ currency: null }, ['currency']],
      [{ currency: 'EUR', monthlyPrice: 19.9, taxes: null }, ['fees', 'monthlyFees']],
      [{ ...amounts, currency: 'JPY' }, ['monthlyPrice', 'monthlyFees[0].amount']],
    ] as const) {
      const reply = await patch(id, body);
      expect([reply.status, fieldsOf(reply).toSorted()]).toEqual([400, [...fields].toSorted()]);
      expect(await bulk({ id, ...body })).toMatchObject([{ result: 'failed' }]);
    }
    expect(await read(id)).toMatchObject({ ...amounts, currency: 'USD', version: 1 });
    const changed = await patch(id, { monthlyPrice: 19.9, currency: 'USD' });
    expect(changed.body).toMatchObject({ monthlyPrice: 19.9, version: 2 });
    const yen = {
      currency: 'JPY',
      monthlyPrice: 20,
      fees: { activationFee: 7 },
      monthlyFees: null,
      taxes: null,
    };
    const moved = await patch(id, yen);
    expect(moved.body).toMatchObject({
      ...yen,
      fees: { activationFee: 7 },
      pricing: { currency: 'JPY', setupFee: 7, costOver12Months: 247 },
    });
    expect(moved.body.fees).toEqual({ activationFee: 7 });
    expect(await read(id)).toEqual(moved.body);
    const back = { currency: 'USD', monthlyPrice: 20, fees: null };
    expect(await bulk({ id, ...back })).toMatchObject([{ result: 'updated' }]);
    expect(await read(id)).toMatchObject({ ...back, pricing: { currency: 'USD', costOver12Months: 240 } });
  });

  it("survives a change of the team's currency when an offer is read, changed and sent back", async () => {
    const team = await makeTeam(harness, 'provider', { defaultCurrency: 'EUR' });
    const stored = await create({ monthlyPrice: 29.9 }, team);
    await harness.call('PATCH', `/admin/teams/${team.id}`, { defaultCurrency: 'USD' }, { key: adminKey });
    const changed = await patch(stored.id, { ...stored, monthlyPrice: 19.9 }, team);
    expect(changed.body).toMatchObject({ currency: 'EUR', monthlyPrice: 19.9, version: 2 });
    expect(await bulk({ ...changed.body, monthlyPrice: 9.9 }, team)).toMatchObject([{ result: 'updated' }]);
    expect(fieldsOf(await patch(stored.id, { currency: 'USD' }, team))).toEqual(['monthlyPrice', 'fees']);
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
    const bounds = `providerId=${team.id}&currency=${currency}&minPrice=${amount}&maxPrice=${amount}`;
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
