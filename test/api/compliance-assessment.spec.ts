import { DataSource } from 'typeorm';
import { AssessmentJobs } from '../../src/compliance/assessment/assessment-jobs.js';
import { uploadOffers } from '../support/bulk-upload.js';
import { internetRules, internetRulesOf2030, securityRules, setRules } from '../support/compliance-rules.js';
import { EventStream } from '../support/events.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { setClock } from '../support/set-clock.js';
import { until } from '../support/until.js';

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;

beforeAll(async () => {
  harness = await start();
  await setRules(harness, internetRules, internetRulesOf2030, securityRules);
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
});
afterAll(() => harness.stop());

const call = (method: string, path: string, body?: unknown, team = provider, headers = {}) =>
  harness.call(method, path, body, { ...team, headers });
const create = async (more: object = {}) => {
  const body = {
    name: 'Fibre',
    category: 'internet',
    status: 'active',
    description: 'Fast',
    monthlyPrice: 50,
  };
  const reply = await call('POST', '/provider/offers', { ...body, ...more });
  expect(reply.status).toBe(201);
  return reply.body;
};
const read = async (id: string) => (await call('GET', `/provider/offers/${id}`)).body;
const patch = (id: string, body: object, headers = {}) =>
  call('PATCH', `/provider/offers/${id}`, body, provider, headers);
const statusOf = async (id: string): Promise<string> => (await read(id)).complianceAssessment.status;
const seen = async (id: string) => (await call('GET', `/reseller/catalog/${id}`, undefined, reseller)).body;
const codesOf = ({
  complianceAssessment: { findings },
}: {
  complianceAssessment: { findings: { code: string }[] };
}) => findings.map(({ code }) => code);
const license = (more: object = {}) =>
  call('POST', '/team/licenses', { kind: 'alarm_company', state: 'CA', number: 'ACO1', ...more });

/** Waits until the background job has nothing to do. */
const settled = () =>
  until(async () => {
    const [{ left }] = await harness.app.get(DataSource).query(
      `SELECT (SELECT count(*) FROM assessment_pending) + (SELECT count(*) FROM assessment_runs WHERE NOT is_done)
         + (SELECT count(*) FROM assessment_rules WHERE after_id IS NOT NULL) AS left`,
    );
    return left === '0';
  });

describe('a write', () => {
  it('returns the assessment, with the texts of the findings, to the provider', async () => {
    const offer = await create({ description: null, monthlyPrice: 120 });
    expect(offer.complianceAssessment).toEqual({
      status: 'non_compliant',
      ruleSets: ['test-internet@1'],
      findings: [
        {
          code: 'T1',
          ruleSet: 'test-internet@1',
          severity: 'error',
          result: 'missing',
          pointer: '/description',
          message: '/description is missing.',
          citation: 'Rules of the test',
          proposedForRepeal: false,
        },
        expect.objectContaining({ code: 'T2', result: 'fail', message: 'It is 120, which is too much.' }),
      ],
      assessedAt: offer.createdAt,
      validUntil: '2030-01-01',
    });
    expect(await read(offer.id)).toEqual(offer);
    const [listed] = (await call('GET', '/provider/offers')).body;
    expect(listed).toEqual(offer);
  });

  it('leaves what the provider declares as it is', async () => {
    const { complianceStatus, complianceAssessment } = await create({ complianceStatus: 'exempt' });
    expect([complianceStatus, complianceAssessment.status]).toEqual(['exempt', 'compliant']);
  });

  it('finds nothing where no rules apply', async () => {
    for (const category of [null, 'other', 'energy'])
      expect((await create({ category })).complianceAssessment).toMatchObject({
        status: 'unknown',
        ruleSets: [],
        findings: [],
        validUntil: null,
      });
  });

  it('ignores an assessment in the body, so that an offer can be sent back', async () => {
    const { id, version, ...offer } = await create();
    const claimed = { ...offer.complianceAssessment, status: 'non_compliant' };
    const sent = await patch(id, { ...offer, complianceAssessment: claimed });
    expect([sent.status, sent.body.version]).toEqual([200, version]);
    expect(await statusOf(id)).toBe('compliant');
  });

  it('with PUT and PATCH changes the assessment with the offer', async () => {
    await create({ sku: 'A' });
    const put = await call('PUT', '/provider/offers/sku:A', {
      name: 'A',
      category: 'internet',
      status: 'active',
    });
    expect([put.body.complianceAssessment.status, put.body.version]).toEqual(['incomplete', 2]);
    const { id } = put.body;
    const serviceArea = { zipCodes: ['94102'] };
    const patched = await patch(id, { description: 'Fast', serviceArea });
    expect([patched.body.complianceAssessment.status, patched.body.version]).toEqual(['compliant', 3]);
    expect(patched.body.complianceAssessment.assessedAt).toBe(patched.body.updatedAt);
    const again = await patch(id, { serviceArea: null });
    expect(again.body.complianceAssessment).toEqual(patched.body.complianceAssessment);
  });

  it('in bulk changes the assessments with the offers', async () => {
    const lines = [1, 2, 3].map((n) => ({
      sku: `B${n}`,
      name: 'B',
      category: 'internet',
      monthlyPrice: n * 40,
    }));
    await uploadOffers(harness, provider, lines);
    const all = async () =>
      (await call('GET', '/provider/offers')).body.map(
        (offer: { sku: string; version: number; complianceAssessment: { status: string } }) =>
          `${offer.sku} ${offer.version} ${offer.complianceAssessment.status}`,
      );
    expect((await all()).toSorted()).toEqual(['B1 1 incomplete', 'B2 1 incomplete', 'B3 1 non_compliant']);
    const updates = [
      { sku: 'B1', description: 'One' },
      { sku: 'B2', monthlyPrice: 81 },
      { sku: 'B3', monthlyPrice: 99 },
    ];
    await uploadOffers(harness, provider, updates);
    await uploadOffers(harness, provider, updates);
    expect((await all()).toSorted()).toEqual(['B1 2 compliant', 'B2 2 incomplete', 'B3 2 incomplete']);
  });

  it('knows the states of an area, also if a bulk line does not contain it', async () => {
    await license();
    const area = { serviceArea: { zipCodes: ['94102'], states: ['NV'] } };
    const offer = await create({ category: 'security', sku: 'S', ...area });
    expect(offer.complianceAssessment.status).toBe('incomplete');
    await license({ state: 'NV', number: '7' });
    await uploadOffers(harness, provider, [{ sku: 'S', category: 'security', keyFeatures: ['Sirens'] }]);
    await settled();
    expect(await statusOf(offer.id)).toBe('compliant');
    const [{ licenses }] = await harness.app
      .get(DataSource)
      .query('SELECT reseller_licenses AS licenses FROM offers WHERE id = $1', [offer.id]);
    expect(licenses).toEqual(['alarm_company:CA', 'alarm_company:NV']);
  });
});

describe('a change of a few fields', () => {
  it('is assessed afterwards, as another version', async () => {
    const { id, complianceAssessment } = await create();
    const { body } = await patch(id, { monthlyPrice: 150 });
    expect([body.version, body.complianceAssessment]).toEqual([2, complianceAssessment]);
    await until(async () => (await statusOf(id)) === 'non_compliant');
    const offer = await read(id);
    expect(offer).toMatchObject({ version: 3, monthlyPrice: 150 });
    expect(offer.complianceAssessment.assessedAt).toBe(offer.updatedAt);
  });

  it('writes nothing if the result is the same', async () => {
    const { id, complianceAssessment } = await create();
    const { body } = await patch(id, { monthlyPrice: 60 });
    await settled();
    expect(await read(id)).toEqual(body);
    expect(body).toMatchObject({ version: 2, complianceAssessment });
  });
});

describe('resellers', () => {
  it('see the status only', async () => {
    const { id } = await create({ monthlyPrice: 200 });
    const expected = { status: 'non_compliant' };
    expect((await seen(id)).complianceAssessment).toEqual(expected);
    const query = `providerId=${provider.id}`;
    const [listed] = (await call('GET', `/reseller/catalog?${query}`, undefined, reseller)).body;
    expect(listed.complianceAssessment).toEqual(expected);
    const other = await create();
    const compared = await call(
      'GET',
      `/reseller/catalog/compare?ids=${id},${other.id}`,
      undefined,
      reseller,
    );
    expect(compared.body.offers[0].complianceAssessment).toEqual(expected);
    expect(compared.body.differing).toContain('complianceAssessment.status');
  });

  it('filter and count by it', async () => {
    await create();
    await create({ description: null });
    await create({ monthlyPrice: 200 });
    await create({ category: 'other' });
    const list = async (query: string) =>
      (await call('GET', `/reseller/catalog?providerId=${provider.id}&${query}`, undefined, reseller)).body;
    const statuses = async (filter: string, more = '') =>
      (await list(`complianceAssessment=${filter}${more}`)).map(
        (offer: { complianceAssessment: { status: string } }) => offer.complianceAssessment.status,
      );
    expect(await statuses('compliant')).toEqual(['compliant']);
    expect(await statuses('compliant,unknown')).toEqual(['unknown', 'compliant']);
    expect(await statuses('incomplete,non_compliant', '&sortBy=price')).toEqual([
      'incomplete',
      'non_compliant',
    ]);
    expect(await statuses('incomplete', '&search=fibre')).toEqual(['incomplete']);
    const { facets } = await list('facets=complianceAssessment');
    expect(Object.fromEntries(facets.complianceAssessment.map(Object.values))).toEqual({
      compliant: 1,
      incomplete: 1,
      non_compliant: 1,
      unknown: 1,
    });
    const wrong = await call('GET', '/reseller/catalog?complianceAssessment=good', undefined, reseller);
    expect([wrong.status, wrong.body.errors[0].field]).toEqual([400, 'complianceAssessment[0]']);
  });

  it('notice another status, but not other findings', async () => {
    const { id } = await create({ description: null });
    const changes = async () =>
      (await harness.app.get(DataSource).query('SELECT FROM catalog_changes WHERE offer_id = $1', [id]))
        .length;
    const before = await seen(id);
    await setRules(
      harness,
      internetRules,
      { ...internetRulesOf2030, effectiveFrom: '2021-01-01' },
      securityRules,
    );
    await until(async () => codesOf(await read(id)).length === 2);
    expect(await read(id)).toMatchObject({ version: 2, complianceAssessment: { validUntil: null } });
    expect(await seen(id)).toEqual(before);
    expect(await changes()).toBe(1);

    await setRules(harness, { ...internetRules, checks: [] }, securityRules);
    await until(async () => (await statusOf(id)) === 'compliant');
    const after = await seen(id);
    expect(after.version).toBe(before.version + 1);
    expect(await changes()).toBe(2);
    await setRules(harness, internetRules, internetRulesOf2030, securityRules);
    await settled();
  });
});

describe('licenses', () => {
  it('that change have the offers of the team assessed again', async () => {
    const offer = await create({ category: 'security', serviceArea: { states: ['CA'] } });
    const draft = await create({ category: 'security', serviceArea: { states: ['CA'] }, status: 'draft' });
    const { body } = await license({ expiresOn: '2029-06-30' });
    await until(async () => (await statusOf(draft.id)) === 'compliant');
    expect((await read(offer.id)).complianceAssessment).toMatchObject({
      status: 'compliant',
      validUntil: '2029-07-01',
    });
    await call('PATCH', `/team/licenses/${body.id}`, { expiresOn: '2020-01-01' });
    await until(async () => (await statusOf(offer.id)) === 'non_compliant');
    await call('DELETE', `/team/licenses/${body.id}`);
    await until(async () => (await statusOf(offer.id)) === 'incomplete');
  });

  it('count at once for the next offer', async () => {
    await create({ category: 'security', serviceArea: { states: ['CA'] } });
    await license();
    const next = await create({ category: 'security', serviceArea: { states: ['CA'] } });
    expect(next.complianceAssessment.status).toBe('compliant');
  });
});

it('a day that changes something has the offers assessed', async () => {
  const [one, two] = [await create({ sku: 'D1' }), await create()];
  const jobs = harness.app.get(AssessmentJobs);
  setClock(harness, '2029-12-31T23:59:59Z');
  await jobs.assessDue();
  expect((await read(two.id)).version).toBe(1);
  setClock(harness, '2030-01-01T00:00:00Z');
  await jobs.assessDue();
  setClock(harness);
  expect(await read(one.id)).toMatchObject({
    version: 2,
    complianceAssessment: { ruleSets: ['test-internet@1', 'test-internet-2030@1'], validUntil: null },
  });
  expect(codesOf(await read(two.id))).toEqual(['T3']);
});

describe('the event', () => {
  const subscribe = (offerEvents: string[]) => call('PATCH', '/events/settings', { offerEvents });

  it('tells the provider of another status, whoever caused it', async () => {
    const stream = new EventStream(harness, provider);
    await create();
    expect((await subscribe(['offer.compliance_changed'])).status).toBe(200);
    await create({ category: 'other' });
    const { id, name } = await create({ sku: 'E', description: null });
    const [created] = await stream.take(1);
    expect(created).toMatchObject({ event: 'offer.compliance_changed' });
    expect(created?.data).toEqual({
      offerId: id,
      name,
      sku: 'E',
      version: 1,
      previousStatus: null,
      status: 'incomplete',
      findings: ['T1'],
    });
    await patch(id, { monthlyPrice: 55 });
    await patch(id, { description: 'Fast' });
    const events = await stream.take(1);
    await patch(id, { monthlyPrice: 101 });
    events.push(...(await stream.take(1)));
    expect(events.map(({ data }) => [data.previousStatus, data.status, data.findings])).toEqual([
      ['incomplete', 'compliant', []],
      ['compliant', 'non_compliant', ['T2']],
    ]);
    expect(events[1]?.data.version).toBe((await read(id)).version);
  });

  it('is written only for teams that subscribe, and only providers can', async () => {
    const refused = await call(
      'PATCH',
      '/events/settings',
      { offerEvents: ['offer.compliance_changed'] },
      reseller,
    );
    expect([refused.status, refused.body.errors[0].field]).toEqual([400, 'offerEvents']);
    const other = await makeTeam(harness, 'provider');
    await call('PATCH', '/events/settings', { offerEvents: ['offer.compliance_changed'] }, other);
    const { id } = await create();
    const rows = await harness.app.get(DataSource).query('SELECT FROM events WHERE subject = $1', [id]);
    expect(rows).toEqual([]);
  });

  it('goes to webhook endpoints of the provider that subscribe to offers', async () => {
    const endpoint = { url: 'https://hooks.example.com/in', events: ['offer.*'], enabled: true };
    await call('POST', '/webhooks/endpoints', endpoint);
    const { id } = await create();
    const rows = await harness.app
      .get(DataSource)
      .query('SELECT type, team_id FROM events WHERE subject = $1 AND team_id IS NOT NULL', [id]);
    expect(rows).toEqual([{ type: 'offer.compliance_changed', team_id: provider.id }]);
  });
});
