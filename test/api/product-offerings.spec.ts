import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { v7 as uuidv7 } from 'uuid';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { adminKey, start, type Harness } from '../support/harness.js';
import { postOrder } from '../support/order-factories.js';
import {
  makeOffering,
  makeProduct,
  makePromotion,
  recurring,
} from '../support/product-offering-factories.js';
import { productOfferingSchema } from '../support/product-offering-schema.js';

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
const fits = ajv.compile(productOfferingSchema);

function expectShape(body: unknown): void {
  const valid = fits(body);
  expect({ valid, errors: fits.errors }).toEqual({ valid: true, errors: null });
}

/** Returns a problem document without the members that differ for each request. */
function withoutRequestIds({ instance, requestId, ...problem }: Record<string, unknown>) {
  expect(instance).toEqual(expect.any(String));
  expect(requestId).toEqual(expect.any(String));
  return problem;
}

let harness: Harness;
let provider: TestTeam;
let stranger: TestTeam;
let reseller: TestTeam;
let hybrid: TestTeam;

beforeAll(async () => {
  harness = await start({ promoFailuresPerMinute: 0 });
  provider = await makeTeam(harness, 'provider');
  stranger = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
  hybrid = await makeTeam(harness, 'hybrid');
});
afterAll(() => harness.stop());

const get = (path: string, team: TestTeam = provider, headers = {}) =>
  harness.call('GET', `/product-offerings${path}`, undefined, { key: team.key, headers });
const post = (body: unknown, team: TestTeam = provider, path = '') =>
  harness.call('POST', `/product-offerings${path}`, body, team);
const patch = (id: string, body: unknown, team: TestTeam = provider, headers = {}) =>
  harness.call('PATCH', `/product-offerings/${id}`, body, { key: team.key, headers });
const archive = (id: string, team: TestTeam = provider) => post(undefined, team, `/${id}/archive`);

async function bodyOf(more: object = {}, product: object = {}) {
  const { productId } = await makeProduct(harness, provider, product);
  return { name: 'Talk 20', productId, customerType: 'CONSUMER', price: recurring, ...more };
}

const fieldsOf = (reply: { body: { errors?: { field: string }[] } }) =>
  reply.body.errors?.map((error) => error.field);

describe('POST /product-offerings', () => {
  it('returns 201 with every field of the documented shape', async () => {
    const slug = 'mobile-plans';
    const group = {
      productOfferingGroupId: slug,
      name: 'Mobile plans',
      category: 'SUBSCRIPTION_CELL',
      description: 'For phones',
      internalDescription: 'Reviewed',
    };
    await harness.call('POST', '/product-offering-groups', group, provider);
    const features = {
      dataMb: 20_480,
      includedCallSeconds: 36_000,
      includedSms: 500,
      validityDays: 30,
      countries: ['SE', 'NO'],
      regions: ['EUROPE', 'NORTH_AMERICA'],
      activationType: 'FIRST_USE',
    };
    const sent = await bodyOf(
      {
        productOfferingGroupId: slug,
        description: '20 GB',
        richContent: '<p>Calls <strong>included</strong></p>',
        internalDescription: 'Replaces Talk 10',
        imageUrl: 'https://cdn.isp.example/talk.png',
        metadata: { a: [1, { b: null }] },
        price: { ...recurring, currencyOptions: { USD: { grossPrice: 21.5 }, JPY: { grossPrice: 3200 } } },
      },
      { features },
    );
    const { status, body, headers } = await post(sent);
    expect(status).toBe(201);
    expectShape(body);
    const { price, ...otherFields } = sent;
    expect(body).toMatchObject({ ...otherFields, group, status: 'AVAILABLE', product: { features } });
    expect(body.price).toEqual({
      ...price,
      discount: 0,
      netPrice: 19.9,
      currencyOptions: {
        USD: { grossPrice: 21.5, discount: 0, netPrice: 21.5, taxIncluded: false },
        JPY: { grossPrice: 3200, discount: 0, netPrice: 3200, taxIncluded: false },
      },
    });
    expect(headers).toMatchObject({
      location: `/product-offerings/${body.productOfferingId}`,
      etag: '"v1.1.1"',
    });
    const read = await get(`/${body.productOfferingId}`);
    expect(read.body).toEqual(body);
    expect(read.headers.etag).toBe(headers.etag);
  });

  it('returns a null billingCycle for a one-time price', async () => {
    const price = { currency: 'EUR', grossPrice: 5, priceType: 'ONE_TIME' };
    const { body } = await post(await bodyOf({ price }));
    expect(body.price).toMatchObject({ billingCycle: null, boundMonths: 0, taxIncluded: false });
    expectShape(body);
  });

  it('requires a billing cycle for a recurring price and rejects one for a one-time price', async () => {
    const { billingCycle, ...noCycle } = recurring;
    const missing = await post(await bodyOf({ price: noCycle }));
    const superfluous = await post(
      await bodyOf({ price: { ...noCycle, billingCycle, priceType: 'ONE_TIME' } }),
    );
    for (const reply of [missing, superfluous]) {
      expect(reply.status).toBe(400);
      expect(fieldsOf(reply)).toEqual(['price.billingCycle']);
    }
  });

  it('requires addonCategories for add-ons and rejects them for other types', async () => {
    const addon = { type: 'SUBSCRIPTION_ADDON', category: 'PRODUCT_CATEGORY_EXTRA_DATA' };
    const fitting = ['PRODUCT_CATEGORY_SUBSCRIPTION_CELL', 'TRAVEL_ESIM', 'SUBSCRIPTION_CELL'];
    const created = await post(await bodyOf({ addonCategories: fitting }, addon));
    expect(created.body.addonCategories).toEqual(['SUBSCRIPTION_CELL', 'TRAVEL_ESIM']);
    expect(created.body.product).toMatchObject({ type: 'ADDON', category: 'EXTRA_DATA' });
    expectShape(created.body);
    for (const [more, product] of [
      [{}, addon],
      [{ addonCategories: [] }, addon],
      [{ addonCategories: ['EXTRA_DATA'] }, addon],
      [{ addonCategories: ['SUBSCRIPTION_CELL'] }, {}],
    ]) {
      const reply = await post(await bodyOf(more, product));
      expect(reply.status).toBe(400);
      expect(fieldsOf(reply)?.[0]).toMatch(/^addonCategories/);
    }
    expect((await post(await bodyOf({ addonCategories: [] }))).body).not.toHaveProperty('addonCategories');
  });

  it.each([
    ['name', { name: ' ' }],
    ['name', { name: 'x'.repeat(256) }],
    ['productId', { productId: 'x' }],
    ['customerType', { customerType: 'consumer' }],
    ['price', { price: undefined }],
    ['price', { price: 5 }],
    ['price.grossPrice', { price: { ...recurring, grossPrice: -1 } }],
    ['price.grossPrice', { price: { ...recurring, grossPrice: '5' } }],
    ['price.grossPrice', { price: { ...recurring, grossPrice: 1e11 } }],
    ['price.grossPrice', { price: { ...recurring, grossPrice: 1.999 } }],
    ['price.grossPrice', { price: { ...recurring, currency: 'JPY', grossPrice: 1.5 } }],
    ['price.currency', { price: { ...recurring, currency: 'EURO' } }],
    ['price.priceType', { price: { ...recurring, priceType: 'MONTHLY' } }],
    ['price.boundMonths', { price: { ...recurring, boundMonths: -1 } }],
    [
      'price.billingCycle.period',
      { price: { ...recurring, billingCycle: { period: 'HOURLY', interval: 1 } } },
    ],
    [
      'price.billingCycle.interval',
      { price: { ...recurring, billingCycle: { period: 'DAILY', interval: 0 } } },
    ],
    ['price.currencyOptions.usd', { price: { ...recurring, currencyOptions: { usd: { grossPrice: 1 } } } }],
    ['price.currencyOptions.USD', { price: { ...recurring, currencyOptions: { USD: 5 } } }],
    ['price.currencyOptions.EUR', { price: { ...recurring, currencyOptions: { EUR: { grossPrice: 1 } } } }],
    [
      'price.currencyOptions.USD.grossPrice',
      { price: { ...recurring, currencyOptions: { USD: { grossPrice: 0.001 } } } },
    ],
    ['price.vat', { price: { ...recurring, vat: 1 } }],
    ['productOfferingGroupId', { productOfferingGroupId: 'a/b' }],
    ['imageUrl', { imageUrl: 'javascript:alert(1)' }],
    ['metadata', { metadata: [] }],
    ['metadata', { metadata: { long: 'x'.repeat(17_000) } }],
    ['richContent', { richContent: 'x'.repeat(65_537) }],
    ['richContent', { richContent: 'é'.repeat(32_769) }],
    ['richContent', { richContent: '&'.repeat(20_000) }],
    ['descripton', { descripton: 'x' }],
    ['status', { status: 'ARCHIVED' }],
  ])('rejects an invalid %s with 400', async (field, more) => {
    const reply = await post(await bodyOf(more));
    expect(reply.status).toBe(400);
    expect(reply.body.code).toBe('VALIDATION_FAILED');
    expect(fieldsOf(reply)).toContain(field);
  });

  it('sanitizes every known attack on rich content', async () => {
    const vectors = [
      '<script>alert(1)</script>',
      '<img src="x" onerror="alert(1)">',
      '<img src="https://a.example/x.png" onerror=alert(1)>',
      '<a href="javascript:alert(1)">x</a>',
      '<a href="java&#x0A;script:alert(1)">x</a>',
      '<a href=" &#14; javascript:alert(1)">x</a>',
      '<a href="data:text/html,<script>alert(1)</script>">x</a>',
      '<a href="//evil.example">x</a>',
      '<svg><script>alert(1)</script></svg>',
      '<svg/onload=alert(1)>',
      '<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
      '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
      '<p style="background:url(javascript:alert(1))" onclick="alert(1)" class="x" id="y">x</p>',
      '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
      '<textarea></textarea><script>alert(1)</script>',
      '<<script>script>alert(1)<</script>/script>',
      '<scr<script>ipt>alert(1)</scr</script>ipt>',
      '<form action="https://evil.example"><input name=q></form>',
      '<meta http-equiv=refresh content="0;url=javascript:alert(1)"><base href="https://evil.example/">',
      '<object data="data:text/html;base64,PHNjcmlwdD4="></object><embed src="x">',
      '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
      '<template><script>alert(1)</script></template>',
      '<!--><script>alert(1)</script>-->',
      '<xmp><p title="</xmp><script>alert(1)</script>">',
      '<a href="vbscript:msgbox(1)" target="_blank">x</a>',
      '"><script >alert(1)</script >',
    ];
    const sent = await bodyOf();
    for (const vector of vectors) {
      const { status, body } = await post({ ...sent, richContent: `<p>before</p>${vector}` });
      expect(status).toBe(201);
      // The result contains only allowed elements and attributes, and only harmless URLs.
      const tags = [...String(body.richContent).matchAll(/<([^>\s/]*)([^>]*)>/g)];
      expect(tags.length).toBeGreaterThanOrEqual(1);
      for (const [, name, attributes] of tags) {
        expect(['p', 'a', 'img', '']).toContain(name);
        expect(attributes).not.toMatch(/\son|style|class|\sid=|srcdoc|script|data:|\/\/evil/i);
        expect(attributes).toMatch(/^\/?[a-z]*( (href|rel|title|src)="[^"]*")*( \/)?$/);
      }
      const stored = await get(`/${body.productOfferingId}`);
      expect(stored.body.richContent).toBe(body.richContent);
    }
  });

  it('keeps the documented elements', async () => {
    const html =
      '<h2>Talk</h2><p>All <strong>calls</strong><br />and <em>texts</em></p><ul><li>EU</li></ul>' +
      '<table><tbody><tr><td colspan="2">1 &amp; 2 &lt; 3</td></tr></tbody></table>' +
      '<img src="https://cdn.isp.example/a.png" alt="A" width="10" />' +
      '<a href="https://isp.example/?a=1&amp;b=2" rel="noopener noreferrer nofollow">more</a>';
    const { body } = await post(await bodyOf({ richContent: html }));
    expect(body.richContent).toBe(html);
  });

  it('names an unknown product and group together with other errors, and those of another team alike', async () => {
    const foreign = await makeProduct(harness, stranger);
    const more = { productOfferingGroupId: 'unknown', name: '', status: 'ARCHIVED' };
    const replies = [
      await post(await bodyOf({ productId: foreign.productId, ...more })),
      await post(await bodyOf({ productId: uuidv7(), ...more })),
    ];
    expect(replies.map((reply) => reply.status)).toEqual([400, 400]);
    const fields = ['name', 'status', 'productId', 'productOfferingGroupId'];
    for (const reply of replies) expect(fieldsOf(reply)?.toSorted()).toEqual(fields.toSorted());
    expect(withoutRequestIds(replies[0]?.body)).toEqual(withoutRequestIds(replies[1]?.body));
    const { body } = await post(await bodyOf());
    const patched = await patch(body.productOfferingId, { productId: foreign.productId, name: null });
    expect([patched.status, fieldsOf(patched)?.toSorted()]).toEqual([400, ['name', 'productId']]);
  });

  it('looks up only well-formed IDs', async () => {
    const reply = await post(await bodyOf({ productId: 'x', productOfferingGroupId: 1 }));
    expect([reply.status, fieldsOf(reply)?.toSorted()]).toEqual([
      400,
      ['productId', 'productOfferingGroupId'],
    ]);
    expect((await post([])).status).toBe(400);
  });

  it('rejects a product without a type', async () => {
    const reply = await post(await bodyOf({}, { type: null, category: null }));
    expect(reply.status).toBe(400);
    expect(fieldsOf(reply)).toEqual(['productId']);
  });

  it('allows only provider and hybrid teams', async () => {
    const product = await makeProduct(harness, hybrid);
    expect((await post(await bodyOf({ productId: product.productId }), hybrid)).status).toBe(201);
    const forbidden = await post(await bodyOf(), reseller);
    expect(forbidden.status).toBe(403);
    expect(forbidden.body.code).toBe('FORBIDDEN');
    expect((await post(await bodyOf(), { ...provider, key: '' })).status).toBe(401);
  });
});

describe('GET /product-offerings/{productOfferingId}', () => {
  it('returns the gross price as the net price, without a discount, if no code is given', async () => {
    const created = await makeOffering(harness, provider);
    const { status, body, headers } = await get(`/${created.productOfferingId}`);
    expect(status).toBe(200);
    expect(body.price).toMatchObject({ grossPrice: 19.9, discount: 0, netPrice: 19.9 });
    expect(body.price).not.toHaveProperty('promoCode');
    expect(headers['cache-control']).toBe('private, no-cache');
  });

  it('returns the same 404 for unknown, malformed and path-traversal IDs', async () => {
    const ids = [uuidv7(), 'x', '..%2F..%2Fteam', '%00', `${uuidv7()}%20`, "'%20OR%201=1--"];
    const replies = [];
    for (const id of ids) replies.push(await get(`/${id}`));
    for (const { status, body } of replies) {
      expect(status).toBe(404);
      expect(withoutRequestIds(body)).toEqual(withoutRequestIds(replies[0]?.body));
    }
  });

  it('shows an archived product offering to its owner and hides it from others', async () => {
    const { productOfferingId: id } = await makeOffering(harness, provider);
    await archive(id);
    const own = await get(`/${id}`);
    expect(own.status).toBe(200);
    expect(own.body.status).toBe('ARCHIVED');
    for (const team of [reseller, hybrid, stranger]) expect((await get(`/${id}`, team)).status).toBe(404);
  });

  it("shows resellers another provider's product offering without internal descriptions", async () => {
    await harness.call(
      'POST',
      '/product-offering-groups',
      {
        productOfferingGroupId: 'seen',
        name: 'Seen',
        category: 'TRAVEL_ESIM',
        internalDescription: 'secret',
      },
      provider,
    );
    const { productOfferingId: id } = await makeOffering(harness, provider, {
      internalDescription: 'secret',
      productOfferingGroupId: 'seen',
    });
    for (const team of [reseller, hybrid]) {
      const { status, body, text } = await get(`/${id}`, team);
      expect(status).toBe(200);
      expect(text).not.toContain('secret');
      expect(text).not.toContain('internalDescription');
      expectShape(body);
    }
    const { body } = await get(`/${id}`);
    expect(body).toMatchObject({ internalDescription: 'secret', group: { internalDescription: 'secret' } });
  });

  it('hides product offerings from other providers, from unverified resellers, and while the owner is suspended', async () => {
    const seller = await makeTeam(harness, 'provider');
    const unverified = await makeTeam(harness, 'reseller', { verified: false });
    const { productOfferingId: id } = await makeOffering(harness, seller);
    const unknown = await get(`/${uuidv7()}`, stranger);
    for (const team of [stranger, unverified]) {
      const reply = await get(`/${id}`, team);
      expect(reply.status).toBe(404);
      expect(withoutRequestIds(reply.body)).toEqual(withoutRequestIds(unknown.body));
    }
    expect((await get(`/${id}`, reseller)).status).toBe(200);
    await harness.call('PATCH', `/admin/teams/${seller.id}`, { suspended: true }, { key: adminKey });
    expect((await get(`/${id}`, reseller)).status).toBe(404);
  });

  it('rejects missing and revoked keys with a problem document', async () => {
    const { productOfferingId: id } = await makeOffering(harness, provider);
    const gone = await makeTeam(harness, 'provider');
    await harness.call('DELETE', `/admin/teams/${gone.id}/api-keys/${gone.keyId}`, undefined, {
      key: adminKey,
    });
    for (const options of [{}, { key: gone.key }]) {
      const reply = await harness.call('GET', `/product-offerings/${id}`, undefined, options);
      expect(reply.status).toBe(401);
      expect(reply.body).toMatchObject({ code: 'UNAUTHORIZED', status: 401 });
      expect(reply.headers['content-type']).toContain('application/problem+json');
    }
  });

  it('omits group and addonCategories if there are none', async () => {
    const { productOfferingId: id } = await makeOffering(harness, provider);
    const { body } = await get(`/${id}`);
    for (const name of ['group', 'productOfferingGroupId', 'addonCategories'])
      expect(body).not.toHaveProperty(name);
  });

  it('embeds the current state of the product', async () => {
    const { productId } = await makeProduct(harness, provider);
    const created = await makeOffering(harness, provider, { productId });
    const before = await get(`/${created.productOfferingId}`);
    const change = { internalName: 'renamed', features: { dataMb: 1 }, category: 'SUBSCRIPTION_M2M' };
    expect((await harness.call('PATCH', `/products/${productId}`, change, provider)).status).toBe(200);
    const after = await get(`/${created.productOfferingId}`, provider, {
      'if-none-match': before.headers.etag,
    });
    expect(after.status).toBe(200);
    expect(after.body.product).toMatchObject(change);
  });

  it('returns 304 for the current ETag', async () => {
    const { productOfferingId: id } = await makeOffering(harness, provider);
    const { headers } = await get(`/${id}`);
    expect((await get(`/${id}`, provider, { 'if-none-match': headers.etag })).status).toBe(304);
  });

  it('shows other teams only the changes that they can see', async () => {
    const group = { productOfferingGroupId: 'hidden-edits', name: 'Plans', category: 'SUBSCRIPTION_CELL' };
    await harness.call('POST', '/product-offering-groups', group, provider);
    const { productId } = await makeProduct(harness, provider, { category: 'SUBSCRIPTION_CELL' });
    const { productOfferingId: id } = await makeOffering(harness, provider, {
      productId,
      productOfferingGroupId: group.productOfferingGroupId,
    });
    const seen = async (by: TestTeam) => {
      const { body, headers } = await get(`/${id}`, by);
      return { updatedAt: body.updatedAt, etag: headers.etag };
    };
    const [own, others] = [await seen(provider), await seen(reseller)];
    const changeGroup = (body: object) =>
      harness.call('PATCH', `/product-offering-groups/${group.productOfferingGroupId}`, body, provider);

    for (const internalDescription of ['Margin 4 %', null, 'Margin 5 %']) {
      expect((await patch(id, { internalDescription })).status).toBe(200);
      expect(await seen(reseller)).toEqual(others);
    }
    expect((await changeGroup({ internalDescription: 'Reviewed' })).status).toBe(200);
    expect(await seen(reseller)).toEqual(others);
    expect((await get(`/${id}`, reseller, { 'if-none-match': others.etag })).status).toBe(304);
    const edited = await seen(provider);
    expect(edited.updatedAt > own.updatedAt).toBe(true);
    expect(edited.etag).not.toBe(own.etag);

    await patch(id, { description: '20 GB', internalDescription: null });
    const changed = await seen(reseller);
    expect(changed.updatedAt).toBe((await seen(provider)).updatedAt);
    expect(changed.etag).not.toBe(others.etag);
    await changeGroup({ name: 'All plans' });
    expect((await get(`/${id}`, reseller, { 'if-none-match': changed.etag })).status).toBe(200);
  });

  it('returns exact amounts', async () => {
    for (const grossPrice of [0.1, 0, 0.01, 1.15, 4.35, 8.2, 1_000_000.01, 9_999_999.99]) {
      const { productOfferingId: id } = await makeOffering(harness, provider, { price: { grossPrice } });
      const { text } = await get(`/${id}`);
      expect(text).toContain(`"grossPrice":${grossPrice},"discount":0,"netPrice":${grossPrice},`);
    }
  });

  it('rejects unknown query parameters', async () => {
    const { productOfferingId: id } = await makeOffering(harness, provider);
    const reply = await get(`/${id}?promocode=X`);
    expect(reply.status).toBe(400);
    expect(reply.body.detail).toContain('promoCode');
  });
});

describe('PATCH /product-offerings/{productOfferingId}', () => {
  it('merges the patch, and accepts a body that it has returned', async () => {
    const created = await makeOffering(harness, provider, {
      description: 'Old',
      price: { currencyOptions: { USD: { grossPrice: 21 } } },
    });
    const id = created.productOfferingId;
    expect((await patch(id, created)).headers.etag).toBe('"v1.1.0"');
    const { body, headers } = await patch(id, {
      name: 'New',
      description: null,
      price: { grossPrice: 25, currencyOptions: { USD: null, SEK: { grossPrice: 250 } } },
    });
    expect(headers.etag).toBe('"v2.1.0"');
    expect(body).toMatchObject({ name: 'New', price: { ...recurring, grossPrice: 25, netPrice: 25 } });
    expect(Object.keys(body.price.currencyOptions)).toEqual(['SEK']);
    expect(body).not.toHaveProperty('description');
    expect(body.updatedAt > created.updatedAt).toBe(true);
    expect((await get(`/${id}`)).body).toEqual(body);
  });

  it('validates the merged result', async () => {
    const { productOfferingId: id } = await makeOffering(harness, provider);
    for (const [field, body] of [
      ['price.billingCycle', { price: { priceType: 'ONE_TIME' } }],
      ['price.billingCycle', { price: { billingCycle: null } }],
      ['price.grossPrice', { price: { currency: 'JPY' } }],
      ['price.currency', { price: { currency: null } }],
      ['price', { price: null }],
      ['name', { name: null }],
      ['addonCategories', { addonCategories: ['SUBSCRIPTION_CELL'] }],
      ['nam', { nam: 'x' }],
    ] as const) {
      const reply = await patch(id, body);
      expect([field, reply.status]).toEqual([field, 400]);
      expect(fieldsOf(reply)).toEqual([field]);
    }
    expect((await patch(id, [])).status).toBe(400);
    expect((await patch(id, { price: { priceType: 'ONE_TIME', billingCycle: null } })).status).toBe(200);
  });

  it('checks If-Match', async () => {
    const { productOfferingId: id } = await makeOffering(harness, provider);
    const stale = { 'if-match': '"v9.1.0"' };
    expect((await patch(id, { name: 'A' }, provider, stale)).status).toBe(412);
    expect((await patch(id, { name: 'A' }, provider, { 'if-match': '"v1.1.0"' })).status).toBe(200);
    expect((await patch(id, { name: 'B' }, provider, { 'if-match': '"v1.1.0"' })).status).toBe(412);
  });

  it("returns 404 for another team's product offering and 403 for resellers", async () => {
    const { productOfferingId: id } = await makeOffering(harness, provider);
    for (const team of [stranger, hybrid]) expect((await patch(id, { name: 'A' }, team)).status).toBe(404);
    expect((await patch(id, { name: 'A' }, reseller)).status).toBe(403);
    expect((await patch('x', { name: 'A' })).status).toBe(404);
  });

  it('rejects status changes, and changes to an archived product offering except to its notes', async () => {
    const { productOfferingId: id } = await makeOffering(harness, provider);
    expect((await patch(id, { status: 'ARCHIVED' })).status).toBe(409);
    await archive(id);
    expect((await patch(id, { status: 'AVAILABLE' })).status).toBe(409);
    expect((await patch(id, { name: 'Other' })).status).toBe(409);
    const notes = { internalDescription: 'Gone', metadata: { a: 1 } };
    expect((await patch(id, notes)).body).toMatchObject(notes);
  });
});

describe('POST /product-offerings/{productOfferingId}/archive', () => {
  it('archives permanently; archiving again changes nothing', async () => {
    const { productOfferingId: id } = await makeOffering(harness, provider);
    const first = await archive(id);
    expect(first.body.status).toBe('ARCHIVED');
    const second = await archive(id);
    expect([second.status, second.headers.etag]).toEqual([200, first.headers.etag]);
  });

  it("returns 404 for another team's product offering and 403 for resellers", async () => {
    const { productOfferingId: id } = await makeOffering(harness, provider);
    expect((await archive(id, stranger)).status).toBe(404);
    expect((await archive(id, reseller)).status).toBe(403);
    expect((await archive('x')).status).toBe(404);
  });
});

describe('DELETE /product-offerings/{productOfferingId}', () => {
  const remove = (path: string, team: TestTeam = provider, headers = {}) =>
    harness.call('DELETE', path, undefined, { key: team.key, headers });

  it('removes a product offering to which nothing refers, and then its product', async () => {
    const { productId } = await makeProduct(harness, provider);
    const { productOfferingId: id } = await makeOffering(harness, provider, { externalId: 'DEL', productId });
    expect((await remove(`/product-offerings/${id}`, stranger)).status).toBe(404);
    expect((await remove(`/product-offerings/${id}`, reseller)).status).toBe(403);
    expect((await remove('/product-offerings/ext:DEL', provider, { 'if-match': '"v9"' })).status).toBe(412);
    expect((await remove(`/products/${productId}`)).status).toBe(409);
    expect(await remove('/product-offerings/ext:DEL')).toMatchObject({
      status: 200,
      body: { productOfferingId: id, deleted: true },
    });
    expect((await get(`/${id}`)).status).toBe(404);
    expect((await remove('/product-offerings/ext:DEL')).status).toBe(404);
    expect((await remove(`/products/${productId}`)).status).toBe(200);
  });

  it('returns 409 while a promotion, a catalog or an order contains it', async () => {
    const { productOfferingId: id } = await makeOffering(harness, provider);
    const refused = async (reason: string) => {
      const { status, body } = await remove(`/product-offerings/${id}`);
      expect([status, body.detail]).toEqual([
        409,
        `The product offering cannot be deleted, because ${reason}; archive it instead`,
      ]);
    };
    const { promotionId } = await makePromotion(harness, provider, { targets: [{ productOfferingId: id }] });
    await refused('a promotion applies to it');
    await remove(`/discounts/promotions/${promotionId}`);
    const items = { name: 'A', customerType: 'CONSUMER', productOfferingIds: [id] };
    const catalog = await harness.call('POST', '/product-catalogs', items, provider);
    expect(catalog.status).toBe(201);
    await refused('a product catalog contains it');
    await remove(`/product-catalogs/${catalog.body.productCatalogId}`);
    expect((await postOrder(harness, reseller, [{ productOfferingId: id }])).status).toBe(201);
    await refused('it has been ordered');
  });
});
