import { adminKey, start, type Harness } from '../support/harness.js';
import { makeTeam, type TestTeam } from '../support/factories.js';

const limits = {
  rateLimitPerMinute: 100,
  rateLimitPerHour: 10_000,
  authFailuresPerMinute: 5,
  trustProxy: true,
};
const headerNames = [
  'ratelimit-policy',
  'ratelimit',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
];

let harness: Harness;
afterEach(() => harness.stop());

const getTeam = (team: { key?: string }, headers = {}) =>
  harness.call('GET', '/team', undefined, { ...team, headers });
/** Sends an invalid key from a client address. */
const sendInvalidKey = (address: string) => getTeam({ key: 'wrong' }, { 'x-forwarded-for': address });

async function statusesOf(count: number, team: TestTeam): Promise<number[]> {
  const replies = [];
  for (let n = 0; n < count; n += 1) replies.push((await getTeam(team)).status);
  return replies;
}

describe('rate limit of a key', () => {
  it('is reported in the headers of every response', async () => {
    harness = await start(limits);
    const team = await makeTeam(harness, 'provider');
    const before = Date.now() / 1000;
    const { headers } = await getTeam(team);
    expect(headers['ratelimit-policy']).toBe('"burst";q=100;w=60, "sustained";q=10000;w=3600');
    expect(headers.ratelimit).toBe('"burst";r=99;t=60');
    expect(headers).toMatchObject({ 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '99' });
    const reset = Number(headers['x-ratelimit-reset']);
    expect(reset).toBeGreaterThanOrEqual(before + 60);
    expect(reset).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000 + 60));
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

  it('rejects the 101st request in a minute with 429', async () => {
    harness = await start(limits);
    const [team, other] = [await makeTeam(harness, 'provider'), await makeTeam(harness, 'provider')];
    expect(new Set(await statusesOf(100, team))).toEqual(new Set([200]));
    const reply = await getTeam(team);
    expect(reply.status).toBe(429);
    expect(reply.body).toMatchObject({
      statusCode: 429,
      message: 'Too many requests',
      error: 'Too Many Requests',
    });
    expect(reply.body.retryAfter).toBeGreaterThan(30);
    expect(reply.body.retryAfter).toBeLessThanOrEqual(60);
    expect(reply.headers['retry-after']).toBe(String(reply.body.retryAfter));
    for (const name of headerNames) expect(reply.headers).toHaveProperty(name);
    expect(reply.headers['x-ratelimit-remaining']).toBe('0');
    expect((await harness.call('POST', '/provider/offers', { name: 'A' }, team)).status).toBe(429);
    expect((await getTeam(other)).status).toBe(200);
  });

  it('counts each key of a team separately', async () => {
    harness = await start({ ...limits, rateLimitPerMinute: 3 });
    const team = await makeTeam(harness, 'provider');
    const { body } = await harness.call('POST', '/team/api-keys', { name: 'B' }, team);
    expect(await statusesOf(3, team)).toEqual([200, 200, 429]);
    expect(await statusesOf(4, { ...team, key: body.key })).toEqual([200, 200, 200, 429]);
  });

  it('applies per hour in addition to per minute', async () => {
    harness = await start({ ...limits, rateLimitPerHour: 2 });
    const team = await makeTeam(harness, 'provider');
    expect((await getTeam(team)).headers.ratelimit).toBe('"sustained";r=1;t=3600');
    expect(await statusesOf(2, team)).toEqual([200, 429]);
    expect((await getTeam(team)).body.retryAfter).toBeGreaterThan(3000);
  });

  it('is disabled with 0', async () => {
    harness = await start({ ...limits, rateLimitPerMinute: 0, rateLimitPerHour: 0 });
    const team = await makeTeam(harness, 'provider');
    expect(new Set(await statusesOf(120, team))).toEqual(new Set([200]));
    const { headers } = await getTeam(team);
    for (const name of headerNames) expect(headers).not.toHaveProperty(name);
  });
});

describe('rate limit of a team', () => {
  const withKeys = async (count: number) => {
    const team = await makeTeam(harness, 'provider');
    const keys = [team.key];
    while (keys.length < count) {
      const path = `/admin/teams/${team.id}/api-keys`;
      keys.push((await harness.call('POST', path, { name: 'B' }, { key: adminKey })).body.key);
    }
    return { team, keys };
  };

  it('is ten times that of a key by default, so that more keys do not buy more', async () => {
    harness = await start({ ...limits, rateLimitPerMinute: 3 });
    const { keys } = await withKeys(12);
    const statuses = [];
    for (const key of keys) for (let n = 0; n < 3; n += 1) statuses.push((await getTeam({ key })).status);
    expect(statuses).toEqual([...Array(30).fill(200), ...Array(6).fill(429)]);
  });

  it('is reported in the headers while it is the most restrictive', async () => {
    harness = await start({ ...limits, rateLimitPerMinute: 4, rateLimitTeamFactor: 2 });
    const { keys } = await withKeys(3);
    const [a = '', b = '', c = ''] = keys;
    const keyPolicies = '"burst";q=4;w=60, "sustained";q=10000;w=3600';
    for (const key of [a, a, a]) await getTeam({ key });
    const own = (await getTeam({ key: b })).headers;
    expect([own['ratelimit-policy'], own['x-ratelimit-remaining']]).toEqual([keyPolicies, '3']);
    for (const key of [b, b, b]) await getTeam({ key });
    const { headers } = await getTeam({ key: c });
    expect(headers['ratelimit-policy']).toBe(`${keyPolicies}, "team-burst";q=8;w=60`);
    expect(headers.ratelimit).toMatch(/^"team-burst";r=0;t=(60|59)$/);
    expect(headers).toMatchObject({ 'x-ratelimit-limit': '8', 'x-ratelimit-remaining': '0' });
    const reply = await getTeam({ key: c });
    expect([reply.status, reply.headers['x-ratelimit-limit']]).toEqual([429, '8']);
    expect(reply.body.retryAfter).toBeGreaterThan(30);
  });

  it('applies per hour, and does not affect other teams', async () => {
    harness = await start({ ...limits, rateLimitPerHour: 3, rateLimitTeamFactor: 1 });
    const { keys } = await withKeys(2);
    const other = await makeTeam(harness, 'provider');
    const statuses = [];
    for (const key of [...keys, ...keys]) statuses.push((await getTeam({ key })).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect((await getTeam(other)).status).toBe(200);
  });

  it('does not count what a key was refused, so that one key cannot lock out the others', async () => {
    harness = await start({ ...limits, rateLimitPerMinute: 3, rateLimitTeamFactor: 2 });
    const { keys } = await withKeys(2);
    const [busy = '', quiet = ''] = keys;
    for (let n = 0; n < 20; n += 1) await getTeam({ key: busy });
    expect((await getTeam({ key: quiet })).status).toBe(200);
  });

  it('survives the rotation of a key', async () => {
    harness = await start({ ...limits, rateLimitPerMinute: 2, rateLimitTeamFactor: 2 });
    let { keyId, key } = await makeTeam(harness, 'provider');
    const statuses = [];
    for (let n = 0; n < 5; n += 1) {
      const reply = await harness.call('POST', `/team/api-keys/${keyId}/rotate`, {}, { key });
      statuses.push(reply.status);
      if (reply.status === 201) ({ id: keyId, key } = reply.body);
    }
    expect(statuses).toEqual([201, 201, 201, 201, 429]);
  });

  it('is disabled with a factor of 0', async () => {
    harness = await start({ ...limits, rateLimitPerMinute: 2, rateLimitTeamFactor: 0 });
    const { keys } = await withKeys(12);
    for (const key of keys) expect((await getTeam({ key })).status).toBe(200);
  });
});

describe('rate limit of failed authentication', () => {
  it('counts by client address and does not affect valid keys', async () => {
    harness = await start(limits);
    const team = await makeTeam(harness, 'provider');
    for (let n = 0; n < 5; n += 1) expect((await sendInvalidKey('203.0.113.7')).status).toBe(401);
    const reply = await sendInvalidKey('203.0.113.7');
    expect(reply.status).toBe(429);
    expect(reply.headers['ratelimit-policy']).toBe('"failures";q=5;w=60');
    expect(reply.body.retryAfter).toBeGreaterThan(30);
    expect((await getTeam({}, { 'x-forwarded-for': '203.0.113.7' })).status).toBe(429);
    expect((await sendInvalidKey('203.0.113.8')).status).toBe(401);
    expect((await getTeam(team, { 'x-forwarded-for': '203.0.113.7' })).status).toBe(200);
  });

  it('counts wrong admin keys as well', async () => {
    harness = await start(limits);
    const guess = () => harness.call('GET', '/admin/teams', undefined, { key: 'x'.repeat(30) });
    for (let n = 0; n < 5; n += 1) expect((await guess()).status).toBe(401);
    expect((await guess()).status).toBe(429);
    expect((await harness.call('GET', '/admin/teams', undefined, { key: adminKey })).status).toBe(200);
  });

  it('is disabled with 0', async () => {
    harness = await start({ ...limits, authFailuresPerMinute: 0 });
    for (let n = 0; n < 8; n += 1) expect((await sendInvalidKey('203.0.113.7')).status).toBe(401);
  });
});
