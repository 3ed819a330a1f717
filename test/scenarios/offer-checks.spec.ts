import { DataSource } from 'typeorm';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';

/*
 * A trigger checks the rows of offers instead of CHECK constraints. To a writer it makes no difference: an error has the
 * same SQLSTATE and names the same constraint.
 */

let harness: Harness;
let dataSource: DataSource;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
  dataSource = harness.app.get(DataSource);
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const valid = {
  name: "'Offer'",
  key_features: "'{}'",
  status: "'active'",
  visibility: "'public'",
  allowed_resellers: "'{}'",
  currency: "'USD'",
  version: '1',
  metadata: "'{}'",
  compliance_status: "'unknown'",
  created_at: 'now()',
  updated_at: 'now()',
};

/** Inserts an offer with SQL expressions for some columns. @returns its ID */
async function insert(given: Record<string, string> = {}): Promise<string> {
  const columns = Object.entries({ ...valid, ...given });
  const [row] = await dataSource.query(
    `INSERT INTO offers (id, team_id, ${columns.map(([name]) => name).join(', ')})
       VALUES (gen_random_uuid(), $1, ${columns.map(([, value]) => value).join(', ')}) RETURNING id`,
    [provider.id],
  );
  return row.id;
}

const update = (id: string, given: Record<string, string>) =>
  dataSource.query(
    `UPDATE offers SET ${Object.entries(given)
      .map(([name, value]) => `${name} = ${value}`)
      .join(', ')} WHERE id = $1`,
    [id],
  );

/** Returns the SQLSTATE, constraint and table of an error. */
const errorOf = (run: Promise<unknown>) =>
  run.then(
    () => 'no error',
    ({ driverError: { code, constraint, table } }) => [code, constraint, table],
  );

it.each<[constraint: string, columns: Record<string, string>]>([
  ['offers_name_ck', { name: "''" }],
  ['offers_name_ck', { name: "'   '" }],
  ['offers_category_ck', { category: "''" }],
  ['offers_category_ck', { category: "'Internet'" }],
  ['offers_category_ck', { category: "'1st'" }],
  ['offers_status_ck', { status: "'deleted'" }],
  ['offers_status_ck', { status: "''" }],
  ['offers_metadata_ck', { metadata: "'[]'" }],
  ['offers_metadata_ck', { metadata: "'null'" }],
  ['offers_submission_config_ck', { submission_config: "'1'" }],
  ['offers_service_data_ck', { category: "'internet'", service_specific_data: "'[]'" }],
  ['offers_service_data_ck', { category: "'internet'", service_specific_data: "'null'" }],
  ['offers_pricing_type_ck', { pricing_type: "'free'" }],
  ['offers_price_ck', { monthly_price_minor: '-1' }],
  ['offers_fees_ck', { fees: "'[]'" }],
  ['offers_compliance_data_ck', { category: "'internet'", compliance_data: "'true'" }],
  ['offers_compliance_status_ck', { compliance_status: "'good'" }],
  ['offers_category_given_ck', { service_specific_data: "'{}'" }],
  ['offers_category_given_ck', { compliance_data: "'{}'" }],
  ['offers_visibility_ck', { visibility: "'hidden'" }],
])('%s refuses %j', async (constraint, columns) => {
  const error = ['23514', constraint, 'offers'];
  expect(await errorOf(insert(columns))).toEqual(error);
  expect(await errorOf(update(await insert(), columns))).toEqual(error);
});

it('refuses to remove the category from an offer with category data', async () => {
  const id = await insert({ category: "'internet'", service_specific_data: "'{}'" });
  expect(await errorOf(update(id, { category: 'NULL' }))).toEqual([
    '23514',
    'offers_category_given_ck',
    'offers',
  ]);
});

it.each(['name', 'status', 'metadata', 'compliance_status', 'visibility'])(
  'refuses an offer without %s as before',
  async (column) => {
    expect(await errorOf(insert({ [column]: 'NULL' }))).toEqual(['23502', undefined, 'offers']);
  },
);

it('accepts every value of an enum', async () => {
  for (const status of ['draft', 'active', 'inactive', 'archived']) await insert({ status: `'${status}'` });
  for (const type of ['fixed', 'variable', 'tiered', 'custom']) await insert({ pricing_type: `'${type}'` });
  for (const state of ['unknown', 'compliant', 'incomplete', 'non_compliant', 'exempt'])
    await insert({ compliance_status: `'${state}'` });
  for (const visibility of ['public', 'preferred', 'selected'])
    await insert({ visibility: `'${visibility}'` });
  await insert({ pricing_type: 'NULL', monthly_price_minor: 'NULL', fees: 'NULL', category: 'NULL' });
});
