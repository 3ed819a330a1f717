import { Client } from 'pg';
import { catalogCalls, unknownId } from '../support/catalog-calls.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;
const { offer, change, remove, admin, prefer, list, read } = catalogCalls(() => harness);

beforeAll(async () => {
  harness = await start();
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
});
afterAll(() => harness.stop());

const when = (etag: string | undefined) => ({ 'if-none-match': etag ?? '' });

describe('GET /reseller/catalog', () => {
  it('200 has a strong ETag and can be cached only by the reseller', async () => {
    const { headers } = await list(reseller, { providerId: provider.id });
    expect(headers.etag).toMatch(/^"[\w-]+"$/);
    expect(headers['cache-control']).toBe('private, no-cache');
  });

  it('304 without a body if nothing on the page has changed', async () => {
    await offer(provider);
    const { etag } = (await list(reseller, { providerId: provider.id })).headers;
    for (const given of [etag, `"x", ${etag}`, `W/${etag}`, '*']) {
      const reply = await list(reseller, { providerId: provider.id }, when(given));
      expect([given, reply.status, reply.text, reply.headers.etag]).toEqual([given, 304, '', etag]);
      expect(reply.headers['cache-control']).toBe('private, no-cache');
    }
    expect((await list(reseller, { providerId: provider.id }, when('"x"'))).status).toBe(200);
  });

  it('200 with a new ETag after any change on the page', async () => {
    const query = { providerId: provider.id, count: 'true', limit: '2', facets: 'category' };
    const seen = new Set<string | undefined>();
    const first = await offer(provider, { monthlyPrice: 5 });
    const steps: (() => Promise<unknown>)[] = [
      async () => undefined,
      () => change(provider, first.id, { monthlyPrice: 6 }),
      () => change(provider, first.id, { serviceArea: { states: ['CA'] } }),
      () => admin(provider, { name: 'Renamed' }),
      () => offer(provider),
      () => offer(provider, { visibility: 'preferred' }),
      () => prefer(provider, { resellerTeamId: reseller.id }),
      () => remove(provider, first.id),
      () => admin(provider, { suspended: true }),
    ];
    for (const [place, step] of steps.entries()) {
      await step();
      const known = seen.size;
      seen.add((await list(reseller, query)).headers.etag);
      // The preferred offer is not shown, so nothing changes for the reseller.
      expect([place, seen.size]).toEqual([place, place === 5 ? known : known + 1]);
    }
  });

  it('304 only until a concurrent transaction has committed', async () => {
    const { id } = await offer(provider);
    const query = { providerId: provider.id };
    const { etag } = (await list(reseller, query)).headers;
    const database = new Client({ connectionString: harness.databaseUrl });
    await database.connect();
    await database.query('BEGIN');
    await database.query("UPDATE offers SET name = 'Late', version = version + 1 WHERE id = $1", [id]);
    for (let times = 0; times < 3; times += 1) {
      expect((await list(reseller, query, when(etag))).status).toBe(304);
      expect((await read(reseller, id, when('*'))).status).toBe(304);
    }
    await database.query('COMMIT');
    await database.end();
    const late = await list(reseller, query, when(etag));
    expect([late.status, late.body[0].name]).toEqual([200, 'Late']);
  });

  it('304 contains the link to the next page, and applies only to the page, the team and what it can see', async () => {
    await Promise.all([offer(provider), offer(provider), offer(provider)]);
    const query = { providerId: provider.id, limit: '2' };
    const { etag, link } = (await list(reseller, query)).headers;
    for (let times = 0; times < 3; times += 1) {
      const again = await list(reseller, query, when(etag));
      expect([again.status, again.headers.link]).toEqual([304, link]);
    }
    expect((await list(reseller, { ...query, limit: '1' }, when(etag))).status).toBe(200);
    await admin(reseller, { verified: false });
    expect((await list(reseller, query, when(etag))).status).toBe(200);
    expect((await list(reseller, query, when('*'))).status).toBe(304);
    await admin(reseller, { verified: true });
    const other = await makeTeam(harness, 'reseller');
    await offer(provider, { visibility: 'selected', allowedResellers: [other.id] });
    expect((await list(reseller, query, when(etag))).status).toBe(304);
    expect((await list(other, query, when(etag))).status).toBe(200);
  });

  it('revalidates many concurrent requests correctly', async () => {
    const { id } = await offer(provider);
    const query = { providerId: provider.id };
    for (let round = 0; round < 5; round += 1) {
      const { etag } = (await list(reseller, query)).headers;
      const asked = Array.from({ length: 20 }, () => list(reseller, query, when(etag)));
      expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(asked.map(() => 304));
      await change(provider, id, { name: `Round ${round}` });
      const late = await Promise.all(Array.from({ length: 20 }, () => list(reseller, query, when(etag))));
      expect(late.map(({ status }) => status)).toEqual(late.map(() => 200));
    }
  });

  it('differs between a page alone, with the total and with facets', async () => {
    await offer(provider);
    const query = { providerId: provider.id };
    const replies = [
      await list(reseller, query),
      await list(reseller, { ...query, count: 'true' }),
      await list(reseller, { ...query, facets: 'price' }),
    ];
    expect(new Set(replies.map(({ headers }) => headers.etag)).size).toBe(3);
  });

  it('400 has no ETag', async () => {
    expect((await list(reseller, { limit: '0' }, when('*'))).headers).not.toHaveProperty('etag');
  });
});

describe('GET /reseller/catalog/{offerId}', () => {
  it('304 until the offer or its provider changes', async () => {
    const { id } = await offer(provider);
    const tag = async () => (await read(reseller, id)).headers.etag;
    const seen = [await tag()];
    for (const step of [
      () => change(provider, id, { name: 'Other' }),
      () => change(provider, id, { serviceArea: { zipCodes: ['94102'] } }),
      () => admin(provider, { name: 'Renamed' }),
    ]) {
      await step();
      expect((await read(reseller, id, when(seen.at(-1)))).status).toBe(200);
      seen.push(await tag());
      const again = await read(reseller, id, when(seen.at(-1)));
      expect([again.status, again.text]).toEqual([304, '']);
      expect(again.headers['cache-control']).toBe('private, no-cache');
    }
    expect(new Set(seen).size).toBe(4);
  });

  it("404 as soon as the offer is hidden, regardless of the reseller's ETag", async () => {
    const { id } = await offer(provider, { visibility: 'preferred' });
    await prefer(provider, { resellerTeamId: reseller.id });
    const { etag } = (await read(reseller, id)).headers;
    await harness.call('DELETE', `/provider/partners/preferred/${reseller.id}`, undefined, provider);
    for (const given of [etag, '*']) expect((await read(reseller, id, when(given))).status).toBe(404);
    expect((await read(reseller, unknownId, when('*'))).status).toBe(404);
  });
});
