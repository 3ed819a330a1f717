import { DataSource } from 'typeorm';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness } from '../support/harness.js';
import { readAllPages } from '../support/read-all-pages.js';

let harness: Harness;
let team: TestTeam;
const path = '/team/licenses';

beforeAll(async () => {
  harness = await start();
});
beforeEach(async () => {
  team = await makeTeam(harness, 'reseller');
});
afterAll(() => harness.stop());

const unknownId = '0190c3de-0000-7000-8000-0000000000ff';
const producer = { kind: 'insurance_producer', state: 'CA', number: '0M12345' };
const call = (method: string, at: string, body?: unknown, headers?: Record<string, string>, by = team) =>
  harness.call(method, at, body, { key: by.key, headers });
const add = (body: unknown, by = team) => call('POST', path, body, {}, by);
const added = async (body: unknown) => (await add(body)).body.id as string;
const errorsOf = async (body: unknown) => {
  const reply = await add(body);
  return [
    reply.status,
    (reply.body.errors ?? []).map(({ field, code, message }: Record<string, string>) => [
      field,
      code,
      message,
    ]),
  ];
};

describe('POST /team/licenses', () => {
  it('adds a license, and answers as a GET does', async () => {
    const sent = {
      ...producer,
      number: '  0M12345 ',
      holder: 'Corner Shop Insurance, LLC',
      expiresOn: '2027-08-31',
      documentUrl: 'https://example.com/0M12345.pdf',
    };
    const reply = await add(sent);
    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({
      ...sent,
      number: '0M12345',
      id: expect.any(String),
      createdAt: expect.any(String),
      updatedAt: reply.body.createdAt,
    });
    expect(reply.headers).toMatchObject({ location: `${path}/${reply.body.id}`, etag: '"v1"' });
    const read = await call('GET', `${path}/${reply.body.id}`);
    expect([read.status, read.text, read.headers.etag]).toEqual([200, reply.text, '"v1"']);
    const again = await call('GET', `${path}/${reply.body.id}`, undefined, { 'if-none-match': '"v1"' });
    expect(again.status).toBe(304);
  });

  it('takes every kind, for teams of every role', async () => {
    const minimal = { holder: null, expiresOn: null, documentUrl: null };
    for (const role of ['provider', 'reseller', 'hybrid'] as const) {
      team = await makeTeam(harness, role);
      const kinds = [
        [{ kind: 'puct_rep', number: '10004' }, 'TX'],
        [{ kind: 'puct_broker', state: 'TX', number: 'BR190102' }, 'TX'],
        [{ kind: 'alarm_company', state: 'AL', number: '027' }, 'AL'],
        [{ kind: 'insurance_producer', state: 'CA', number: '0M12345' }, 'CA'],
        [{ kind: 'fcc_registration', state: null, number: '0005937974' }, null],
      ] as const;
      for (const [sent, state] of kinds)
        expect(await add(sent)).toMatchObject({ status: 201, body: { ...minimal, ...sent, state } });
    }
  });

  it('400 names each field and says what would be right', async () => {
    const bad = {
      kind: 'puct',
      state: 'tx',
      number: ' ',
      holder: 'x'.repeat(201),
      expiresOn: '2026-02-30',
      documentUrl: 'http://example.com/license.pdf',
      expiryDate: '2026-01-01',
    };
    const reply = await add(bad);
    expect([reply.status, fieldsOf(reply).toSorted()]).toEqual([400, Object.keys(bad).toSorted()]);
    const messages = reply.body.errors.map(({ message }: { message: string }) => message).join('\n');
    expect(messages).toContain('documentUrl must be an https URL');
    expect(messages).toContain('expiryDate is not a known field; use expiresOn');
    expect(messages).toContain('kind must be one of puct_rep, puct_broker');
    for (const body of [[], 'text', null]) expect((await add(body)).status).toBe(400);
  });

  it.each([
    [{ kind: 'alarm_company', number: '1' }, 'state', 'required'],
    [{ kind: 'insurance_producer', state: null, number: '1' }, 'state', 'required'],
    [{ kind: 'puct_rep', state: 'CA', number: '1' }, 'state', 'enum'],
    [{ kind: 'fcc_registration', state: 'TX', number: '0005937974' }, 'state', 'enum'],
    [{ kind: 'fcc_registration', number: '5937974' }, 'number', 'format'],
    [{ kind: 'puct_rep', number: 'zero\u200bwidth' }, 'number', 'format'],
    [{ kind: 'puct_rep' }, 'number', 'required'],
  ])('400 for %j: %s', async (body, field, code) => {
    expect(await errorsOf(body)).toEqual([400, [[field, code, expect.stringContaining(field)]]]);
  });

  it('409 names the license that the team already has; other kinds, states and teams do not matter', async () => {
    const id = await added(producer);
    const again = await add({ ...producer, holder: 'Somebody else' });
    expect(again).toMatchObject({ status: 409, body: { existingId: id } });
    expect(again.body.detail).toContain('the insurance_producer license 0M12345 of CA');
    expect((await add({ ...producer, state: 'NV' })).status).toBe(201);
    expect((await add({ ...producer, kind: 'alarm_company' })).status).toBe(201);
    expect((await add(producer, await makeTeam(harness, 'provider'))).status).toBe(201);
    const federal = { kind: 'fcc_registration', number: '0005937974' };
    const first = await added(federal);
    expect(await add(federal)).toMatchObject({ status: 409, body: { existingId: first } });
  });

  it('409 for the 1,001st license, also if two arrive together', async () => {
    const fill = `INSERT INTO licenses (id, team_id, kind, state, number, version, created_at, updated_at)
      SELECT gen_random_uuid(), $1, 'alarm_company', 'CA', n, 1, now(), now() FROM generate_series(1, 999) n`;
    await harness.app.get(DataSource).query(fill, [team.id]);
    const replies = await Promise.all([producer, { ...producer, state: 'NV' }].map((each) => add(each)));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    const refused = replies.find(({ status }) => status === 409);
    expect(refused?.body.detail).toContain('at most 1,000 licenses');
  });

  it('runs once for an idempotency key', async () => {
    const headers = { 'idempotency-key': 'license-1' };
    const [first, second] = [
      await call('POST', path, producer, headers),
      await call('POST', path, producer, headers),
    ];
    expect([first.status, second.status, second.text]).toEqual([201, 201, first.text]);
    expect(second.headers['idempotency-replayed']).toBe('true');
  });
});

describe('GET /team/licenses', () => {
  it('pages through the licenses of the team only, newest first, and filters them', async () => {
    await add(producer, await makeTeam(harness, 'reseller'));
    const days = ['2026-01-01', '2027-01-01', '2028-01-01', null];
    const ids: string[] = [];
    for (const [index, expiresOn] of days.entries())
      ids.push(await added({ ...producer, state: index < 2 ? 'CA' : 'NV', number: `L${index}`, expiresOn }));
    const broker = await added({ kind: 'puct_broker', number: 'BR190102' });
    const all = await readAllPages<{ id: string }>(harness, `${path}?limit=2`, team.key);
    expect(all.map(({ id }) => id)).toEqual([broker, ...ids.toReversed()]);
    const found = async (query: string) => {
      const reply = await call('GET', `${path}?count=true&${query}`);
      expect(Number(reply.headers['x-total-count'])).toBe(reply.body.length);
      return (reply.body as { id: string }[]).map(({ id }) => id).toReversed();
    };
    expect(await found('kind=puct_broker')).toEqual([broker]);
    expect(await found('state=CA')).toEqual(ids.slice(0, 2));
    expect(await found('kind=insurance_producer&expiresBefore=2028-01-01')).toEqual(ids.slice(0, 2));
    expect((await call('GET', `${path}?state=California&kind=other`)).status).toBe(400);
  });
});

describe('PATCH /team/licenses/{id}', () => {
  it('merges, counts versions, and honours If-Match', async () => {
    const id = await added({ ...producer, holder: 'Corner Shop', expiresOn: '2026-08-31' });
    const at = `${path}/${id}`;
    const renewed = await call(
      'PATCH',
      at,
      { expiresOn: '2028-08-31', holder: null },
      { 'if-match': '"v1"' },
    );
    expect(renewed).toMatchObject({
      status: 200,
      body: { ...producer, expiresOn: '2028-08-31', holder: null },
      headers: { etag: '"v2"' },
    });
    expect((await call('PATCH', at, { number: '1' }, { 'if-match': '"v1"' })).status).toBe(412);
    // Sending back what was read changes nothing.
    const same = await call('PATCH', at, renewed.body);
    expect([same.status, same.headers.etag, same.text]).toEqual([200, '"v2"', renewed.text]);
  });

  it('400 if the result breaks a rule; 409 if it is a license that the team has', async () => {
    const id = await added(producer);
    const at = `${path}/${id}`;
    const wrong: [object, string[]][] = [
      [{ state: null }, ['state']],
      [{ kind: 'fcc_registration' }, ['number', 'state']],
      [{ number: null, licenseNo: '1' }, ['licenseNo', 'number']],
      [{ kind: 'puct_broker' }, ['state']],
    ];
    for (const [patch, fields] of wrong) {
      const reply = await call('PATCH', at, patch);
      expect([reply.status, fieldsOf(reply).toSorted()]).toEqual([400, fields]);
    }
    const moved = await call('PATCH', at, { kind: 'puct_broker', state: null });
    expect(moved.body).toMatchObject({ kind: 'puct_broker', state: 'TX' });
    const other = await added(producer);
    const taken = await call('PATCH', at, producer);
    expect(taken).toMatchObject({ status: 409, body: { existingId: other } });
  });
});

it('DELETE removes a license, and honours If-Match', async () => {
  const at = `${path}/${await added(producer)}`;
  expect((await call('DELETE', at, undefined, { 'if-match': '"v2"' })).status).toBe(412);
  expect((await call('DELETE', at, undefined, { 'if-match': '"v1"' })).status).toBe(204);
  expect((await call('DELETE', at)).status).toBe(404);
});

it('404 for malformed and unknown IDs, and those of other teams', async () => {
  const foreign = await added(producer);
  team = await makeTeam(harness, 'hybrid');
  for (const id of ['x', unknownId, foreign]) {
    const replies = [
      await call('GET', `${path}/${id}`),
      await call('PATCH', `${path}/${id}`, { number: '2' }),
      await call('DELETE', `${path}/${id}`),
    ];
    expect(replies.map(({ status }) => status)).toEqual([404, 404, 404]);
  }
});
