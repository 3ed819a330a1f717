import { DataSource } from 'typeorm';
import { AssessmentJobs } from '../../src/compliance/assessment/assessment-jobs.js';
import { AssessmentSteps } from '../../src/compliance/assessment/assessment-steps.js';
import { OfferAssessor } from '../../src/compliance/assessment/offer-assessor.js';
import { RulesInEffect } from '../../src/compliance/assessment/rules-in-effect.js';
import type { RuleSet } from '../../src/compliance/engine/rule-set.js';
import { uploadOffers } from '../support/bulk-upload.js';
import { internetRules, securityRules, setRules } from '../support/compliance-rules.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { until } from '../support/until.js';

/*
 * The background job that assesses stored offers, beside other processes and beside writes.
 */

const rules = [internetRules, securityRules];
const withoutChecks: RuleSet = { ...internetRules, version: '2', checks: [] };

let one: Harness;
let two: Harness;
let provider: TestTeam;

beforeAll(async () => {
  one = await start();
  two = await start({}, one.databaseUrl);
});
beforeEach(async () => {
  await query('DELETE FROM offers');
  for (const harness of [one, two]) await setRules(harness, ...rules);
  provider = await makeTeam(one, 'provider');
});
afterAll(async () => {
  await two.stop();
  await one.stop();
});

const query = (sql: string, values: unknown[] = []) => one.app.get(DataSource).query(sql, values);
const lines = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, n) => ({ sku: `A${n}`, name: 'Fibre', category: 'internet', ...more }));
const create = async (more: object = {}, harness = one) => {
  const body = { name: 'Fibre', category: 'internet', status: 'active', ...more };
  return (await harness.call('POST', '/provider/offers', body, provider)).body;
};
const read = async (id: string, harness = one) =>
  (await harness.call('GET', `/provider/offers/${id}`, undefined, provider)).body;
/** Counts the offers by version and status. */
const counts = async (): Promise<Record<string, number>> => {
  const rows: { key: string; count: number }[] = await query(
    `SELECT version || ' ' || assessed_status AS key, count(*)::int FROM offers GROUP BY 1 ORDER BY 1`,
  );
  return Object.fromEntries(rows.map(({ key, count }) => [key, count]));
};
const untilRunEnds = () =>
  until(
    async () =>
      (
        await query(
          'SELECT FROM assessment_rules WHERE after_id IS NULL AND NOT EXISTS (SELECT FROM assessment_pending)',
        )
      ).length === 1,
  );

it('two processes assess each offer once', async () => {
  await uploadOffers(one, provider, lines(450));
  expect(await counts()).toEqual({ '1 incomplete': 450 });
  for (const harness of [one, two]) harness.app.get(RulesInEffect).ruleSets = [withoutChecks];
  await setRules(one, withoutChecks);
  await untilRunEnds();
  expect(await counts()).toEqual({ '2 compliant': 450 });
});

it('a process with older rules leaves all assessments to the others', async () => {
  await setRules(two, withoutChecks);
  await until(() => !one.app.get(RulesInEffect).areCurrent);
  const offer = await create();
  expect(offer.complianceAssessment).toMatchObject({ status: 'unknown', ruleSets: [], assessedAt: null });
  await until(async () => (await read(offer.id)).complianceAssessment.status === 'compliant');
  const uploaded = await uploadOffers(one, provider, lines(3));
  expect(uploaded.map(({ result }) => result)).toEqual(['created', 'created', 'created']);
  await untilRunEnds();
  expect(await counts()).toEqual({ '2 compliant': 4 });
});

it('a run goes on where a process ended', async () => {
  await uploadOffers(one, provider, lines(450));
  // The first step of this process is its last one.
  const steps = two.app.get(AssessmentSteps);
  const take = steps.take.bind(steps);
  let taken = 0;
  steps.take = (work) => {
    taken += 1;
    return taken === 1 ? take(work) : Promise.reject(new Error('The process has ended'));
  };
  one.app.get(RulesInEffect).ruleSets = rules;
  await setRules(two, withoutChecks);
  await until(() => taken > 1);
  steps.take = () => Promise.resolve(undefined);
  expect(await counts()).toEqual({ '1 incomplete': 250, '2 compliant': 200 });
  const three = await start({}, one.databaseUrl);
  await setRules(three, withoutChecks);
  await untilRunEnds();
  await three.stop();
  steps.take = take;
  expect(await counts()).toEqual({ '2 compliant': 450 });
});

it('never waits for an offer that somebody changes, and keeps the change', async () => {
  const [held, free] = [await create(), await create()];
  const client = one.app.get(DataSource).createQueryRunner();
  await client.startTransaction();
  await client.query("UPDATE offers SET name = 'Mine', version = version + 1 WHERE id = $1", [held.id]);
  for (const harness of [one, two]) harness.app.get(RulesInEffect).ruleSets = [withoutChecks];
  await setRules(one, withoutChecks);
  await until(async () => (await read(free.id)).complianceAssessment.status === 'compliant');
  await client.commitTransaction();
  await client.release();
  await until(async () => (await read(held.id)).complianceAssessment.status === 'compliant');
  expect(await read(held.id)).toMatchObject({ name: 'Mine', version: 3 });
});

it('does not overwrite what changes between reading and writing', async () => {
  const { id } = await create();
  const assessor = two.app.get(OfferAssessor);
  const prepare = assessor.prepareStored.bind(assessor);
  let changes = 0;
  // Only this process has the new rules.
  assessor.prepareStored = async (...given) => {
    const prepared = await prepare(...given);
    if (changes === 0) {
      changes += 1;
      await one.call(
        'PUT',
        `/provider/offers/${id}`,
        { name: 'New', category: 'internet', status: 'active' },
        provider,
      );
    }
    return prepared;
  };
  await setRules(two, withoutChecks);
  await until(async () => (await read(id)).complianceAssessment.status === 'compliant');
  assessor.prepareStored = prepare;
  expect([changes, await read(id)]).toMatchObject([1, { name: 'New', version: 3 }]);
});

it('bulk updates of the same offers succeed at the same time', async () => {
  await uploadOffers(one, provider, lines(300));
  for (const round of [1, 2, 3, 4]) {
    const ruleSet = { ...(round % 2 ? withoutChecks : internetRules), version: `r${round}` };
    for (const harness of [one, two]) harness.app.get(RulesInEffect).ruleSets = [ruleSet];
    await setRules(one, ruleSet);
    const results = await uploadOffers(two, provider, lines(300, { monthlyPrice: round }).toReversed());
    expect(new Set(results.map(({ result }) => result))).toEqual(new Set(['updated']));
  }
  await untilRunEnds();
  const rows = await query(
    'SELECT DISTINCT assessed_status, assessed_rules, monthly_price_minor FROM offers',
  );
  expect(rows).toEqual([
    { assessed_status: 'incomplete', assessed_rules: ['test-internet@r4'], monthly_price_minor: '400' },
  ]);
});

it('what was written by somebody who did not know a change of licenses is assessed once more', async () => {
  const { id } = await create({ category: 'security', serviceArea: { states: ['CA'] } });
  await one.call('POST', '/team/licenses', { kind: 'alarm_company', state: 'CA', number: '1' }, provider);
  await until(async () => (await query('SELECT FROM assessment_runs WHERE is_done')).length === 1);
  expect((await read(id)).complianceAssessment.status).toBe('compliant');
  await query(
    `UPDATE offers SET assessed_status = 'incomplete', version = version + 1, assessed_version = version + 1,
       updated_at = now() WHERE id = $1`,
    [id],
  );
  expect((await read(id)).complianceAssessment.status).toBe('incomplete');
  await query('UPDATE assessment_runs SET due_at = now()');
  await until(async () => (await read(id)).complianceAssessment.status === 'compliant');
  expect(await query('SELECT FROM assessment_runs')).toEqual([]);
});

it('a check that fails prevents no write and no other assessment', async () => {
  const fails: RuleSet = {
    ...internetRules,
    applies: ({ offer }) => {
      if (offer.name === 'Bad') throw new Error('A fault in a check');
      return true;
    },
  };
  const bad = await create({ name: 'Bad' });
  for (const harness of [one, two]) harness.app.get(RulesInEffect).ruleSets = [fails, securityRules];
  await setRules(one, fails, securityRules);
  await untilRunEnds();
  expect((await read(bad.id)).complianceAssessment).toEqual(bad.complianceAssessment);
  const [another, good] = [await create({ name: 'Bad' }), await create({ description: 'Good' })];
  expect([another, good].map(({ complianceAssessment }) => complianceAssessment.status)).toEqual([
    'unknown',
    'compliant',
  ]);
});

it('what is due today is assessed later if another process is at work', async () => {
  const { id } = await create({ description: 'Fast' });
  await query("UPDATE offers SET assessed_until = (now() AT TIME ZONE 'utc')::date WHERE id = $1", [id]);
  const client = one.app.get(DataSource).createQueryRunner();
  await client.startTransaction();
  await client.query("SELECT pg_advisory_xact_lock(hashtext('offerdock assessments'))");
  await one.app.get(AssessmentJobs).assessDue();
  expect((await read(id)).version).toBe(1);
  await client.commitTransaction();
  await client.release();
  await until(async () => (await read(id)).version === 2);
  expect((await read(id)).complianceAssessment.validUntil).toBeNull();
});

it('a provider that changes its licenses all the time does not keep the others waiting', async () => {
  await uploadOffers(one, provider, lines(250));
  const other = await makeTeam(one, 'provider');
  await uploadOffers(one, other, lines(1));
  const taken: string[] = [];
  const [steps, stepsOfTwo] = [one.app.get(AssessmentSteps), two.app.get(AssessmentSteps)];
  const take = steps.take.bind(steps);
  const takeOfTwo = stepsOfTwo.take.bind(stepsOfTwo);
  steps.take = async (work) => {
    taken.push(work);
    const result = await take(work);
    // As if a license had changed again.
    await query('UPDATE assessment_runs SET after_created_at = NULL, after_id = NULL, due_at = now()');
    return result;
  };
  stepsOfTwo.take = () => Promise.resolve(undefined);
  await query('INSERT INTO assessment_runs VALUES ($1, now(), now(), NULL, NULL, false)', [provider.id]);
  await until(() => taken.length > 0);
  for (const harness of [one, two]) harness.app.get(RulesInEffect).ruleSets = [withoutChecks];
  await setRules(one, withoutChecks);
  await untilRunEnds();
  steps.take = take;
  stepsOfTwo.take = takeOfTwo;
  expect(taken.filter((work) => work === 'team').length).toBeGreaterThan(2);
  expect(await query('SELECT FROM assessment_runs')).toHaveLength(1);
  await until(async () => (await counts())['2 compliant'] === 251);
});
