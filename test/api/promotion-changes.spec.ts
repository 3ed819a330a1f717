import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AddPromotionChanges1764500000000 } from '../../migrations/1764500000000-add-promotion-changes.js';
import { redeemPromotion } from '../../src/promotions/redemptions/redemptions.write.js';
import { commitOnceBlocked } from '../support/blocked-statement.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness } from '../support/harness.js';
import { makeOffering, makePromotion } from '../support/product-offering-factories.js';
import { setClock } from '../support/set-clock.js';

let harness: Harness;
let provider: TestTeam;
let stranger: TestTeam;
let reseller: TestTeam;

beforeAll(async () => {
  harness = await start({ promoFailuresPerMinute: 0, databasePoolSize: 12 });
  provider = await makeTeam(harness, 'provider');
  stranger = await makeTeam(harness, 'hybrid');
  reseller = await makeTeam(harness, 'reseller');
});
afterAll(() => harness.stop());
afterEach(() => setClock(harness));

const call = (method: string, path: string, body?: unknown, team: TestTeam = provider, headers = {}) =>
  harness.call(method, `/discounts/promotions${path}`, body, { key: team.key, headers });
const read = (id: string) => call('GET', `/${id}`);
const patch = (id: string, body: unknown) => call('PATCH', `/${id}`, body);
const lookUp = (promoCode: string, team: TestTeam = provider) =>
  call('GET', `/promo-code/${promoCode}`, undefined, team);
const make = (overrides: Record<string, unknown> = {}, team: TestTeam = provider) =>
  makePromotion(harness, team, overrides);
const redeem = (id: string) => redeemPromotion(id, harness.app.get(DataSource).manager);

let counter = 0;
const newCode = () => `CHANGE-${(counter += 1)}`;
const ended = { validFrom: '2020-01-01', validTo: '2020-12-31' };

/** Sends a create request for a code, with the discount of another promotion. */
const create = ({ discountId }: { discountId: string }, promoCode: string, more: object = {}) =>
  call('POST', '', { discountId, promoCode, discountPeriodMonths: 1, ...more });

describe('PATCH /discounts/promotions/{promotionId}', () => {
  it('is a merge patch', async () => {
    const targets = [{ category: 'SUBSCRIPTION_CELL' }, { customerType: 'BUSINESS' }];
    const created = await make({ ...ended, maxRedemptions: 5, targets });
    const other = await make();
    const { status, body, headers } = await patch(created.promotionId, {
      discountId: other.discountId.toUpperCase(),
      discountPeriodMonths: 3,
      validTo: null,
      maxRedemptions: null,
      targets: [{ customerType: 'CONSUMER' }],
    });
    const { validTo: _to, maxRedemptions: _max, ...kept } = created;
    expect([status, body]).toEqual([
      200,
      {
        ...kept,
        discountId: other.discountId,
        discount: other.discount,
        discountPeriodMonths: 3,
        targets: [{ customerType: 'CONSUMER' }],
        updatedAt: expect.any(String),
      },
    ]);
    const after = await read(created.promotionId);
    expect([after.body, after.headers.etag]).toEqual([body, headers.etag]);
    expect((await patch(created.promotionId, { targets: null })).body.targets).toEqual([]);
  });

  it('changes the entity tags of prices with the code', async () => {
    const { productOfferingId } = await makeOffering(harness, provider);
    const created = await make({ promoCode: newCode() });
    const { body: discount } = await harness.call(
      'POST',
      '/discounts',
      { description: '50 % off', kind: 'PERCENT', percent: 50 },
      provider,
    );
    const price = (by: TestTeam, etag?: string) =>
      harness.call(
        'GET',
        `/product-offerings/${productOfferingId}?promoCode=${created.promoCode}`,
        undefined,
        {
          key: by.key,
          headers: etag === undefined ? {} : { 'if-none-match': etag },
        },
      );
    const teams = [provider, reseller];
    const before = await Promise.all(teams.map((team) => price(team)));
    for (const [index, { headers }] of before.entries())
      expect((await price(teams[index] as TestTeam, headers.etag)).status).toBe(304);
    await patch(created.promotionId, { discountId: discount.discountId });
    for (const [index, { body, headers }] of before.entries()) {
      const after = await price(teams[index] as TestTeam, headers.etag);
      expect([after.status, after.body.price.netPrice]).toEqual([200, body.price.grossPrice / 2]);
    }
  });

  it('changes nothing if what was read is sent back, and ignores members that the server sets', async () => {
    const created = await make({ ...ended, targets: [{ category: 'SUBSCRIPTION_CELL' }] });
    const before = await read(created.promotionId);
    for (const body of [{}, before.body, { redemptionCount: 7, promotionId: uuidv7(), discount: null }]) {
      const reply = await patch(created.promotionId, body);
      expect([reply.status, reply.body, reply.headers.etag]).toEqual([200, created, before.headers.etag]);
    }
  });

  it.each([
    [['discountPeriodMonths', 'promoCode'], { discountPeriodMonths: null, promoCode: 'A B' }],
    [['validTo'], { validTo: '2019-12-31' }],
    [['active', 'validFrom'], { active: 'no', validFrom: 'today' }],
    [['targets[0]'], { targets: [{}] }],
    [['maxRedemptions'], { maxRedemptions: 0 }],
    [['activ'], { activ: false }],
    [[''], []],
  ])('rejects invalid %j with 400', async (fields, body) => {
    const created = await make(ended);
    const reply = await patch(created.promotionId, body);
    expect(reply.status).toBe(400);
    expect(fieldsOf(reply).toSorted()).toEqual(fields);
    expect((await read(created.promotionId)).body).toEqual(created);
  });

  it('names a discount or target that the team does not own, and changes nothing', async () => {
    const created = await make({ targets: [{ customerType: 'BUSINESS' }] });
    const { discountId } = await make({}, stranger);
    const { productOfferingId } = await makeOffering(harness, stranger);
    const targets = [{ productOfferingId }, { productOfferingGroupId: 'unknown' }];
    const reply = await patch(created.promotionId, { discountId, targets });
    expect(reply.status).toBe(400);
    expect(reply.body.errors.map(({ field }: { field: string }) => field)).toEqual([
      'discountId',
      'targets[0].productOfferingId',
      'targets[1].productOfferingGroupId',
    ]);
    expect((await read(created.promotionId)).body).toEqual(created);
  });

  it('changes the price that customers see', async () => {
    const { productOfferingId } = await makeOffering(harness, provider);
    const { promoCode, promotionId } = await make({ targets: [{ customerType: 'BUSINESS' }] });
    const price = () =>
      harness.call('GET', `/product-offerings/${productOfferingId}?promoCode=${promoCode}`, undefined, {
        key: reseller.key,
      });
    expect((await price()).body.code).toBe('PROMO_CODE_NOT_APPLICABLE');
    await patch(promotionId, { targets: [{ productOfferingId }], discountPeriodMonths: 2 });
    expect((await price()).body.price).toMatchObject({ netPrice: 14.92, discountPeriodMonths: 2 });
  });

  it('changes only the version in If-Match, which covers the discount and the redemptions', async () => {
    const { promotionId, discountId } = await make();
    const etags = [(await read(promotionId)).headers.etag ?? ''];
    for (const change of [
      () => patch(promotionId, { discountPeriodMonths: 3 }),
      () => harness.call('PATCH', `/discounts/${discountId}`, { tag: 'new' }, provider),
      () => redeem(promotionId),
    ]) {
      await change();
      const { headers } = await read(promotionId);
      for (const etag of etags)
        for (const method of ['PATCH', 'DELETE'])
          expect(
            await call(
              method,
              `/${promotionId}`,
              method === 'PATCH' ? { active: false } : undefined,
              provider,
              {
                'if-match': etag,
              },
            ),
          ).toMatchObject({ status: 412, body: { code: 'PRECONDITION_FAILED' } });
      etags.push(headers.etag ?? '');
    }
    const current = { 'if-match': etags.at(-1) };
    const reply = await call('PATCH', `/${promotionId}`, { active: false }, provider, current);
    expect([reply.status, reply.body.active]).toEqual([200, false]);
  });
});

describe('a promotion with active: false', () => {
  it('cannot be redeemed until it is true again', async () => {
    const { productOfferingId } = await makeOffering(harness, provider);
    const { promoCode, promotionId } = await make();
    const path = `/product-offerings/${productOfferingId}?promoCode=${promoCode}`;
    const outcome = async () => [
      (await harness.call('GET', path, undefined, reseller)).body.code,
      (await lookUp(promoCode, reseller)).status,
      await redeem(promotionId),
    ];
    expect((await patch(promotionId, { active: false })).body).toMatchObject({ active: false });
    expect(await outcome()).toEqual(['PROMO_CODE_INVALID', 404, false]);
    expect((await patch(promotionId, { active: true })).body).toMatchObject({ active: true });
    expect(await outcome()).toEqual([undefined, 200, true]);
  });

  it('can be stopped on its first day', async () => {
    setClock(harness, '2031-06-01T12:00:00Z');
    const { promoCode, promotionId } = await make({ validFrom: '2031-06-01', validTo: '2031-08-31' });
    expect((await patch(promotionId, { active: false })).status).toBe(200);
    expect((await lookUp(promoCode)).status).toBe(404);
  });

  it('can be created before it starts, also with a code that is in use', async () => {
    const current = await make({ promoCode: newCode() });
    const draft = await make({ promoCode: current.promoCode, active: false });
    expect(draft.active).toBe(false);
    expect(await patch(draft.promotionId, { active: true })).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT', existingId: current.promotionId },
    });
    await patch(current.promotionId, { active: false });
    expect((await patch(draft.promotionId, { active: true })).status).toBe(200);
    expect((await lookUp(current.promoCode)).body.promotionId).toBe(draft.promotionId);
  });
});

describe('a redeemed promotion', () => {
  it('keeps what customers got; the 409 names every member that would change it', async () => {
    const { promotionId, promoCode } = await make({ maxRedemptions: 5 });
    const { discountId } = await make();
    await redeem(promotionId);
    await redeem(promotionId);
    const before = (await read(promotionId)).body;
    const reply = await patch(promotionId, {
      discountId,
      promoCode: newCode(),
      discountPeriodMonths: 24,
      maxRedemptions: 1,
      validTo: '2999-12-31',
    });
    expect([reply.status, reply.body.code]).toEqual([409, 'CONFLICT']);
    expect(fieldsOf(reply).toSorted()).toEqual([
      'discountId',
      'discountPeriodMonths',
      'maxRedemptions',
      'promoCode',
    ]);
    expect(reply.body.detail).toContain('maxRedemptions must be at least 2');
    expect((await read(promotionId)).body).toEqual(before);
    expect((await patch(promotionId, { promoCode: promoCode.toLowerCase() })).status).toBe(200);
  });

  it('can be extended, limited, targeted and stopped', async () => {
    const { promotionId, promoCode } = await make({ maxRedemptions: 5 });
    await redeem(promotionId);
    const changes = {
      validFrom: '2020-01-01',
      validTo: '2999-12-31',
      targets: [{ customerType: 'CONSUMER' }],
    };
    expect((await patch(promotionId, changes)).body).toMatchObject(changes);
    expect((await lookUp(promoCode)).status).toBe(200);
    expect((await patch(promotionId, { maxRedemptions: 1 })).status).toBe(200);
    expect((await lookUp(promoCode)).status).toBe(404);
    expect(await redeem(promotionId)).toBe(false);
    expect((await patch(promotionId, { maxRedemptions: null })).status).toBe(200);
    expect((await patch(promotionId, { active: false })).status).toBe(200);
  });

  it('is not changed or deleted by a request that waits for its first redemption', async () => {
    const { promotionId: id } = await make();
    const changed = await commitOnceBlocked(
      harness,
      (manager) => redeemPromotion(id, manager),
      () => patch(id, { discountPeriodMonths: 24 }),
    );
    expect([changed.status, fieldsOf(changed)]).toEqual([409, ['discountPeriodMonths']]);
    const { promotionId: other } = await make();
    const deleted = await commitOnceBlocked(
      harness,
      (manager) => redeemPromotion(other, manager),
      () => call('DELETE', `/${other}`),
    );
    expect([deleted.status, (await read(other)).status]).toEqual([409, 200]);
  });
});

describe('DELETE /discounts/promotions/{promotionId}', () => {
  it('deletes a promotion with its targets, and frees its code', async () => {
    const { promotionId, discountId, promoCode } = await make({
      promoCode: newCode(),
      targets: [{ customerType: 'BUSINESS' }],
    });
    const { headers } = await read(promotionId);
    const reply = await call('DELETE', `/${promotionId}`, undefined, provider, { 'if-match': headers.etag });
    expect([reply.status, reply.text]).toEqual([204, '']);
    for (const method of ['GET', 'DELETE']) expect((await call(method, `/${promotionId}`)).status).toBe(404);
    expect((await lookUp(promoCode)).status).toBe(404);
    expect((await create({ discountId }, promoCode)).status).toBe(201);
  });

  it('returns 409 for a redeemed promotion', async () => {
    const { promotionId } = await make();
    await redeem(promotionId);
    const reply = await call('DELETE', `/${promotionId}`);
    expect([reply.status, reply.body.code]).toEqual([409, 'CONFLICT']);
    expect((await read(promotionId)).body.redemptionCount).toBe(1);
  });
});

describe('changing and deleting a promotion', () => {
  it("is refused for resellers, and another team's promotion looks like an unknown one", async () => {
    const { promotionId } = await make();
    for (const [method, body] of [
      ['PATCH', { active: false }],
      ['DELETE', undefined],
    ] as const) {
      expect((await call(method, `/${promotionId}`, body, reseller)).status).toBe(403);
      for (const id of [promotionId, uuidv7(), 'x', '%00']) {
        const reply = await call(method, `/${id}`, body, stranger);
        expect([reply.status, reply.body.detail]).toEqual([404, 'Promotion not found']);
      }
    }
    expect((await read(promotionId)).body.active).toBe(true);
  });
});

describe('the code of a promotion that has ended', () => {
  it('can be used again by a new promotion', async () => {
    const old = await make({ promoCode: newCode(), ...ended });
    const foreign = await make({ promoCode: old.promoCode, ...ended }, stranger);
    await redeem(old.promotionId);
    const created = await create(old, old.promoCode.toLowerCase());
    expect([created.status, created.body.promoCode]).toEqual([201, old.promoCode]);
    const { body } = await call('GET', `?promoCode=${old.promoCode}`);
    expect(body.items).toEqual([
      created.body,
      { ...old, active: false, redemptionCount: 1, updatedAt: expect.any(String) },
    ]);
    expect((await lookUp(old.promoCode)).body.promotionId).toBe(created.body.promotionId);
    const other = await call('GET', `/${foreign.promotionId}`, undefined, stranger);
    expect(other.body).toEqual(foreign);
  });

  it('can be used again by a promotion that gets another code', async () => {
    const old = await make({ promoCode: newCode(), ...ended });
    const other = await make();
    expect((await patch(other.promotionId, { promoCode: old.promoCode })).status).toBe(200);
    expect((await read(old.promotionId)).body.active).toBe(false);
    const { promoCode } = await make();
    expect((await patch(other.promotionId, { promoCode })).status).toBe(409);
  });

  it('does not return to it if it is extended', async () => {
    const old = await make({ promoCode: newCode(), ...ended });
    const { body: current } = await create(old, old.promoCode);
    const extended = await patch(old.promotionId, { validTo: null });
    expect([extended.status, extended.body.active]).toEqual([200, false]);
    expect((await lookUp(old.promoCode)).body.promotionId).toBe(current.promotionId);
    expect(await patch(old.promotionId, { active: true })).toMatchObject({
      status: 409,
      body: { existingId: current.promotionId },
    });
    expect((await call('DELETE', `/${current.promotionId}`)).status).toBe(204);
    expect((await patch(old.promotionId, { active: true })).status).toBe(200);
    expect((await lookUp(old.promoCode)).body.promotionId).toBe(old.promotionId);
  });

  it('is free from the day after the last day on', async () => {
    const first = await make({ promoCode: newCode(), validTo: '2031-08-31' });
    setClock(harness, '2031-08-31T23:59:59.999Z');
    expect((await create(first, first.promoCode)).status).toBe(409);
    setClock(harness, '2031-09-01T00:00:00Z');
    expect((await create(first, first.promoCode)).status).toBe(201);
  });

  it('is not free while the promotion is valid, used up or starts later', async () => {
    const unlimited = await make({ promoCode: newCode() });
    const future = await make({ promoCode: newCode(), validFrom: '2999-01-01' });
    const usedUp = await make({ promoCode: newCode(), maxRedemptions: 1 });
    await redeem(usedUp.promotionId);
    for (const { discountId, promoCode, promotionId } of [unlimited, future, usedUp])
      expect(await create({ discountId }, promoCode)).toMatchObject({
        status: 409,
        body: { code: 'CONFLICT', existingId: promotionId },
      });
    await patch(usedUp.promotionId, { active: false });
    expect((await create(usedUp, usedUp.promoCode)).status).toBe(201);
  });

  it('goes to one of several parallel requests', async () => {
    const statuses = async (requests: Promise<{ status: number }>[]) =>
      (await Promise.all(requests)).map(({ status }) => status).toSorted();
    const old = await make({ promoCode: newCode(), ...ended });
    const creations = Array.from({ length: 8 }, () => create(old, old.promoCode));
    expect(await statuses(creations)).toEqual([201, ...Array(7).fill(409)]);
    const drafts = await Promise.all(
      Array.from({ length: 8 }, () => create(old, `${old.promoCode}-X`, { active: false })),
    );
    const activations = drafts.map(({ body }) => patch(body.promotionId, { active: true }));
    expect(await statuses(activations)).toEqual([200, ...Array(7).fill(409)]);
  });

  it('stays with it if it is extended before a waiting request gets the code', async () => {
    const old = await make({ promoCode: newCode(), ...ended });
    const reply = await commitOnceBlocked(
      harness,
      (manager) =>
        manager.query("UPDATE promotions SET valid_to = '2999-12-31' WHERE id = $1", [old.promotionId]),
      () => create(old, old.promoCode),
    );
    expect(reply).toMatchObject({ status: 409, body: { existingId: old.promotionId } });
    expect((await read(old.promotionId)).body.active).toBe(true);
  });
});

it('a promotion whose discount is deleted at the same time is not created', async () => {
  const { body } = await harness.call(
    'POST',
    '/discounts',
    { description: 'Less', kind: 'PERCENT', percent: 5 },
    provider,
  );
  const reply = await commitOnceBlocked(
    harness,
    (manager) => manager.query('DELETE FROM discounts WHERE id = $1', [body.discountId]),
    () => create(body, newCode()),
  );
  expect([reply.status, reply.body.detail]).toEqual([
    409,
    'The discount was deleted at the same time; try again',
  ]);
});

it('reverting the migration keeps stopped promotions stopped, and codes unique', async () => {
  const promoCode = newCode();
  const ids = [];
  for (let n = 0; n < 3; n += 1) {
    const { promotionId } = await make({ promoCode });
    ids.push(promotionId);
    if (n < 2) await patch(promotionId, { active: false });
  }
  const runner = harness.app.get(DataSource).createQueryRunner();
  await runner.startTransaction();
  await new AddPromotionChanges1764500000000().down(runner);
  const rows = await runner.query(
    'SELECT promo_code AS code, valid_to < current_date AS ended FROM promotions WHERE id = ANY($1) ORDER BY created_at, id',
    [ids],
  );
  await runner.rollbackTransaction();
  await runner.release();
  const renamed = (id = '') => ({ code: `${promoCode}-${id.toUpperCase()}`, ended: true });
  expect(rows).toEqual([renamed(ids[0]), renamed(ids[1]), { code: promoCode, ended: null }]);
});
