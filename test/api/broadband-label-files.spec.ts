import { makeTeam, type TestTeam } from '../support/factories.js';
import { adminKey, start, type Harness } from '../support/harness.js';
import { fileOfRows, rowsOfFile, sampleFiles, uploadFile } from '../support/offer-file.js';

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const [sample = {}] = rowsOfFile(sampleFiles['fcc-broadband-label']);
const rows = [
  sample,
  { ...sample, unique_plan_id: 'M0005937974TIER1', provider_name: 'NULL', connection_type: 'NULL' },
  {
    ...sample,
    unique_plan_id: 'F0012345678ABC',
    service_plan_name: '=cmd()',
    customer_support_phone: '+1 (800) 555-0100',
  },
  { ...sample, unique_plan_id: 'no plan ID' },
];
const fill = () => uploadFile(harness, provider, fileOfRows(rows), '?format=fcc-broadband-label');

const pathOf = (team: TestTeam, more = '') => `/providers/${team.id}/broadband-labels.csv${more}`;
const get = (path: string, headers: Record<string, string> = {}) =>
  harness.call('GET', path, undefined, { headers });
const getOwn = (more = '', headers: Record<string, string> = {}) =>
  harness.call('GET', pathOf(provider, more), undefined, { ...provider, headers });
const publish = (on = true, team = provider, headers: Record<string, string> = {}) =>
  harness.call(
    'PATCH',
    '/provider/compliance/settings',
    { publishBroadbandLabels: on },
    { ...team, headers },
  );
const change = (sku: string, patch: object) =>
  harness.call('PATCH', `/provider/offers/ext:${sku}`, patch, provider);

describe('GET /providers/{teamId}/broadband-labels.csv', () => {
  it('has the 30 columns of the FCC, identifiers of 26 characters, and the name and type of the draft', async () => {
    await fill();
    await publish();
    const { status, headers, text } = await get(pathOf(provider));
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/csv;header=present;charset=utf-8');
    expect(headers['content-disposition']).toMatch(
      /^attachment; filename="\d{4}-\d\d-\d\d-0005937974-USA\.csv"$/,
    );
    const lines = text.split('\r\n');
    expect([lines.length, lines.at(-1), text.replaceAll('\r\n', '').includes('\n')]).toEqual([5, '', false]);
    expect(lines[0]?.split(',').length).toBe(30);
    expect(rowsOfFile(text).map((row) => row.unique_plan_id)).toEqual([
      'F0005937974123ABC456EMC789',
      'M00059379740000000000TIER1',
      'F0012345678000000000000ABC',
    ]);
    const [first, second, third] = rowsOfFile(text);
    expect(first).toMatchObject({ customer_support_phone: '1 (800) 555 0100', tier_plan_name: 'Gold' });
    expect(second).toMatchObject({ provider_name: provider.name, connection_type: 'Mobile' });
    // An import removes the apostrophe.
    expect(third).toMatchObject({
      service_plan_name: "'=cmd()",
      customer_support_phone: '1 (800) 555-0100',
    });
  });

  it('has the 56 columns of the draft, with what it requires', async () => {
    await fill();
    const { headers, text } = await getOwn('?format=bblabel-1');
    expect(headers['content-type']).toBe('text/csv;header=present;charset=utf-8;schema-version=bblabel-1');
    const [row = {}] = rowsOfFile(text);
    expect(Object.keys(row).length).toBe(56);
    expect(row).toMatchObject({
      date_published: new Date().toISOString().slice(0, 10),
      regulator_name: 'FCC',
      connection_type: 'fixed',
      fcc_registration_number: '0005937974',
      unique_plan_identifier: 'F0005937974123ABC456EMC789',
      bandwidth_download_units: 'Mbps',
      bandwidth_download_typical_low: '43.6',
      customer_support_phone: '18005550100',
      fee_introductory_description: 'for the first 6 months',
      contract_details: '24 months',
      country_code: 'USA',
    });
  });

  it('lists the plans of one registration number, and is named after that of the license', async () => {
    await fill();
    const one = await getOwn('?frn=0012345678');
    expect(rowsOfFile(one.text).length).toBe(1);
    expect(one.headers['content-disposition']).toContain('-0012345678-USA.csv');
    await harness.call(
      'POST',
      '/team/licenses',
      { kind: 'fcc_registration', number: '0000000007' },
      provider,
    );
    const all = await getOwn();
    expect(all.headers['content-disposition']).toContain('-0000000007-USA.csv');
    expect((await getOwn('?frn=7')).body.errors[0].field).toBe('frn');
  });

  it('lists only active, public, mass-market internet offers', async () => {
    await fill();
    const [first = {}, second = {}, third = {}] = rows;
    await change(first.unique_plan_id ?? '', { status: 'inactive' });
    await change(second.unique_plan_id ?? '', { visibility: 'preferred' });
    const { body } = await harness.call(
      'GET',
      `/provider/offers/ext:${third.unique_plan_id}`,
      undefined,
      provider,
    );
    await change(third.unique_plan_id ?? '', {
      complianceData: { ...body.complianceData, massMarket: false },
    });
    expect(rowsOfFile((await getOwn()).text)).toEqual([]);
  });

  it('exists without a key only if it is published; an unknown team looks the same', async () => {
    await fill();
    const unknown = await get(pathOf({ ...provider, id: '0190c3de-0000-7000-8000-00000000ffff' }));
    const same = (reply: typeof unknown) => ({ ...reply.body, instance: '', requestId: '' });
    expect(unknown.status).toBe(404);
    expect((await getOwn()).status).toBe(200);
    for (const path of [pathOf(provider), '/providers/x/broadband-labels.csv'])
      expect(same(await get(path))).toEqual(same(unknown));
    const other = await makeTeam(harness, 'provider');
    expect((await harness.call('GET', pathOf(provider), undefined, other)).status).toBe(404);
    expect((await harness.call('GET', pathOf(provider), undefined, { key: 'od_live_x' })).status).toBe(401);
    await publish();
    expect((await get(pathOf(provider))).status).toBe(200);
    expect((await harness.call('GET', pathOf(provider), undefined, other)).status).toBe(200);
    await harness.call('PATCH', `/admin/teams/${provider.id}`, { suspended: true }, { key: adminKey });
    expect(same(await get(pathOf(provider)))).toEqual(same(unknown));
  });

  it('returns 304 until an offer in it is changed, added or removed', async () => {
    await fill();
    await publish();
    const path = pathOf(provider);
    const [first = {}, second = {}] = rows;
    let { headers } = await get(path);
    const next = async () => {
      const tagged = await get(path, { 'if-none-match': String(headers.etag) });
      const dated = await get(path, { 'if-modified-since': String(headers['last-modified']) });
      expect(dated.status).toBe(tagged.status);
      expect(tagged.status === 304 ? tagged.text : '').toBe('');
      ({ headers } = dated);
      return tagged.status;
    };
    expect(await next()).toBe(304);
    await change(first.unique_plan_id ?? '', { monthlyPrice: 60 });
    expect(await next()).toBe(200);
    expect(await next()).toBe(304);
    await change(second.unique_plan_id ?? '', { status: 'inactive' });
    expect(await next()).toBe(200);
    await harness.call('DELETE', `/provider/offers/ext:${first.unique_plan_id}`, undefined, provider);
    expect(await next()).toBe(200);
    expect(await next()).toBe(304);
    const head = await harness.call('HEAD', path);
    expect([head.status, head.text ?? '', head.headers.etag]).toEqual([200, '', headers.etag]);
  });
});

describe('compliance settings', () => {
  it('are off, and change with If-Match', async () => {
    const path = '/provider/compliance/settings';
    const { body, headers } = await harness.call('GET', path, undefined, provider);
    expect([body, headers.etag]).toEqual([{ publishBroadbandLabels: false }, '"v0"']);
    // Reading the file stores its state, which is not a change of the settings.
    await getOwn();
    expect((await publish(true, provider, { 'if-match': '"v0"' })).headers.etag).toBe('"v1"');
    expect((await publish(false, provider, { 'if-match': '"v0"' })).status).toBe(412);
    expect((await harness.call('PATCH', path, { publishBroadbandLabels: 'yes' }, provider)).status).toBe(400);
    expect((await harness.call('PATCH', path, {}, await makeTeam(harness, 'reseller'))).status).toBe(403);
  });

  it('put the file on the well-known list', async () => {
    const teams = await Promise.all([1, 2, 3].map(() => makeTeam(harness, 'provider')));
    for (const team of teams) await publish(true, team);
    await publish(false, teams[1]);
    const listed: string[] = [];
    let path: string | undefined = '/.well-known/broadband-labels?limit=1';
    for (let page = 0; path !== undefined && page < 20; page += 1) {
      const { body, headers } = await get(path);
      for (const { providerId, url, bblabelUrl } of body as Record<string, string>[]) {
        listed.push(providerId ?? '');
        expect((await get(String(bblabelUrl))).status).toBe(200);
        expect(String(url)).toBe(pathOf({ ...provider, id: providerId ?? '' }));
      }
      path = /<([^>]+)>; rel="next"/.exec(String(headers.link ?? ''))?.[1];
    }
    const [first, off, last] = teams.map(({ id }) => listed.includes(id));
    expect([first, off, last]).toEqual([true, false, true]);
  });
});

describe('GET /provider/compliance/efl.csv', () => {
  it('lists active electricity offers in Texas in the columns of Power to Choose', async () => {
    await uploadFile(harness, provider, sampleFiles['power-to-choose'], '?format=power-to-choose');
    const create = (sku: string, more: object) =>
      harness.call(
        'POST',
        '/provider/offers',
        {
          name: sku,
          sku,
          externalId: sku,
          category: 'energy',
          status: 'active',
          serviceSpecificData: { energyType: 'electricity', utility: 'ONCOR' },
          ...more,
        },
        provider,
      );
    await create('EVERYWHERE', {});
    await create('ZIP', { serviceArea: { zipCodes: ['73960'] } });
    await create('OHIO', { serviceArea: { zipCodes: ['43004'], states: ['CA'] } });
    await create('GAS', { serviceSpecificData: { energyType: 'gas' } });
    await create('SHOP', {
      serviceSpecificData: { energyType: 'electricity', customerClass: 'small_commercial' },
    });
    await create('DRAFT', { status: 'draft' });
    const reply = await harness.call('GET', '/provider/compliance/efl.csv', undefined, provider);
    expect([reply.status, reply.headers['content-type']]).toEqual([
      200,
      'text/csv;header=present;charset=utf-8',
    ]);
    const plans = rowsOfFile(reply.text);
    expect(Object.keys(plans[0] ?? {})).toEqual(
      'idKey TduCompanyName RepCompany Product kwh500 kwh1000 kwh2000 Fees/Credits PrePaid TimeOfUse Fixed RateType Renewable TermValue CancelFee Website SpecialTerms TermsURL Promotion PromotionDesc FactsURL EnrollURL PrepaidURL EnrollPhone NewCustomer MinUsageFeesCredits Language'
        .split(' ')
        .map((name) => `[${name}]`),
    );
    expect(plans.slice(40).map((plan) => plan['[idKey]'])).toEqual(['EVERYWHERE', 'ZIP']);
    expect(plans[40]?.['[RepCompany]']).toBe(provider.name);
    expect(plans[0]).toMatchObject({ '[idKey]': '618', '[kwh1000]': '0.149', '[Fixed]': '0' });
  });
});
