import { jest } from '@jest/globals';
import { Clock } from '../../src/common/clock.js';
import { adminKey, start, type Harness } from '../support/harness.js';
import { until } from '../support/until.js';
import { makeTeam, type TestTeam } from '../support/factories.js';

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const path = '/oauth/access_token';
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const grant = { grant_type: 'client_credentials', client_id: 'storefront' };
const sendForm = (parameters: Record<string, string>, headers: Record<string, string> = {}) =>
  harness.call('POST', path, new URLSearchParams(parameters).toString(), {
    headers: { ...form, ...headers },
  });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
const teamOf = (headers: Record<string, string>) => harness.call('GET', '/team', undefined, { headers });

const tokenOf = async (key: string): Promise<string> => {
  const reply = await sendForm({ ...grant, client_secret: key });
  expect(reply.status).toBe(200);
  return reply.body.access_token;
};

it('exchanges a key for a token, sent as a form or as JSON', async () => {
  const request = { ...grant, client_secret: provider.key };
  for (const reply of [await sendForm(request), await harness.call('POST', path, request)]) {
    expect(reply.status).toBe(200);
    expect(reply.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
    expect(reply.body).toEqual({
      access_token: expect.stringMatching(/^od_at_[\w-]+$/),
      token_type: 'Bearer',
      expires: expect.any(Number),
      expires_in: 3600,
      identifier: 'client_credentials',
    });
    expect(Math.abs(reply.body.expires - Date.now() / 1000 - 3600)).toBeLessThan(60);
    expect(await teamOf(bearer(reply.body.access_token))).toMatchObject({
      status: 200,
      body: { id: provider.id },
    });
  }
});

it('accepts the client with Authorization: Basic, and ignores unknown parameters', async () => {
  const header = basic(`store%20front:${provider.key}`);
  const sent = { grant_type: 'client_credentials', scope: 'everything' };
  expect((await sendForm(sent, header)).status).toBe(200);
  const both = await sendForm({ ...sent, client_secret: provider.key }, header);
  expect(both.status).toBe(400);
  expect(both.body).toEqual({
    error: 'invalid_request',
    error_description: 'client_secret must not be combined with the Authorization header',
  });
});

it('does not reveal the key in the token, and issues a different token each time', async () => {
  const tokens = [await tokenOf(provider.key), await tokenOf(provider.key)];
  expect(tokens[0]).not.toBe(tokens[1]);
  for (const token of tokens)
    expect(Buffer.from(token.slice('od_at_'.length), 'base64url').includes('od_live')).toBe(false);
});

it('uses x-api-key if both headers are sent', async () => {
  const other = await makeTeam(harness, 'reseller');
  const headers = { ...bearer(await tokenOf(provider.key)), 'x-api-key': other.key };
  expect((await teamOf(headers)).body.id).toBe(other.id);
});

it.each([
  ['no body', undefined, 'invalid_request', /^grant_type is required; client_id is required$/],
  ['another grant', { ...grant, grant_type: 'implicit' }, 'unsupported_grant_type', /needs a client_secret/],
  ['no client ID', { grant_type: 'client_credentials', client_secret: 'x' }, 'invalid_request', /^client_id/],
  ['a list', [], 'invalid_request', /^must be a JSON object|JSON object/],
  [
    'a number as secret',
    { ...grant, client_secret: 5 },
    'invalid_request',
    /^client_secret must be a string$/,
  ],
])('rejects %s', async (_case, body, error, description) => {
  const reply = await harness.call('POST', path, body);
  expect(reply.status).toBe(400);
  expect(reply.body).toEqual({ error, error_description: expect.stringMatching(description) });
});

it('rejects a repeated parameter, malformed JSON and other media types', async () => {
  const repeated = await harness.call('POST', path, 'grant_type=a&grant_type=b', { headers: form });
  expect(repeated).toMatchObject({
    status: 400,
    body: { error: 'invalid_request', error_description: 'grant_type must not be given more than once' },
  });
  const malformed = await harness.call('POST', path, '{');
  expect(malformed).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  const text = await harness.call('POST', path, 'x', { headers: { 'content-type': 'text/plain' } });
  expect(text.status).toBe(415);
  expect(text.body.error_description).toBe(
    'The body must be sent as application/x-www-form-urlencoded or application/json',
  );
  // Other routes take no forms.
  const offer = { key: provider.key, headers: form };
  expect((await harness.call('POST', '/provider/offers', 'name=A', offer)).status).toBe(415);
});

it('rejects a client without a valid key', async () => {
  const revoked = await makeTeam(harness, 'provider');
  await harness.call('DELETE', `/admin/teams/${revoked.id}/api-keys/${revoked.keyId}`, undefined, {
    key: adminKey,
  });
  const token = await tokenOf(provider.key);
  for (const client_secret of ['wrong', `${provider.key}x`, revoked.key, token, '']) {
    const reply = await sendForm({ ...grant, client_secret });
    expect(reply.status).toBe(401);
    expect(reply.headers['www-authenticate']).toBe('Basic realm="offerdock"');
    expect(reply.body).toEqual({
      error: 'invalid_client',
      error_description: 'client_secret must be a valid API key',
    });
  }
  const missing = await sendForm(grant);
  expect(missing.status).toBe(401);
  expect(missing.body.error_description).toBe('client_secret is required; it is an API key of your team');
  for (const header of [basic('nothing'), basic('id:%ff'), basic('id:wrong')])
    expect((await sendForm({ grant_type: 'client_credentials' }, header)).status).toBe(401);
});

it('rejects the admin key and a suspended team', async () => {
  const suspended = await makeTeam(harness, 'provider');
  await harness.call('PATCH', `/admin/teams/${suspended.id}`, { suspended: true }, { key: adminKey });
  for (const client_secret of [adminKey, suspended.key]) {
    const reply = await sendForm({ ...grant, client_secret });
    expect(reply.status).toBe(403);
    expect(reply.body.error).toBe('unauthorized_client');
  }
});

it('rejects a token that was changed, or that another service issued', async () => {
  const token = await tokenOf(provider.key);
  const bytes = Buffer.from(token.slice('od_at_'.length), 'base64url');
  for (const index of [0, 15, 30, bytes.length - 1]) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect((await teamOf(bearer(`od_at_${changed.toString('base64url')}`))).status).toBe(401);
  }
  for (const text of ['od_at_', 'od_at_x', `od_at_${'A'.repeat(390)}`, `od_at_${'A'.repeat(5000)}`])
    expect((await teamOf(bearer(text))).status).toBe(401);
});

it('stops a token at once when its key is revoked, in every process', async () => {
  const team = await makeTeam(harness, 'provider');
  const second = await start({}, harness.databaseUrl);
  try {
    const token = await tokenOf(team.key);
    const elsewhere = () => second.call('GET', '/team', undefined, { headers: bearer(token) });
    expect((await teamOf(bearer(token))).status).toBe(200);
    expect((await elsewhere()).status).toBe(200);
    const revoke = `/admin/teams/${team.id}/api-keys/${team.keyId}`;
    await harness.call('DELETE', revoke, undefined, { key: adminKey });
    expect((await teamOf(bearer(token))).status).toBe(401);
    await until(async () => (await elsewhere()).status === 401, 5_000);
  } finally {
    await second.stop();
  }
});

it('stops a token after an hour', async () => {
  const token = await tokenOf(provider.key);
  const clock = harness.app.get(Clock);
  const now = jest.spyOn(clock, 'nowMs').mockImplementation(() => Date.now() + 3_601_000);
  try {
    expect((await teamOf(bearer(token))).status).toBe(401);
  } finally {
    now.mockRestore();
  }
  expect((await teamOf(bearer(token))).status).toBe(200);
});

it('counts requests with a token, and for one, against the limits of the key', async () => {
  const limited = await start({ rateLimitPerMinute: 4 }, harness.databaseUrl);
  try {
    const team = await makeTeam(harness, 'provider');
    const get = (headers: Record<string, string>) => limited.call('GET', '/team', undefined, { headers });
    const reply = await limited.call('POST', path, { ...grant, client_secret: team.key });
    expect(reply.headers['x-ratelimit-remaining']).toBe('3');
    const { access_token: token } = reply.body;
    expect((await get(bearer(token))).headers['x-ratelimit-remaining']).toBe('2');
    expect((await get({ 'x-api-key': team.key })).headers['x-ratelimit-remaining']).toBe('1');
    expect((await get(bearer(token))).status).toBe(200);
    const refused = await limited.call('POST', path, { ...grant, client_secret: team.key });
    expect(refused.status).toBe(429);
    expect(refused.body.error).toBe('temporarily_unavailable');
  } finally {
    await limited.stop();
  }
});

it('limits the guesses of secrets by address, together with those of keys', async () => {
  const limited = await start({ authFailuresPerMinute: 3 }, harness.databaseUrl);
  try {
    const guess = () => limited.call('POST', path, { ...grant, client_secret: 'guess' });
    expect((await guess()).status).toBe(401);
    expect((await limited.call('GET', '/team', undefined, { key: 'guess' })).status).toBe(401);
    expect((await guess()).status).toBe(401);
    const refused = await guess();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    const valid = { ...grant, client_secret: provider.key };
    expect((await limited.call('POST', path, valid)).status).toBe(200);
  } finally {
    await limited.stop();
  }
});
