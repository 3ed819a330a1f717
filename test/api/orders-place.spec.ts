import { fullOffer, makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness, type Reply } from '../support/harness.js';
import {
  customerInfo,
  makeOffer,
  makeOrder,
  orderBody,
  postOrder,
  serviceAddress,
} from '../support/order-factories.js';
import { unknownId } from '../support/subscriptions.js';

let harness: Harness;
let provider: TestTeam;
let other: TestTeam;
let reseller: TestTeam;
let offer: string;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
  other = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
  offer = await makeOffer(harness, provider);
});
afterAll(() => harness.stop());

const read = (path: string, team = reseller) => harness.call('GET', path, undefined, team);
const post = (items: readonly (string | object)[], more: object = {}, team = reseller) =>
  postOrder(harness, team, items, more);
const ordersOf = async (team: TestTeam) =>
  Number((await read('/reseller/orders?count=true&limit=1', team)).headers['x-total-count']);
const messagesOf = (reply: Reply) =>
  (reply.body.errors as { message: string }[]).map(({ message }) => message);

describe('POST /reseller/orders', () => {
  it('201 stores the order with an item for each provider, as it is read afterwards', async () => {
    const second = await makeOffer(harness, other, { name: 'TV', category: 'television' });
    const more = { externalId: 'crm-1', notes: 'Ring twice.', metadata: { unit: 4 } };
    const reply = await post([offer, second], more);
    expect(reply.status).toBe(201);
    expect(reply.headers.location).toBe(`/reseller/orders/${reply.body.orderId}`);
    expect(reply.body).toMatchObject({
      ...more,
      customerInfo,
      serviceAddress,
      status: 'submitted_to_provider',
    });
    expect(reply.body.items).toMatchObject([
      {
        offerId: offer,
        offerName: 'Fibre 500',
        providerId: provider.id,
        providerName: provider.name,
        monthlyPrice: 44.5,
      },
      { offerId: second, category: 'television', providerId: other.id, status: 'submitted_to_provider' },
    ]);
    const again = await read(reply.headers.location ?? '');
    expect([again.text, again.headers.etag]).toEqual([reply.text, reply.headers.etag]);
    expect(reply.body.items[0].history).toMatchObject([
      { status: 'pending', previousStatus: null, actor: 'reseller', apiKeyId: reseller.keyId },
      { status: 'submitted_to_provider', previousStatus: 'pending', actor: 'system', apiKeyId: null },
    ]);
    expect(reply.body.history).toHaveLength(4);
  });

  it('keeps the bytes of the catalog, also after the offer has changed', async () => {
    const id = await makeOffer(harness, provider, { ...fullOffer, sku: 'FROZEN', monthlyPrice: 59.9 });
    const { text } = await read(`/reseller/catalog/${id}`);
    const order = await makeOrder(harness, reseller, [{ offerId: id, fields: { customerName: 'Zoë' } }]);
    await harness.call('PATCH', `/provider/offers/${id}`, { name: 'New', monthlyPrice: 99 }, provider);
    const stored = await read(`/reseller/orders/${order.orderId}`);
    expect(stored.text).toContain(`"snapshot":${text}`);
    expect(stored.body.items[0]).toMatchObject({ offerName: fullOffer.name, monthlyPrice: 59.9 });
    const [item] = (await read(`/provider/orders?offerId=${id}`, provider)).body;
    expect((await read(`/provider/orders/${item.id}`, provider)).text).toContain(`"snapshot":${text}`);
  });

  it.each([
    ['no items', { items: [] }, ['items']],
    ['26 items', { items: Array.from({ length: 26 }, () => ({ offerId: unknownId })) }, ['items']],
    ['an item without an offer', { items: [{}] }, ['items[0]']],
    ['an item with two', { items: [{ offerId: unknownId, productOfferingId: unknownId }] }, ['items[0]']],
    ['no address', { serviceAddress: undefined }, ['serviceAddress']],
    [
      'a bad customer',
      { customerInfo: { fullName: ' Al ', email: 'a@b', phone: '555-0134' } },
      ['customerInfo.fullName', 'customerInfo.email', 'customerInfo.phone'],
    ],
    [
      'a bad address',
      { serviceAddress: { ...serviceAddress, street: ' ', zipCode: '9410', country: 'us' } },
      ['serviceAddress.street', 'serviceAddress.country'],
    ],
    [
      'a bad ZIP code',
      { serviceAddress: { ...serviceAddress, zipCode: '9410' } },
      ['serviceAddress.zipCode'],
    ],
    [
      'unknown members',
      { custmerInfo: {}, customerInfo: { ...customerInfo, ssn: '1' } },
      ['custmerInfo', 'customerInfo.ssn'],
    ],
    ['metadata as a list', { metadata: [] }, ['metadata']],
  ])('400 for %s', async (_, more, fields) => {
    const reply = await harness.call(
      'POST',
      '/reseller/orders',
      { ...orderBody([offer]), ...more },
      reseller,
    );
    expect(reply.status).toBe(400);
    expect(fieldsOf(reply)).toEqual(fields);
  });

  it.each([[[]], [[{}]], ['null'], ['5'], ['"x"'], ['true']])('400 for the body %j', async (body) => {
    const reply = await harness.call('POST', '/reseller/orders', body, reseller);
    expect(reply.status).toBe(400);
    expect(messagesOf(reply)).toEqual(['The body must be a JSON object']);
  });

  it('400 for the same offer twice', async () => {
    const reply = await post([offer, offer.toUpperCase()]);
    expect(messagesOf(reply)).toEqual(['items[1].offerId must not be the same as items[0].offerId']);
  });

  it('400 lists all errors at once, also those of offers that cannot be ordered', async () => {
    const reply = await post([offer, unknownId, 'x'], { customerInfo: { ...customerInfo, email: 'x' } });
    expect(fieldsOf(reply).toSorted()).toEqual([
      'customerInfo.email',
      'items[1].offerId',
      'items[2].offerId',
    ]);
  });

  it('stores nothing if one of the offers cannot be ordered', async () => {
    const before = await ordersOf(reseller);
    const area = { serviceArea: { zipCodes: ['10001'] } };
    const hidden = [
      await makeOffer(harness, provider, { status: 'draft' }),
      await makeOffer(harness, provider, { visibility: 'preferred' }),
      await makeOffer(harness, provider, { visibility: 'selected' }),
      unknownId,
    ];
    const reply = await post([offer, ...hidden, await makeOffer(harness, provider, area)]);
    expect(reply.status).toBe(400);
    expect(messagesOf(reply)).toEqual([
      ...hidden.map((_, index) => `items[${index + 1}].offerId is not the ID of an offer in your catalog`),
      'items[5].offerId is not available at the service address',
    ]);
    expect(await ordersOf(reseller)).toBe(before);
  });

  it('orders what is visible to the team and available at the address', async () => {
    await harness.call('POST', '/provider/partners/preferred', { resellerTeamId: reseller.id }, provider);
    const ids = [
      await makeOffer(harness, provider, { visibility: 'preferred' }),
      await makeOffer(harness, provider, { visibility: 'selected', allowedResellers: [reseller.id] }),
      await makeOffer(harness, provider, { serviceArea: { zipCodes: ['94102'] } }),
      await makeOffer(harness, provider, { serviceArea: { states: ['CA'] } }),
    ];
    const zip4 = { serviceAddress: { ...serviceAddress, zipCode: '94102-1234' } };
    expect((await post(ids, zip4)).status).toBe(201);
    // An address abroad is in no service area, but offers without one are available everywhere.
    const abroad = { serviceAddress: { ...serviceAddress, zipCode: 'SW1A 1AA', country: 'GB' } };
    expect(fieldsOf(await post([offer, ...ids], abroad))).toEqual(['items[3].offerId', 'items[4].offerId']);
    expect((await post([offer], abroad)).status).toBe(201);
  });

  it('403 for a reseller that is not verified, 403 for a provider', async () => {
    const newcomer = await makeTeam(harness, 'reseller', { verified: false });
    const replies = [await post([offer], {}, newcomer), await post([offer], {}, provider)];
    expect(replies.map(({ status }) => status)).toEqual([403, 403]);
  });

  it('checks the order form', async () => {
    const formFields = [
      { name: 'Account', required: true },
      { name: 'email', type: 'email' },
      { name: 'mobile', type: 'tel', required: true },
      { name: 'rooms', type: 'number' },
      { name: 'start', type: 'date' },
      { name: 'agreed', type: 'checkbox', required: true },
      { name: 'size', type: 'select', options: ['S', { value: 'M', label: 'Medium' }] },
      { name: 'free', type: 'hologram' },
    ];
    const id = await makeOffer(harness, provider, { submissionConfig: { formFields } });
    const bad = {
      account: 'x',
      email: 'x',
      rooms: '3',
      start: '2026-02-30',
      agreed: 'yes',
      size: 'L',
      free: [],
    };
    const reply = await post([offer, { offerId: id, fields: bad }]);
    expect(reply.status).toBe(400);
    expect(messagesOf(reply).map((text) => text.replace('items[1].fields.', ''))).toEqual([
      'Account is required by the order form of this offer',
      'email must be an e-mail address such as maria@example.com',
      expect.stringMatching(/^mobile is required/),
      'rooms must be a number',
      'start must be a date such as 2026-01-31',
      'agreed must be true or false',
      'size must be one of S, M',
      expect.stringMatching(/^free must be a number, true, false or a string/),
      'account is not a field of the order form of this offer; did you mean Account?',
    ]);
    const fields = {
      Account: 'A 1',
      mobile: '4155550134',
      rooms: 3,
      start: '2026-02-28',
      agreed: true,
      size: 'M',
      free: 7,
    };
    const order = await makeOrder(harness, reseller, [offer, { offerId: id, fields }]);
    expect(order.items.map((item: { fields: object }) => item.fields)).toEqual([{}, fields]);
    expect(fieldsOf(await post([{ offerId: offer, fields: { x: 1 } }]))).toEqual(['items[0].fields.x']);
  });

  it('409 for an external ID that is in use, except by another team', async () => {
    const { orderId } = await makeOrder(harness, reseller, [offer], { externalId: 'crm-9' });
    const reply = await post([offer], { externalId: ' crm-9 ' });
    expect([reply.status, reply.body.existingId]).toEqual([409, orderId]);
    expect((await post([offer], { externalId: 'crm-9' }, await makeTeam(harness, 'hybrid'))).status).toBe(
      201,
    );
  });

  it('orders an offer before it is archived, or not at all', async () => {
    const id = await makeOffer(harness, provider);
    const orders = Array.from({ length: 6 }, () => post([offer, id]));
    const archived = harness.call('PATCH', `/provider/offers/${id}`, { status: 'archived' }, provider);
    const replies = await Promise.all(orders);
    expect((await archived).status).toBe(200);
    for (const reply of replies) expect([201, 400]).toContain(reply.status);
    const placed = replies.filter(({ status }) => status === 201).length;
    const items = await read(`/provider/orders?offerId=${id}&count=true`, provider);
    expect(items.headers['x-total-count']).toBe(String(placed));
    expect(fieldsOf(await post([id]))).toEqual(['items[0].offerId']);
  });

  it('sets the deadline from the settings of the provider', async () => {
    const hoursOf = async () => {
      const { items } = await makeOrder(harness, reseller, [offer]);
      const { respondBy, createdAt } = items[0];
      return respondBy && (Date.parse(respondBy) - Date.parse(createdAt)) / 3_600_000;
    };
    const change = (body: object) => harness.call('PATCH', '/provider/order-settings', body, provider);
    expect((await read('/provider/order-settings', provider)).body).toEqual({
      respondWithinHours: 48,
      personalDataDays: 90,
    });
    expect(await hoursOf()).toBe(48);
    expect((await change({ respondWithinHours: 2 })).body).toEqual({
      respondWithinHours: 2,
      personalDataDays: 90,
    });
    expect(await hoursOf()).toBe(2);
    expect((await change({ personalDataDays: 30 })).body).toEqual({
      respondWithinHours: 2,
      personalDataDays: 30,
    });
    await change({ respondWithinHours: null });
    expect(await hoursOf()).toBeNull();
    expect(fieldsOf(await change({ respondWithinHours: 0, personalDataDays: null }))).toEqual([
      'respondWithinHours',
      'personalDataDays',
    ]);
  });
});
