import type { MigrationInterface, QueryRunner } from 'typeorm';

const setupFees = ['installationFee', 'equipmentFee', 'activationFee'];
const anyGiven = (row: string) =>
  `coalesce(${setupFees.map((name) => `${row}.fees->>'${name}'`).join(', ')}) IS NOT NULL`;

/** What changes in the function offer_pricing(): the text before and after. */
const [before, after] = ['IF o.fees IS NOT NULL THEN', `IF ${anyGiven('o')} THEN`];

async function edit(runner: QueryRunner, from: string, to: string): Promise<void> {
  const [row]: { definition: string }[] = await runner.query(
    "SELECT pg_get_functiondef('offer_pricing(offers)'::regprocedure) AS definition",
  );
  const definition = row?.definition ?? '';
  if (!definition.includes(from)) throw new Error(`offer_pricing() does not contain ${from}`);
  await runner.query(definition.replace(from, () => to));
}

/** Sets the setup fee of the offers that give fees, but none at the start. It counts as 0 either way, so no key changes. */
const setSetupFee = (value: string) => `
  ALTER TABLE offers DISABLE TRIGGER USER;
  UPDATE offers AS o SET pricing = jsonb_set(pricing, '{setupFee}', '${value}')
    WHERE fees IS NOT NULL AND one_time_fees IS NULL AND NOT (${anyGiven('o')});
  ALTER TABLE offers ENABLE TRIGGER USER;`;

/** The setup fee of an offer is unknown, rather than 0, if its fees are others than those at the start. */
export class LeaveSetupFeeUnknown1765510000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await edit(runner, before, after);
    await runner.query(setSetupFee('null'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await edit(runner, after, before);
    await runner.query(setSetupFee('0'));
  }
}
