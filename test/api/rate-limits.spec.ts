import { adminKey, start, type Harness } from '../support/harness.js';
import { makeTeam, type TestTeam } from '../support/factories.js';

const limits = {
  rateLimitPerMinute: 100,
  rateLimitPerHour: 10_000,
  authFailuresPerMinute: 5,
  trustProxy: true,
};
const names = [
  'ratelimit-policy',
  'ratelimit',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
];

let harness: Harness;
afterEach(() => harness.stop());

const whoAmI = (team: { key?: string }, headers = {}) =>
  harness.call('GET', '/team', undefined, { ...team, headers });
/** A failed authentication from an address. */
const fail = (address: string) => whoAmI({ key: 'wrong' }, { 'x-forwarded-for': address });

async function times(count: number, team: TestTeam): Promise<number[]> {
  const replies = [];
  for (let n = 0; n < count; n += 1) replies.push((await whoAmI(team)).status);
  return replies;
}

describe('the limit of a key', () => {
  it('stands in the headers of every answer', async () => {
    harness = await start(limits);
    const team = await makeTeam(harness, 'provider');
    const { headers } = await whoAmI(team);
    expect(headers['ratelimit-policy']).toBe('"burst";q=100;w=60, "sustained";q=10000;w=3600');
    expect(headers.ratelimit).toBe('"burst";r=99;t=60');
    expect(headers).toMatchObject({ 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '99' });
    expect(Number(headers['x-ratelimit-reset']) - Date.now() / 1000).toBeGreaterThan(55);
    expect(Number(headers['x-ratelimit-reset']) - Date.now() / 1000).toBeLessThanOrEqual(61);
    const others = [
      await harness.call('POST', '/provider/offers', {}, team),
      await harness.call('GET', '/provider/offers/abc', undefined, team),
      await harness.call('GET', '/reseller/catalog', undefined, team),
      await harness.call('GET', '/admin/teams', undefined, team),
      await harness.call('GET', '/team?x=1', undefined, team),
    ];
    expect(others.map(({ status }) => status)).toEqual([400, 404, 403, 403, 400]);
    expect(others.map(({ headers }) => headers['x-ratelimit-remaining'])).toEqual([
      '98',
      '97',
      '96',
      '95',
      '94',
    ]);
  });

  it('answers the 101st call in a minute with 429', async () => {
    harness = await start(limits);
    const [team, other] = [await makeTeam(harness, 'provider'), await makeTeam(harness, 'provider')];
    expect(new Set(await times(100, team))).toEqual(new Set([200]));
    const reply = await whoAmI(team);
    expect(reply.status).toBe(429);
    expect(reply.body).toMatchObject({
      statusCode: 429,
      message: 'Too many requests',
      error: 'Too Many Requests',
    });
    expect(reply.body.retryAfter).toBeGreaterThan(30);
    expect(reply.body.retryAfter).toBeLessThanOrEqual(60);
    expect(reply.headers['retry-after']).toBe(String(reply.body.retryAfter));
    for (const name of names) expect(reply.headers).toHaveProperty(name);
    expect(reply.headers['x-ratelimit-remaining']).toBe('0');
    expect((await harness.call('POST', '/provider/offers', { name: 'A' }, team)).status).toBe(429);
    expect((await whoAmI(other)).status).toBe(200);
  });

  it('counts each key of a team by itself', async () => {
    harness = await start({ ...limits, rateLimitPerMinute: 3 });
    const team = await makeTeam(harness, 'provider');
    const { body } = await harness.call('POST', '/team/api-keys', { name: 'B' }, team);
    expect(await times(3, team)).toEqual([200, 200, 429]);
    expect(await times(4, { ...team, key: body.key })).toEqual([200, 200, 200, 429]);
  });

  it('of an hour is kept besides that of a minute', async () => {
    harness = await start({ ...limits, rateLimitPerHour: 2 });
    const team = await makeTeam(harness, 'provider');
    expect((await whoAmI(team)).headers.ratelimit).toBe('"sustained";r=1;t=3600');
    expect(await times(2, team)).toEqual([200, 429]);
    expect((await whoAmI(team)).body.retryAfter).toBeGreaterThan(3000);
  });

  it('is off with 0', async () => {
    harness = await start({ ...limits, rateLimitPerMinute: 0, rateLimitPerHour: 0 });
    const team = await makeTeam(harness, 'provider');
    expect(new Set(await times(120, team))).toEqual(new Set([200]));
    const { headers } = await whoAmI(team);
    for (const name of names) expect(headers).not.toHaveProperty(name);
  });
});

describe('the limit of failed authentication', () => {
  it('counts by address and leaves good keys alone', async () => {
    harness = await start(limits);
    const team = await makeTeam(harness, 'provider');
    for (let n = 0; n < 5; n += 1) expect((await fail('203.0.113.7')).status).toBe(401);
    const reply = await fail('203.0.113.7');
    expect(reply.status).toBe(429);
    expect(reply.headers['ratelimit-policy']).toBe('"failures";q=5;w=60');
    expect(reply.body.retryAfter).toBeGreaterThan(30);
    expect((await whoAmI({}, { 'x-forwarded-for': '203.0.113.7' })).status).toBe(429);
    expect((await fail('203.0.113.8')).status).toBe(401);
    expect((await whoAmI(team, { 'x-forwarded-for': '203.0.113.7' })).status).toBe(200);
  });

  it('counts guesses at the admin key as well', async () => {
    harness = await start(limits);
    const guess = () => harness.call('GET', '/admin/teams', undefined, { key: 'x'.repeat(30) });
    for (let n = 0; n < 5; n += 1) expect((await guess()).status).toBe(401);
    expect((await guess()).status).toBe(429);
    expect((await harness.call('GET', '/admin/teams', undefined, { key: adminKey })).status).toBe(200);
  });

  it('is off with 0', async () => {
    harness = await start({ ...limits, authFailuresPerMinute: 0 });
    for (let n = 0; n < 8; n += 1) expect((await fail('203.0.113.7')).status).toBe(401);
  });
});
