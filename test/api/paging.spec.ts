import { adminKey, fieldsOf, start, type Harness, type Reply } from '../support/harness.js';
import { makeTeam, type TestTeam } from '../support/factories.js';

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'hybrid');
});
afterAll(() => harness.stop());

const get = (path: string, key = provider.key) => harness.call('GET', path, undefined, { key });
const nextOf = (reply: Reply) => /^<([^>]+)>; rel="next"$/.exec(reply.headers.link ?? '')?.[1];
const namesOf = (reply: Reply): string[] => reply.body.map(({ name }: { name: string }) => name);

async function create(count: number, body: object = {}): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 1; n <= count; n += 1) {
    const offer = { name: `offer ${n}`, status: 'active', ...body };
    ids.push((await harness.call('POST', '/provider/offers', offer, provider)).body.id);
  }
  return ids;
}

/** Returns the names on all pages, starting at the path. `between` runs after each page. */
async function walk(path: string, between: (page: number) => Promise<unknown> = async () => undefined) {
  const names: string[] = [];
  for (let page = 1, at: string | undefined = path; at !== undefined && page < 100; page += 1) {
    const reply = await get(at);
    expect(reply.status).toBe(200);
    names.push(...namesOf(reply));
    at = nextOf(reply);
    await between(page);
  }
  return names;
}

const countdown = (count: number) => Array.from({ length: count }, (_, index) => `offer ${count - index}`);

describe('a list', () => {
  it('has 50 entries per page by default and 100 at most', async () => {
    await create(51);
    const first = await get('/provider/offers');
    expect(first.body).toHaveLength(50);
    expect(nextOf(first)).toMatch(/^\/provider\/offers\?cursor=/);
    expect((await get('/provider/offers?limit=100')).body).toHaveLength(51);
  });

  it.each(['0', '101', 'abc', '-1', '1e1', '2.5', ''])('rejects limit=%s', async (limit) => {
    const reply = await get(`/provider/offers?limit=${limit}`);
    expect(reply.status).toBe(400);
    expect(fieldsOf(reply)).toEqual(['limit']);
  });

  it.each([1, 2, 3, 7])('returns every row once with %i rows per page', async (limit) => {
    await create(7);
    expect(await walk(`/provider/offers?limit=${limit}`)).toEqual(countdown(7));
  });

  it('returns no row twice and every row that exists throughout, while rows are created and deleted', async () => {
    const ids = await create(9);
    const change = async (page: number) => {
      await create(2, { name: 'new' });
      const gone = ids[ids.length - 1 - page * 2];
      await harness.call('DELETE', `/provider/offers/${gone}`, undefined, provider);
      await harness.call('PATCH', `/provider/offers/${ids[0]}`, { overview: `page ${page}` }, provider);
    };
    const names = await walk('/provider/offers?limit=2', change);
    expect(new Set(names).size).toBe(names.length);
    for (const stood of ['offer 9', 'offer 8', 'offer 6', 'offer 4', 'offer 2', 'offer 1'])
      expect(names).toContain(stood);
    expect(names).not.toContain('new');
  });

  it('orders rows created at the same time by ID', async () => {
    const bodies = Array.from({ length: 12 }, (_, index) => ({ name: `offer ${index}` }));
    await Promise.all(bodies.map((body) => harness.call('POST', '/provider/offers', body, provider)));
    const names = await walk('/provider/offers?limit=5');
    expect(names.toSorted()).toEqual(bodies.map(({ name }) => name).toSorted());
  });

  it('keeps its filters from page to page', async () => {
    await create(3, { category: 'energy', externalId: 'a?b=c&d é' });
    await create(2, { category: 'other' });
    const path = `/provider/offers?limit=1&category=energy&externalId=${encodeURIComponent('a?b=c&d é')}`;
    expect(await walk(path)).toEqual(countdown(3));
    expect(await walk('/provider/offers?limit=1&externalId=a?b=c%26d%20%C3%A9')).toEqual(countdown(3));
  });

  it('returns the total number of entries on request', async () => {
    await create(3);
    const reply = await get('/provider/offers?count=true&limit=2');
    expect(reply.headers['x-total-count']).toBe('3');
    const next = await get(nextOf(reply) ?? '');
    expect([next.headers['x-total-count'], namesOf(next)]).toEqual(['3', ['offer 1']]);
    expect((await get('/provider/offers?count=false')).headers).not.toHaveProperty('x-total-count');
    expect((await get('/provider/offers?count=true&status=archived')).headers['x-total-count']).toBe('0');
  });
});

describe('a cursor', () => {
  const cursorOf = (reply: Reply) =>
    new URL(nextOf(reply) ?? '', harness.url).searchParams.get('cursor') ?? '';

  it('is rejected if it was modified', async () => {
    await create(2);
    const cursor = cursorOf(await get('/provider/offers?limit=1'));
    const other = Buffer.from('["2999-01-01T00:00:00.000Z","x"]').toString('base64url');
    const [start, end] = [cursor.slice(0, 22), cursor.slice(22)];
    const bad = ['', 'abc', start, end, `${start}${other}`, `${'A'.repeat(22)}${end}`, `${start}x${end}`];
    for (const changed of [...bad, `${cursor}x`, `${cursor}.x`, cursor.slice(0, -1)]) {
      const reply = await get(`/provider/offers?limit=1&cursor=${encodeURIComponent(changed)}`);
      expect([changed, reply.status, reply.body.code]).toEqual([changed, 400, 'INVALID_CURSOR']);
    }
    expect((await get(`/provider/offers?limit=1&cursor=${'x'.repeat(2049)}`)).status).toBe(400);
  });

  it('is rejected for another list, with other filters and for another team', async () => {
    await create(2);
    const cursor = cursorOf(await get('/provider/offers?limit=1'));
    const other = await makeTeam(harness, 'hybrid');
    expect((await get(`/provider/offers?status=active&cursor=${cursor}`)).status).toBe(400);
    expect((await get(`/reseller/catalog?cursor=${cursor}`)).status).toBe(400);
    expect((await get(`/team/api-keys?cursor=${cursor}`)).status).toBe(400);
    expect((await get(`/provider/offers?cursor=${cursor}`, other.key)).status).toBe(400);
  });

  it('accepts another limit, a count and the filters in another order', async () => {
    await create(3, { category: 'energy' });
    const first = await get('/provider/offers?limit=1&status=active&category=energy');
    const path = `/provider/offers?cursor=${cursorOf(first)}&count=true&category=energy&status=active&limit=5`;
    expect(namesOf(await get(path))).toEqual(['offer 2', 'offer 1']);
  });
});

describe.each([
  ['/reseller/catalog', () => provider.key],
  ['/admin/teams', () => adminKey],
  ['/team/api-keys', () => provider.key],
])('%s', (path, keyOf) => {
  it('is paged in the same way', async () => {
    await create(2);
    for (const name of ['B', 'C']) await harness.call('POST', '/team/api-keys', { name }, provider);
    const all = await get(`${path}?limit=3`, keyOf());
    const first = await get(`${path}?limit=2&count=true`, keyOf());
    expect(Number(first.headers['x-total-count'])).toBeGreaterThanOrEqual(2);
    const second = nextOf(first) ? (await get(nextOf(first) ?? '', keyOf())).body : [];
    expect([...first.body, ...second].slice(0, 3)).toEqual(all.body);
    expect((await get(`${path}?limit=101`, keyOf())).status).toBe(400);
    expect((await get(`${path}?cursor=x.y`, keyOf())).body.code).toBe('INVALID_CURSOR');
  });
});
