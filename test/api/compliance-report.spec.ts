import { internetRules, internetRulesOf2030, securityRules, setRules } from '../support/compliance-rules.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness } from '../support/harness.js';
import { countRows } from '../support/count-rows.js';
import { setClock } from '../support/set-clock.js';
import { until } from '../support/until.js';

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
  await setRules(harness, internetRules, internetRulesOf2030, securityRules);
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
});
afterEach(() => setClock(harness));
afterAll(() => harness.stop());

const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  harness.call(method, path, body, { key: provider.key, headers });
const fibre = { name: 'Fibre', category: 'internet', description: 'Fast', monthlyPrice: 50, sku: 'A' };
const alarm = { name: 'Alarm', category: 'security', serviceArea: { states: ['CA'] } };
let skus = 0;
const create = async (body: object): Promise<string> => {
  const sku = 'sku' in body && body.sku !== null ? { sku: `S-${(skus += 1)}` } : {};
  const reply = await call('POST', '/provider/offers', { status: 'active', ...body, ...sku });
  if (reply.status !== 201) throw new Error(reply.text);
  return reply.body.id as string;
};
const license = async (more: object = {}): Promise<string> =>
  (await call('POST', '/team/licenses', { kind: 'alarm_company', state: 'CA', number: 'ACO1', ...more })).body
    .id;

describe('POST /provider/compliance/evaluate', () => {
  const evaluate = (body: unknown, query = '') => call('POST', `/provider/compliance/evaluate${query}`, body);

  it('returns what an assessment would say, and stores nothing', async () => {
    const before = await countRows(harness);
    const { status, body } = await evaluate({ ...fibre, description: null, monthlyPrice: 120 });
    expect([status, body]).toEqual([
      200,
      {
        on: new Date().toISOString().slice(0, 10),
        status: 'non_compliant',
        ruleSets: ['test-internet@1'],
        findings: [
          expect.objectContaining({ code: 'T1', result: 'missing', message: '/description is missing.' }),
          expect.objectContaining({ code: 'T2', result: 'fail', message: 'It is 120, which is too much.' }),
        ],
        validUntil: '2030-01-01',
        resellerLicenses: [],
      },
    ]);
    expect(await countRows(harness)).toEqual(before);
    // It says the same as the assessment of the stored offer, which can be sent as it was read.
    const id = await create({ ...fibre, description: null, monthlyPrice: 120 });
    const stored = (await call('GET', `/provider/offers/${id}`)).body;
    const again = (await evaluate(stored)).body;
    expect(again.findings).toEqual(stored.complianceAssessment.findings);
    expect(again.validUntil).toBe(stored.complianceAssessment.validUntil);
  });

  it('applies the rules and licenses of another day, and lists what passed on request', async () => {
    const late = await evaluate({ ...fibre, sku: null }, '?on=2030-01-01&include=passed');
    expect(late.body).toMatchObject({
      on: '2030-01-01',
      status: 'incomplete',
      ruleSets: ['test-internet@1', 'test-internet-2030@1'],
      validUntil: null,
      passed: [
        {
          code: 'T1',
          ruleSet: 'test-internet@1',
          severity: 'error',
          title: 'The rule of /description.',
          pointer: '/description',
          citation: 'Rules of the test',
        },
        { code: 'T2' },
      ],
    });
    expect(late.body.findings.map(({ code }: { code: string }) => code)).toEqual(['T3']);
    expect((await evaluate(alarm)).body.status).toBe('incomplete');
    await license({ expiresOn: '2028-05-31' });
    expect((await evaluate(alarm, '?on=2028-05-31')).body).toMatchObject({
      status: 'compliant',
      validUntil: '2028-06-01',
      resellerLicenses: ['alarm_company:CA'],
    });
    expect((await evaluate(alarm, '?on=2028-06-01')).body.status).toBe('non_compliant');
    expect((await evaluate({ name: 'Other', category: 'other' })).body).toMatchObject({
      status: 'unknown',
      ruleSets: [],
      findings: [],
    });
  });

  it('400 for what could not be created, and for other days', async () => {
    const unknown = '0190c3de-0000-7000-8000-0000000000ff';
    const invalid = await evaluate({ nmae: 'x', monthlyPrice: -1, allowedResellers: [unknown] });
    expect([invalid.status, fieldsOf(invalid).toSorted()]).toEqual([
      400,
      ['allowedResellers[0]', 'monthlyPrice', 'name', 'nmae'],
    ]);
    const reseller = await evaluate({ ...fibre, visibility: 'selected', allowedResellers: [unknown] });
    expect([reseller.status, fieldsOf(reseller)]).toEqual([400, ['allowedResellers[0]']]);
    for (const query of ['?on=2026-02-30', '?on=1999-12-31', '?include=failed', '?day=2026-01-01'])
      expect((await evaluate(fibre, query)).status).toBe(400);
    provider = await makeTeam(harness, 'reseller');
    expect((await evaluate(fibre)).status).toBe(403);
  });
});

describe('GET /provider/compliance/report', () => {
  const report = async (query = '', headers?: Record<string, string>) =>
    call('GET', `/provider/compliance/report${query}`, undefined, headers);

  /** Creates offers with all kinds of results; returns their IDs. */
  async function manyOffers() {
    const expensive = [
      await create({ ...fibre, monthlyPrice: 120, description: null }),
      await create({ ...fibre, monthlyPrice: 130 }),
    ];
    const good = [
      await create(fibre),
      await create({ ...fibre, sku: null }),
      await create({ name: 'Plain' }),
    ];
    await create({ ...fibre, monthlyPrice: 140, status: 'draft' });
    const archived = await create({ ...fibre, monthlyPrice: 999 });
    await call('PATCH', `/provider/offers/${archived}`, { status: 'archived' });
    return { expensive, good };
  }

  it('counts offers by category, status and finding', async () => {
    const { expensive } = await manyOffers();
    const { body } = await report();
    expect(body).toMatchObject({ offers: 6, isComplete: true });
    expect(body.totals).toEqual([
      { category: null, status: 'unknown', offers: 1 },
      { category: 'internet', status: 'compliant', offers: 2 },
      { category: 'internet', status: 'non_compliant', offers: 3 },
    ]);
    expect(body.findings).toMatchObject([
      { category: 'internet', code: 'T2', severity: 'error', result: 'fail', offers: 3 },
      {
        category: 'internet',
        code: 'T1',
        ruleSet: 'test-internet@1',
        result: 'missing',
        message: '/description is missing.',
        pointer: '/description',
        offers: 1,
        offerIds: [expensive[0]],
      },
    ]);
    expect(body.findings[0].offerIds).toEqual(expect.arrayContaining(expensive));
    expect(body.findings[0].message).toMatch(/^It is 1[234]0, which is too much\.$/);
    const active = (await report('?status=active')).body;
    expect([active.offers, active.findings[0].offers]).toEqual([5, 2]);
    expect((await report('?status=archived')).body.offers).toBe(1);
  });

  it('foretells what licenses and rules change within 60 days', async () => {
    const { good } = await manyOffers();
    const guarded = [await create(alarm), await create({ ...alarm, serviceArea: { zipCodes: ['94102'] } })];
    expect((await report()).body.upcoming).toMatchObject({ offers: 0, computed: 0, findings: [] });
    const ending = await license({ expiresOn: '2029-12-20' });
    await license({ state: 'NV', expiresOn: '2030-03-01' });
    // The license changes the assessments of the two offers.
    await until(async () => (await report()).body.findings.length === 2);
    setClock(harness, '2029-12-01T12:00:00Z');
    const { body } = await report();
    expect(body.on).toBe('2029-12-01');
    const { findings, ...rest } = body.upcoming;
    expect(rest).toEqual({
      until: '2030-01-30',
      offers: 7,
      computed: 7,
      licenses: [{ id: ending, kind: 'alarm_company', state: 'CA', number: 'ACO1', expiresOn: '2029-12-20' }],
      ruleSets: [
        {
          ruleSet: 'test-internet-2030@1',
          title: 'Internet',
          effectiveFrom: '2030-01-01',
          effectiveTo: null,
        },
      ],
    });
    expect(findings).toMatchObject([
      { on: '2029-12-21', category: 'security', code: 'T4', result: 'fail', offers: 2 },
      {
        on: '2030-01-01',
        category: 'internet',
        code: 'T3',
        result: 'missing',
        offers: 1,
        offerIds: [good[1]],
      },
    ]);
    expect(findings[0].message).toBe('It is 2029-12-20, which is too much.');
    expect(findings[0].offerIds.toSorted()).toEqual(guarded.toSorted());
  });

  it('is a CSV file on request', async () => {
    await manyOffers();
    await license({ number: '=1+1', expiresOn: '2029-12-20' });
    setClock(harness, '2029-12-01T12:00:00Z');
    const reply = await report('?format=csv');
    expect(reply.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="compliance-report-2029-12-01.csv"',
    });
    const [header, ...rows] = reply.text.trimEnd().split('\r\n');
    expect(header).toMatch(/^section,on,category,status,code,/);
    const sections = rows.map((row) => row.split(',')[0]);
    expect(sections).toEqual([
      'total',
      'total',
      'total',
      'finding',
      'finding',
      'upcoming',
      'license',
      'ruleSetBegins',
    ]);
    expect(rows[3]).toMatch(
      /^finding,2029-12-01,internet,,T2,test-internet@1,error,fail,3,[\da-f -]+,"It is 1[234]0, which is too much\.",\/monthlyPrice,/,
    );
    expect(rows[6]).toContain(',alarm_company =1+1,CA');
    const byHeader = await report('', { accept: 'text/csv' });
    expect(byHeader.text).toBe(reply.text);
    expect((await report('?format=json', { accept: 'text/csv' })).body.on).toBe('2029-12-01');
    expect((await report('', { accept: 'image/png' })).status).toBe(406);
    expect((await report('?format=xml')).status).toBe(400);
  });

  it('is empty without offers, and only for providers', async () => {
    expect((await report()).body).toMatchObject({ offers: 0, totals: [], findings: [], isComplete: true });
    provider = await makeTeam(harness, 'reseller');
    expect((await report()).status).toBe(403);
  });
});
