import type { MigrationInterface, QueryRunner } from 'typeorm';

const dataCapOf = (service: string, compliance: string) =>
  `coalesce(${service}->'dataCap', ${compliance}->'broadbandLabel'->'dataCapGb')`;
const renewableOf = (service: string, compliance: string) =>
  `coalesce(${service}->'renewablePercentage', ${compliance}->'electricityFactsLabel'->'renewablePercent')`;
const columns = ['service_specific_data', 'compliance_data'] as const;

/** What changes in the function offers_set_keys(): the texts before and after. */
const edits = [
  // A missing data cap was unlimited, although only null is.
  ["coalesce(data->'dataCap', 'null') = 'null'", `${dataCapOf('data', 'NEW.compliance_data')} = 'null'`],
  ["(data->'renewablePercentage')::numeric", `${renewableOf('data', 'NEW.compliance_data')}::numeric`],
  [
    'data IS DISTINCT FROM OLD.service_specific_data',
    'data IS DISTINCT FROM OLD.service_specific_data OR NEW.compliance_data IS DISTINCT FROM OLD.compliance_data',
  ],
  ['IF data IS NOT NULL THEN', 'IF data IS NOT NULL OR NEW.compliance_data IS NOT NULL THEN'],
] as const;

async function edit(runner: QueryRunner, changes: readonly (readonly [string, string])[]): Promise<void> {
  const [row]: { definition: string }[] = await runner.query(
    "SELECT pg_get_functiondef('offers_set_keys()'::regprocedure) AS definition",
  );
  const edited = changes.reduce((text, [before, after]) => {
    if (!text.includes(before)) throw new Error(`offers_set_keys() does not contain ${before}`);
    return text.replace(before, () => after);
  }, row?.definition ?? '');
  await runner.query(edited);
}

/**
 * Reads the data cap and the share of renewable energy from the offer's label if the service data does not contain
 * them. A value that neither contains is unknown.
 */
export class ReadLabels1764400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await edit(runner, edits);
    await runner.query(`
      UPDATE offers SET unlimited_data = ${dataCapOf(...columns)} = 'null'
       WHERE category = 'internet' AND unlimited_data IS DISTINCT FROM (${dataCapOf(...columns)} = 'null');
      UPDATE offers SET renewable_percentage = ${renewableOf(...columns)}::numeric
       WHERE category = 'energy' AND renewable_percentage IS NULL AND ${renewableOf(...columns)} IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    const reverted = edits.map(([before, after]) => [after, before] as const);
    await edit(runner, reverted);
    await runner.query(`
      UPDATE offers SET unlimited_data = coalesce(service_specific_data->'dataCap', 'null') = 'null'
       WHERE category = 'internet' AND service_specific_data IS NOT NULL AND NOT service_specific_data ? 'dataCap';
      UPDATE offers SET unlimited_data = NULL
       WHERE category = 'internet' AND service_specific_data IS NULL;
      UPDATE offers SET renewable_percentage = NULL
       WHERE category = 'energy' AND NOT coalesce(service_specific_data ? 'renewablePercentage', false);
    `);
  }
}
