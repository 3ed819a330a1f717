import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The columns by which offers_set_keys() computes the keys of an offer, or that it checks, except for the prices. */
const keyColumns = [
  'name',
  'marketing_headline',
  'key_features',
  'description',
  'category',
  'service_specific_data',
  'compliance_data',
  'contract',
  'service_area_id',
  'status',
  'visibility',
  'metadata',
  'submission_config',
  'pricing_type',
  'compliance_status',
];
const priceColumns = [
  'currency',
  'monthly_price_minor',
  'introductory',
  'monthly_fees',
  'one_time_fees',
  'fees',
];
const of = (row: string) => priceColumns.map((column) => `${row}.${column}`).join(', ');

const checks = {
  offers_price_ck: 'NEW.monthly_price_minor >= 0',
  offers_fees_ck: "jsonb_typeof(NEW.fees) = 'object'",
};

/** What changes in the function offers_set_keys(): the texts before and after. */
const edits = [
  [
    "AND (NEW.category ~ '^[a-z][a-z0-9_]*$') IS NOT FALSE",
    // The regular expression alone would take as long as all other checks.
    "AND (NEW.category = ANY ('{internet,television,security,energy,insurance,other}'::text[]) OR NEW.category ~ '^[a-z][a-z0-9_]*$') IS NOT FALSE",
  ],
  [
    `          RETURN NEW;
        END`,
    `          IF TG_OP = 'INSERT' AND NEW.assessed_version IS DISTINCT FROM NEW.version THEN
            INSERT INTO assessment_pending VALUES (NEW.id);
          END IF;
          RETURN NEW;
        END`,
  ],
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

/** Makes the most frequent writes of offers cheaper: new offers, changes of the price, results of assessments. */
export class LightenOfferWrites1765500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The keys that follow from the price. The others stay the same if only the price changes.
      CREATE FUNCTION offers_set_price_keys() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
          violated text;
        BEGIN
          IF NOT (${Object.values(checks)
            .map((check) => `(${check}) IS NOT FALSE`)
            .join(' AND ')}) THEN
            violated := CASE ${Object.entries(checks)
              .map(([name, check]) => `WHEN NOT (${check}) THEN '${name}'`)
              .join(' ')} END;
            RAISE EXCEPTION 'new row for relation "offers" violates check "%"', violated
              USING ERRCODE = 'check_violation', CONSTRAINT = violated, TABLE = 'offers';
          END IF;
          -- A statement that changes a price without reading the offer leaves the pricing to the trigger.
          IF NEW.pricing IS NULL OR NEW.pricing = OLD.pricing AND (${of('NEW')}) IS DISTINCT FROM (${of('OLD')}) THEN
            NEW.pricing := offer_pricing(NEW);
          END IF;
          NEW.all_in_key := (NEW.pricing->>'allInMonthly')::numeric * 10000;
          NEW.cost_12_key := (NEW.pricing->>'costOver12Months')::numeric * 10000;
          NEW.cost_24_key := (NEW.pricing->>'costOver24Months')::numeric * 10000;
          IF NEW.category = 'energy' THEN
            NEW.kwh_500_key := (NEW.pricing->'perKwh'->>'500')::numeric * 10;
            NEW.kwh_1000_key := (NEW.pricing->'perKwh'->>'1000')::numeric * 10;
            NEW.kwh_2000_key := (NEW.pricing->'perKwh'->>'2000')::numeric * 10;
          END IF;
          NEW.price_key := NEW.monthly_price_minor * CASE
            WHEN NEW.currency IN ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','VND','VUV','XAF','XOF','XPF') THEN 10000
            WHEN NEW.currency IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN 10
            ELSE 100 END;
          RETURN NEW;
        END $$;

      -- Most offers take 2 to 3 kB. By default, Postgres compresses rows above 2 kB and moves parts of them to another
      -- table, which took a sixth of the time of a write.
      ALTER TABLE offers SET (toast_tuple_target = 4080);

      DROP TRIGGER offers_queue_new ON offers;
      DROP FUNCTION offers_queue_assessment;
      -- Postgres parses it for every statement, and only assessments write the column.
      ALTER TABLE offers DROP CONSTRAINT offers_assessed_status_ck;

      DROP TRIGGER offers_set_keys ON offers;
      CREATE TRIGGER offers_set_keys BEFORE INSERT OR UPDATE OF ${keyColumns.join(', ')} ON offers
        FOR EACH ROW EXECUTE FUNCTION offers_set_keys();
      -- Runs after offers_set_keys, in the order of the names.
      CREATE TRIGGER offers_set_price_keys BEFORE UPDATE OF ${priceColumns.join(', ')}, pricing ON offers
        FOR EACH ROW EXECUTE FUNCTION offers_set_price_keys();
    `);
    await edit(runner, edits);
  }

  async down(runner: QueryRunner): Promise<void> {
    await edit(
      runner,
      edits.map(([before, after]) => [after, before] as const),
    );
    await runner.query(`
      DROP TRIGGER offers_set_price_keys ON offers;
      DROP FUNCTION offers_set_price_keys;
      DROP TRIGGER offers_set_keys ON offers;
      CREATE TRIGGER offers_set_keys BEFORE INSERT OR UPDATE ON offers FOR EACH ROW EXECUTE FUNCTION offers_set_keys();
      CREATE FUNCTION offers_queue_assessment() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO assessment_pending VALUES (NEW.id);
          RETURN NULL;
        END $$;
      CREATE TRIGGER offers_queue_new AFTER INSERT ON offers FOR EACH ROW
        WHEN (NEW.assessed_version IS DISTINCT FROM NEW.version) EXECUTE FUNCTION offers_queue_assessment();
      ALTER TABLE offers ADD CONSTRAINT offers_assessed_status_ck
        CHECK (assessed_status IN ('unknown', 'compliant', 'incomplete', 'non_compliant'));
      ALTER TABLE offers RESET (toast_tuple_target);
    `);
  }
}
