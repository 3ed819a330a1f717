import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../src/config/config.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness } from '../support/harness.js';
import { sampleFiles, uploadFile } from '../support/offer-file.js';
import { readAllPages } from '../support/read-all-pages.js';

interface RuleSetBody {
  id: string;
  version: string;
  category: string | null;
  checks: { code: string; definition: object | null; proposedForRepeal: boolean }[];
}

const marketRules = {
  id: 'acme-market-rules',
  version: '1',
  title: 'Rules of our marketplace',
  jurisdiction: 'US',
  category: 'internet',
  effectiveFrom: '2030-01-01',
  citation: 'Terms, 4',
  source: 'https://market.example/terms',
  checks: {
    M1: { require: 'value', severity: 'error', title: 'There is a description.', pointer: '/description' },
  },
};

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offerdock-rules-'));
  const complianceRules = join(folder, 'rules.json');
  await writeFile(complianceRules, JSON.stringify({ ruleSets: [marketRules] }));
  harness = await start({ complianceRules });
  provider = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
});
afterAll(async () => {
  await harness.stop();
  await rm(folder, { recursive: true });
});

const get = (query = '', team = reseller) =>
  harness.call('GET', `/compliance/rule-sets${query}`, undefined, team);
const idsOf = async (query: string) => ((await get(query)).body as RuleSetBody[]).map(({ id }) => id);

describe('GET /compliance/rule-sets', () => {
  it('describes the rules in effect to every role', async () => {
    for (const team of [provider, reseller]) {
      const reply = await get('?count=true', team);
      const ruleSets = reply.body as RuleSetBody[];
      expect([reply.status, reply.headers['x-total-count']]).toEqual([200, '7']);
      expect(ruleSets.map(({ id, version, category }) => `${id}@${version} ${category}`)).toEqual([
        'offer-data@2024-01-01 null',
        'us-fcc-all-in-price@2024-12-19 television',
        'us-fcc-broadband-label@2024-10-10 internet',
        'us-state-alarm-licenses@2026-11-27 security',
        'us-state-insurance-producers@2024-01-01 insurance',
        'us-state-mandatory-fees@2026-01-01 null',
        'us-tx-electricity-facts-label@2026-02-06 energy',
      ]);
    }
  });

  it('takes a day and a category', async () => {
    expect(await idsOf('?on=2024-06-30&category=internet')).toEqual(['offer-data']);
    expect(await idsOf('?on=2030-01-01&category=internet')).toEqual([
      'acme-market-rules',
      'offer-data',
      'us-fcc-broadband-label',
      'us-state-mandatory-fees',
    ]);
    expect(await idsOf('?category=other')).toEqual([]);
    expect(fieldsOf(await get('?on=2026-02-30&category=gas'))).toEqual(['on', 'category']);
  });

  it('is paged', async () => {
    const path = '/compliance/rule-sets?limit=3&on=2030-01-01';
    expect(await readAllPages(harness, path, reseller.key)).toHaveLength(8);
    const first = await get('?limit=1');
    const cursor = /cursor=([^>&]+)/.exec(first.headers.link ?? '')?.[1];
    expect((await get(`?limit=1&cursor=${cursor}&category=energy`)).body.code).toBe('INVALID_CURSOR');
  });

  it('requires a key', async () => {
    expect((await harness.call('GET', '/compliance/rule-sets')).status).toBe(401);
  });
});

describe('GET /compliance/rule-sets/{id}', () => {
  it('returns the version that is in effect on a day', async () => {
    const { body } = await get('/us-fcc-broadband-label');
    expect(body).toMatchObject({ version: '2024-10-10', effectiveTo: null, citation: '47 CFR 8.1(a)' });
    expect((body as RuleSetBody).checks).toContainEqual(
      expect.objectContaining({ code: 'I14', severity: 'warning', proposedForRepeal: true }),
    );
    const alarm = (await get('/us-state-alarm-licenses')).body;
    expect(alarm.data.states.FL).toMatchObject({ numberInAdvertising: 'Florida Statutes 489.521(7)(b)' });
    expect((await get('/us-tx-electricity-facts-label')).body.resellerRequirement.code).toBe('E13');
  });

  it('includes the rules of the operator', async () => {
    const { body } = await get('/acme-market-rules?on=2030-01-01');
    expect((body as RuleSetBody).checks).toMatchObject([
      { code: 'M1', definition: { require: 'value' }, citation: 'Terms, 4' },
    ]);
  });

  it('returns 404 without such a version', async () => {
    expect(await get('/acme-market-rules')).toMatchObject({
      status: 404,
      body: {
        detail: expect.stringMatching(/^Version of the rule set acme-market-rules that is in effect on/),
      },
    });
    expect((await get('/nothing')).body.detail).toBe('Rule set not found');
  });
});

it('the service does not start with a file that is not valid, and says what is wrong', async () => {
  const problemsOf = async (content: string) => {
    const file = join(folder, 'wrong.json');
    await writeFile(file, content);
    const cause: unknown = await start({ complianceRules: file }, harness.databaseUrl).catch(
      (error: unknown) => error,
    );
    expect(cause).toBeInstanceOf(ConfigError);
    return (cause as ConfigError).problems.map((problem) => problem.replace(folder, ''));
  };
  expect(await problemsOf('{"ruleSets": [{"id": "acme", "version": "1", "basedOn": "0"}]}')).toContain(
    'COMPLIANCE_RULES: /wrong.json: ruleSets[0].basedOn is not a version of acme',
  );
  expect((await problemsOf('{'))[0]).toMatch(/^COMPLIANCE_RULES: \/wrong.json: is not valid JSON: /);
  await expect(start({ complianceRules: '/does/not/exist' }, harness.databaseUrl)).rejects.toThrow(
    /cannot be read/,
  );
});

/** Rows that the industry publishes as samples; `test/data/README.md` names their sources. */
describe('the samples of files', () => {
  type Finding = { code: string; result: string };
  type Assessed = {
    name: string;
    externalId: string;
    complianceAssessment: { status: string; findings: Finding[] };
  };

  const assessed = async (format: keyof typeof sampleFiles) => {
    const team = await makeTeam(harness, 'provider');
    await uploadFile(harness, team, sampleFiles[format], `?format=${format}`);
    const { body: offers } = await harness.call('GET', '/provider/offers?limit=100', undefined, team);
    return (offers as Assessed[]).map(({ name, complianceAssessment: { status, findings } }) => ({
      name,
      status,
      findings: findings.map(({ code, result }) => `${code} ${result}`),
    }));
  };

  it('the row of the FCC has a complete label', async () => {
    expect(await assessed('fcc-broadband-label')).toEqual([
      { name: '10G Unlimited World', status: 'compliant', findings: ['G1 fail'] },
    ]);
  });

  it('the rows of a label generator have registration numbers that are too short', async () => {
    const rows = await assessed('sonarbcd');
    expect(rows.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 'non_compliant'));
    const always = ['I02 fail', 'I10 missing'];
    const findingsOf = (name: string) => rows.find((row) => row.name === name)?.findings;
    expect(findingsOf('500x500')).toEqual(always);
    expect(findingsOf('Business')).toEqual(always);
    expect(findingsOf('Community Connect')).toEqual([
      'I02 fail',
      'I09 missing',
      'I10 missing',
      'I12a missing',
      'I12b missing',
    ]);
    expect(findingsOf('Home Basic')).toEqual([...always, 'I12b missing']);
    expect(findingsOf('MegaSpeed')).toEqual([...always, 'I12b missing', 'I14 fail', 'G1 fail']);
  });

  it('the rows of Power to Choose lack what only the label itself states', async () => {
    const rows = await assessed('power-to-choose');
    const lacking = ['E02', 'E03', 'E06', 'E09a', 'E10b', 'E10d', 'E12'].map((code) => `${code} missing`);
    for (const { findings } of rows) expect(findings).toEqual(expect.arrayContaining(lacking));
    const findingsOf = (name: string) =>
      rows.find((row) => row.name === name)?.findings.filter((finding) => !lacking.includes(finding));
    expect(findingsOf('Smart Simple 12')).toEqual([]);
    expect(findingsOf('PTC 12 Month - Prepaid')).toEqual(['E10c missing']);
    expect(findingsOf('Essential Infusion Green Flex')).toEqual(['E10a fail']);
    const dips = rows.filter(({ findings }) => findings.includes('E07 needsReview'));
    expect(dips).toHaveLength(3);
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['incomplete', 'non_compliant']));
  });
});
