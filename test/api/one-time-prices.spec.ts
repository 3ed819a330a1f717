import { makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness } from '../support/harness.js';
import {
  makeOffering,
  makeProduct,
  makePromotion,
  recurring,
} from '../support/product-offering-factories.js';
import { eur, planAttributes, Shop } from '../support/subscriptions.js';

/*
 * What is charged once, in addition to a recurring price.
 */

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
});
afterAll(() => harness.stop());

const call = (method: string, path: string, body?: unknown, team = provider, headers = {}) =>
  harness.call(method, path, body, { key: team.key, headers });

describe('a product', () => {
  const price = { EUR: { amount: 19.9, taxIncluded: true } };
  const oneTimePrice = { EUR: { amount: 25, taxIncluded: true }, JPY: { amount: 3000, taxIncluded: false } };

  it('has one besides its price, which a patch merges in the same way', async () => {
    const { productId } = await makeProduct(harness, provider, { price, oneTimePrice });
    const path = `/products/${productId}`;
    expect((await call('GET', path)).body).toMatchObject({ price, oneTimePrice });
    const patched = await call('PATCH', path, { oneTimePrice: { JPY: null, EUR: { amount: 30 } } });
    expect(patched.body).toMatchObject({ price, oneTimePrice: { EUR: { amount: 30, taxIncluded: true } } });
    expect(patched.headers.etag).toBe('"v2"');
    expect((await call('PATCH', path, { price: { EUR: { amount: 20 } } })).body.oneTimePrice).toEqual({
      EUR: { amount: 30, taxIncluded: true },
    });
    expect((await call('PATCH', path, { oneTimePrice: null })).body).not.toHaveProperty('oneTimePrice');
  });

  it('is refused if an amount does not fit its currency', async () => {
    const reply = await call('POST', '/products', { name: 'A', oneTimePrice: { JPY: { amount: 1.5 } } });
    expect([reply.status, fieldsOf(reply)]).toEqual([400, ['oneTimePrice.JPY.amount']]);
  });

  it('is the same under /subscriptions, with its amounts in minor units', async () => {
    const shop = new Shop(harness, provider);
    const { body } = await shop.create('product', {
      name: 'Bike',
      price: eur(1990),
      one_time_price: eur(2500),
    });
    const { id, attributes } = body.data;
    expect(attributes).toMatchObject({ price: eur(1990), one_time_price: eur(2500) });
    expect((await call('GET', `/products/${id}`)).body).toMatchObject({
      price: { EUR: { amount: 19.9 } },
      oneTimePrice: { EUR: { amount: 25, taxIncluded: false } },
    });
    const change = (one_time_price: unknown, headers = {}) =>
      shop.update(`/products/${id}`, 'product', { one_time_price }, headers);
    const usd = { USD: { amount: 2700, includes_tax: true } };
    expect((await change(usd)).body.data.attributes.one_time_price).toEqual({ ...eur(2500), ...usd });
    expect((await change({ EUR: null })).body.data.attributes).toMatchObject({
      price: eur(1990),
      one_time_price: usd,
    });
    expect((await change(usd)).headers.etag).toBe('"v3.USD"');
    expect((await change(null)).body.data.attributes).not.toHaveProperty('one_time_price');
    const refused = await change({ EUR: { amount: 1.5 } });
    expect([refused.status, refused.body.errors[0].detail]).toEqual([
      400,
      expect.stringContaining('data.attributes.one_time_price.EUR.amount'),
    ]);
    const described = (await shop.get('/products/attributes')).body.data as { value: string }[];
    expect(described.map(({ value }) => value)).toContain('one_time_price');
  });
});

describe('a subscription offering', () => {
  it('copies it with its products, and bills it with no plan', async () => {
    const shop = new Shop(harness, provider);
    const product = await shop.id('product', { price: eur(1000), one_time_price: eur(2500) });
    const inline = { name: 'Helmet', price: eur(500), one_time_price: eur(100) };
    const offering = await shop.built([product, inline], [{ ...planAttributes, base_price_percentage: 10 }]);
    await shop.update(`/products/${product}`, 'product', { one_time_price: eur(1) });
    const parts = async (by = shop) => {
      const { body } = await by.get(`/offerings/${offering}/products`);
      return (body.data as { attributes: { one_time_price?: object } }[]).map(
        (part) => part.attributes.one_time_price,
      );
    };
    expect(await parts()).toEqual([eur(2500), eur(100)]);
    expect(await parts(new Shop(harness, reseller))).toEqual([eur(2500), eur(100)]);
    expect(await shop.price(offering)).toEqual(eur(1350));
    const [first = ''] = await shop.parts(offering, 'products');
    await shop.update(`/offerings/${offering}/products/${first}`, 'offering_product', {
      one_time_price: eur(7),
    });
    expect(await parts()).toEqual([eur(7), eur(100)]);
    expect(await shop.price(offering)).toEqual(eur(1350));
  });
});

describe('a product offering', () => {
  const oneTimePrice = { grossPrice: 25, taxIncluded: true };
  const shown = (grossPrice: number, taxIncluded = true) => ({
    grossPrice,
    discount: 0,
    netPrice: grossPrice,
    taxIncluded,
  });

  it('has one in each currency, which a promo code does not reduce', async () => {
    const { productOfferingId: id, price } = await makeOffering(harness, provider, {
      price: {
        oneTimePrice,
        currencyOptions: {
          USD: { grossPrice: 21, oneTimePrice: { grossPrice: 28 } },
          SEK: { grossPrice: 200 },
        },
      },
    });
    expect(price).toMatchObject({
      grossPrice: 19.9,
      oneTimePrice: shown(25),
      currencyOptions: { USD: { grossPrice: 21, oneTimePrice: shown(28, false) }, SEK: { grossPrice: 200 } },
    });
    expect(price.currencyOptions.SEK).not.toHaveProperty('oneTimePrice');
    await makePromotion(harness, provider, { promoCode: 'SETUP' });
    const promoted = (await call('GET', `/product-offerings/${id}?promoCode=setup`, undefined, reseller))
      .body;
    expect(promoted.price).toMatchObject({ discount: 4.98, netPrice: 14.92, oneTimePrice: shown(25) });
    expect(promoted.price.currencyOptions.USD).toMatchObject({
      discount: 5.25,
      oneTimePrice: shown(28, false),
    });
    // What was read can be sent back.
    expect((await call('PATCH', `/product-offerings/${id}`, { price })).body.price).toEqual(price);
  });

  it('is patched like the price, and the change is shown to others', async () => {
    const { productOfferingId: id, price } = await makeOffering(harness, provider);
    expect(price).not.toHaveProperty('oneTimePrice');
    const path = `/product-offerings/${id}`;
    const before = (await call('GET', path, undefined, reseller)).headers;
    const patch = async (body: object) => call('PATCH', path, { price: body });
    expect((await patch({ oneTimePrice })).body.price.oneTimePrice).toEqual(shown(25));
    const after = await call('GET', path, undefined, reseller);
    expect(after.headers.etag).not.toBe(before.etag);
    expect(after.body.updatedAt).toBe((await call('GET', path)).body.updatedAt);
    expect((await patch({ oneTimePrice: { grossPrice: 30 } })).body.price.oneTimePrice).toEqual(shown(30));
    expect((await patch({ grossPrice: 20 })).body.price).toMatchObject({
      grossPrice: 20,
      oneTimePrice: shown(30),
    });

    const relabelled = await patch({ currency: 'USD', oneTimePrice: { taxIncluded: false } });
    expect([relabelled.status, fieldsOf(relabelled)]).toEqual([
      400,
      ['price.grossPrice', 'price.oneTimePrice.grossPrice'],
    ]);
    const otherCurrency = await patch({ currency: 'USD', grossPrice: 22 });
    expect([otherCurrency.status, fieldsOf(otherCurrency)]).toEqual([400, ['price.oneTimePrice']]);
    const converted = await patch({ currency: 'USD', grossPrice: 22, oneTimePrice: { grossPrice: 33 } });
    expect(converted.body.price).toMatchObject({ currency: 'USD', oneTimePrice: shown(33) });

    const onceOnly = { priceType: 'ONE_TIME', billingCycle: null };
    const refused = await patch(onceOnly);
    expect([refused.status, fieldsOf(refused)]).toEqual([400, ['price.oneTimePrice']]);
    const once = await patch({ ...onceOnly, oneTimePrice: null });
    expect([once.status, once.body.price.priceType]).toEqual([200, 'ONE_TIME']);
    expect(once.body.price).not.toHaveProperty('oneTimePrice');
  });

  it.each([
    ['price.oneTimePrice.grossPrice', { oneTimePrice: {} }],
    ['price.oneTimePrice.grossPrice', { oneTimePrice: { grossPrice: -1 } }],
    ['price.oneTimePrice', { oneTimePrice: 5 }],
    ['price.oneTimePrice.grossPrice', { oneTimePrice: { grossPrice: 1.999 } }],
    [
      'price.currencyOptions.JPY.oneTimePrice.grossPrice',
      { currencyOptions: { JPY: { grossPrice: 1, oneTimePrice: { grossPrice: 1.5 } } } },
    ],
    [
      'price.currencyOptions.USD.oneTimePrice',
      {
        priceType: 'ONE_TIME',
        billingCycle: null,
        currencyOptions: { USD: { grossPrice: 1, oneTimePrice } },
      },
    ],
  ])('is refused because of %s', async (field, price) => {
    const { productId } = await makeProduct(harness, provider);
    const body = { name: 'A', productId, customerType: 'CONSUMER', price: { ...recurring, ...price } };
    const reply = await call('POST', '/product-offerings', body);
    expect([reply.status, fieldsOf(reply)]).toEqual([400, [field]]);
  });

  it('is replaced by PUT and set in bulk', async () => {
    const { productId } = await makeProduct(harness, provider);
    const body = { name: 'A', productId, customerType: 'CONSUMER', price: { ...recurring, oneTimePrice } };
    const path = '/product-offerings/ext:once';
    expect((await call('PUT', path, body)).status).toBe(201);
    const lines = (rows: object[]) =>
      call('POST', '/product-offerings/bulk', rows.map((row) => JSON.stringify(row)).join('\n'), provider, {
        'content-type': 'application/x-ndjson',
      });
    await lines([{ externalId: 'once', price: { oneTimePrice: { grossPrice: 40 } } }]);
    expect((await call('GET', path)).body.price.oneTimePrice).toEqual(shown(40));
    expect((await call('PUT', path, { ...body, price: recurring })).body.price).not.toHaveProperty(
      'oneTimePrice',
    );
  });
});
