import { catalogCalls, dayFromNow, unknownId } from '../support/catalog-calls.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness, type Reply } from '../support/harness.js';

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;
const { offer, change, remove, admin, prefer, list, read, ids } = catalogCalls(() => harness);

beforeAll(async () => {
  harness = await start();
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
});
afterAll(() => harness.stop());

const off = (team: TestTeam, id: string) =>
  harness.call('DELETE', `/provider/partners/preferred/${id}`, undefined, team);

/** Returns whether the team sees the offer, and checks that the list, the count and the detail agree. */
async function sees(team: TestTeam, id: string): Promise<boolean> {
  const { status } = await read(team, id);
  const listed = (await ids(team)).includes(id);
  expect([id, status]).toEqual([id, listed ? 200 : 404]);
  return listed;
}

const withoutIds = ({ body }: Reply) => ({ ...body, instance: '', requestId: '' });

describe('an offer in the catalog', () => {
  it.each(['draft', 'inactive', 'archived'])(
    'is not visible while %s, even if it is public',
    async (status) => {
      expect(await sees(reseller, (await offer(provider, { status })).id)).toBe(false);
    },
  );

  it('appears once active and disappears once inactive, in the next request', async () => {
    const { id } = await offer(provider, { status: 'draft' });
    await change(provider, id, { status: 'active' });
    expect(await sees(reseller, id)).toBe(true);
    await change(provider, id, { status: 'inactive' });
    expect(await sees(reseller, id)).toBe(false);
    await change(provider, id, { status: 'active' });
    await remove(provider, id);
    expect(await sees(reseller, id)).toBe(false);
  });

  it('is visible only to preferred partners', async () => {
    const { id } = await offer(provider, { visibility: 'preferred', allowedResellers: [reseller.id] });
    expect(await sees(reseller, id)).toBe(false);
    await prefer(provider, { resellerTeamId: reseller.id });
    expect(await sees(reseller, id)).toBe(true);
    expect(await sees(await makeTeam(harness, 'reseller'), id)).toBe(false);
    await off(provider, reseller.id);
    expect(await sees(reseller, id)).toBe(false);
  });

  it('is visible only to preferred partners of its provider', async () => {
    const { id } = await offer(provider, { visibility: 'preferred' });
    await prefer(await makeTeam(harness, 'provider'), { resellerTeamId: reseller.id });
    expect(await sees(reseller, id)).toBe(false);
  });

  it('is visible from the day on which the partnership takes effect', async () => {
    const { id } = await offer(provider, { visibility: 'preferred' });
    for (const [days, seen] of [
      [2, false],
      [-1, true],
      [3000, false],
      [-3000, true],
    ] as const) {
      await prefer(provider, { resellerTeamId: reseller.id, effectiveDate: dayFromNow(days) });
      expect([days, await sees(reseller, id)]).toEqual([days, seen]);
    }
  });

  it('is visible only to selected resellers', async () => {
    const { id } = await offer(provider, { visibility: 'selected' });
    await prefer(provider, { resellerTeamId: reseller.id });
    expect(await sees(reseller, id)).toBe(false);
    const other = await makeTeam(harness, 'reseller');
    await change(provider, id, { allowedResellers: [other.id, reseller.id.toUpperCase()] });
    expect([await sees(reseller, id), await sees(other, id)]).toEqual([true, true]);
    await change(provider, id, { allowedResellers: [other.id] });
    expect([await sees(reseller, id), await sees(other, id)]).toEqual([false, true]);
    await change(provider, id, { allowedResellers: null });
    expect(await sees(other, id)).toBe(false);
  });

  it('keeps its resellers while another visibility ignores them', async () => {
    const { id } = await offer(provider, { allowedResellers: [reseller.id] });
    const other = await makeTeam(harness, 'reseller');
    expect(await sees(other, id)).toBe(true);
    await change(provider, id, { visibility: 'selected' });
    expect([await sees(reseller, id), await sees(other, id)]).toEqual([true, false]);
  });

  it('is not visible while its provider is suspended', async () => {
    const { id } = await offer(provider);
    await admin(provider, { suspended: true });
    expect(await sees(reseller, id)).toBe(false);
    await admin(provider, { suspended: false });
    expect(await sees(reseller, id)).toBe(true);
  });

  it('is visible even if its provider is not verified yet', async () => {
    await admin(provider, { verified: false });
    expect(await sees(reseller, (await offer(provider)).id)).toBe(true);
  });
});

describe('a reseller', () => {
  it('sees nothing before it is verified, not even offers that list it', async () => {
    const { id } = await offer(provider, { visibility: 'selected', allowedResellers: [reseller.id] });
    await admin(reseller, { verified: false });
    const empty = await list(reseller, { count: 'true', facets: 'category,provider,price,connectionType' });
    const facets = { category: [], provider: [], price: [], connectionType: [] };
    expect([empty.status, empty.body]).toEqual([200, { items: [], facets, facetsAreComplete: true }]);
    expect(empty.headers['x-total-count']).toBe('0');
    expect(await sees(reseller, id)).toBe(false);
    await admin(reseller, { verified: true });
    expect(await sees(reseller, id)).toBe(true);
  });

  it('is rejected while suspended', async () => {
    const { id } = await offer(provider);
    await admin(reseller, { suspended: true });
    expect([(await list(reseller)).status, (await read(reseller, id)).status]).toEqual([403, 403]);
  });

  it('cannot distinguish a hidden offer from an unknown ID', async () => {
    const hidden = [
      await offer(provider, { status: 'draft' }),
      await offer(provider, { visibility: 'preferred' }),
      await offer(provider, { visibility: 'selected' }),
    ];
    const unknown = await read(reseller, unknownId);
    expect(unknown.status).toBe(404);
    for (const id of [...hidden.map(({ id }) => id), 'abc', unknownId.toUpperCase()]) {
      const reply = await read(reseller, id, { 'if-none-match': '"v1.1"' });
      expect(withoutIds(reply)).toEqual(withoutIds(unknown));
      expect(Object.keys(reply.headers)).toEqual(Object.keys(unknown.headers));
      expect(reply.headers).not.toHaveProperty('etag');
    }
  });

  it('can read an offer by its ID in uppercase', async () => {
    const { id } = await offer(provider);
    expect((await read(reseller, id.toUpperCase())).body.id).toBe(id);
  });
});

describe('a hybrid team', () => {
  it('sees its own active offers with any visibility, and offers that others show it', async () => {
    const hybrid = await makeTeam(harness, 'hybrid');
    const own = await Promise.all(
      ['public', 'preferred', 'selected'].map((visibility) => offer(hybrid, { visibility })),
    );
    for (const { id } of own) expect(await sees(hybrid, id)).toBe(true);
    expect(await sees(hybrid, (await offer(hybrid, { status: 'draft' })).id)).toBe(false);
    const foreign = await offer(provider, { visibility: 'preferred' });
    expect(await sees(hybrid, foreign.id)).toBe(false);
    await prefer(provider, { resellerTeamId: hybrid.id });
    expect(await sees(hybrid, foreign.id)).toBe(true);
    expect(await sees(reseller, own[1]?.id ?? '')).toBe(false);
  });
});
