import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Units of a currency per major unit, as an SQL expression. */
const unitOf = (currency: string) => `CASE
          WHEN ${currency} IN ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','VND','VUV','XAF','XOF','XPF') THEN 1
          WHEN ${currency} IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN 1000
          ELSE 100 END`;
const setupFees = ['installationFee', 'equipmentFee', 'activationFee'];
const usages = [500, 1000, 2000];

/**
 * Reads a member of category data if it has the expected type. A key that was not defined so far can contain any value.
 */
const read = (member: string, type: 'boolean' | 'number') =>
  `CASE WHEN jsonb_typeof(${member}) = '${type}' THEN (${member})::${type === 'number' ? 'numeric' : type} END`;
const label = "NEW.compliance_data->'broadbandLabel'";

/** Attributes by which resellers filter, with the SQL that reads the category data. */
const attributes = {
  internet: [
    [
      'upload_mbps',
      'numeric',
      `coalesce(${read(`${label}->'typicalUpload'`, 'number')}, ${read(`${label}->'typicalUploadLow'`, 'number')})`,
    ],
  ],
  television: [
    ['includes_streaming', 'boolean', read("data->'includesStreaming'", 'boolean')],
    ['hd', 'boolean', read("data->'hd'", 'boolean')],
    ['dvr', 'boolean', read("data->'dvr'", 'boolean')],
  ],
  energy: [
    ['utility', 'text', "left(data->>'utility', 100)"],
    ['prepaid', 'boolean', read("data->'prepaid'", 'boolean')],
    ['time_of_use', 'boolean', read("data->'timeOfUse'", 'boolean')],
  ],
  insurance: [
    ['deductible', 'numeric', read("data->'deductible'", 'number')],
    ['insurance_type', 'text', "left(data->>'insuranceType', 255)"],
  ],
} as const;
const added = Object.values(attributes).flat();
const addedNames = added.map(([name]) => name);

const priceColumns = ['introductory', 'monthly_fees', 'one_time_fees', 'contract', 'taxes', 'pricing'];
/** Sort keys: amounts in ten-thousandths of the major unit, prices per kWh in tenths of a cent. */
const keys = {
  all_in_key: ['bigint', "(NEW.pricing->>'allInMonthly')::numeric * 10000"],
  cost_12_key: ['bigint', "(NEW.pricing->>'costOver12Months')::numeric * 10000"],
  cost_24_key: ['bigint', "(NEW.pricing->>'costOver24Months')::numeric * 10000"],
  kwh_500_key: ['bigint', "(NEW.pricing->'perKwh'->>'500')::numeric * 10"],
  kwh_1000_key: ['bigint', "(NEW.pricing->'perKwh'->>'1000')::numeric * 10"],
  kwh_2000_key: ['bigint', "(NEW.pricing->'perKwh'->>'2000')::numeric * 10"],
} as const;

const priceInputs = (row: string) =>
  [
    'currency',
    'monthly_price_minor',
    'introductory',
    'monthly_fees',
    'one_time_fees',
    'fees',
    'category',
    'compliance_data',
  ]
    .map((column) => `${row}.${column}`)
    .join(', ');

/** What is paid in the first months; null if they are followed by months whose price is unknown. */
const costOver = (months: number) =>
  `coalesce(first * least(first_months, ${months}), 0) + coalesce(setup, 0)
              + CASE WHEN first_months < ${months} THEN all_in * (${months} - first_months) ELSE 0 END`;

const contractMonths =
  "NEW.contract_months := coalesce((NEW.contract->>'months')::numeric, CASE WHEN NEW.category = 'energy' THEN (data->>'contractLengthMonths')::numeric END);";

/** What changes in the function offers_set_keys(): the texts before and after. */
const edits = [
  [
    'NEW.area_key := coalesce(',
    // A writer that changes a price without the pricing, such as the previous release, leaves that to the trigger.
    `IF NEW.pricing IS NULL OR TG_OP = 'UPDATE' AND NEW.pricing = OLD.pricing
              AND (${priceInputs('NEW')}) IS DISTINCT FROM (${priceInputs('OLD')}) THEN
            NEW.pricing := offer_pricing(NEW);
          END IF;
          IF TG_OP = 'INSERT' OR NEW.pricing IS DISTINCT FROM OLD.pricing THEN
            ${Object.entries(keys)
              .slice(0, 3)
              .map(([name, [, sql]]) => `NEW.${name} := ${sql};`)
              .join('\n            ')}
            IF NEW.category = 'energy' THEN
              ${Object.entries(keys)
                .slice(3)
                .map(([name, [, sql]]) => `NEW.${name} := ${sql};`)
                .join('\n              ')}
            ELSIF TG_OP = 'UPDATE' THEN
              ${Object.keys(keys)
                .slice(3)
                .map((name) => `NEW.${name} := NULL;`)
                .join(' ')}
            END IF;
          END IF;
          NEW.area_key := coalesce(`,
  ],
  [
    'NEW.connection_type := NULL;',
    `${addedNames.map((name) => `NEW.${name} := NULL;`).join(' ')} NEW.connection_type := NULL;`,
  ],
  ...Object.entries(attributes).map(
    ([category, columns]) =>
      [
        `WHEN '${category}' THEN NEW`,
        `WHEN '${category}' THEN ${columns.map(([name, , sql]) => `NEW.${name} := ${sql};`).join(' ')} NEW`,
      ] as const,
  ),
  [
    `IF TG_OP = 'INSERT' OR (NEW.name, NEW.marketing_headline`,
    `${contractMonths}
          IF TG_OP = 'INSERT' OR (NEW.name, NEW.marketing_headline`,
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

/** Turns SQL of the trigger function into SQL for a row `o`. */
const inRow = (sql: string) =>
  sql.replaceAll('NEW.', 'o.').replace(/(?<!_)\bdata->/g, 'o.service_specific_data->');

const names =
  'connection_type, download_mbps, unlimited_data, channel_count, monitoring_type, installation_type, energy_type, renewable_percentage, contract_months, coverage_amount';
const internetNames = 'connection_type, download_mbps, unlimited_data';
const filtered = `area_key, visibility, team_id, ${names}`;
const energyNames =
  'utility, contract_months, prepaid, time_of_use, energy_type, renewable_percentage, compliance_status';
const changed =
  'offers_price_idx, offers_category_price_idx, offers_fast_price_idx, offers_catalog_idx, offers_name_idx';
const fast = "WHERE status = 'active' AND category = 'internet' AND download_mbps >= 2000";

/**
 * Adds the fields from which the price that a customer pays follows, and that price. Existing offers get theirs here,
 * in the same transaction.
 */
export class AddPricing1764700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE offers
        ${priceColumns.map((name) => `ADD ${name} jsonb`).join(',\n        ')},
        ${Object.entries(keys)
          .map(([name, [type]]) => `ADD ${name} ${type}`)
          .join(',\n        ')},
        ${added.map(([name, type]) => `ADD ${name} ${type}`).join(',\n        ')};

      -- The sum of the mandatory fees of a list.
      CREATE FUNCTION mandatory_fees(fees jsonb) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
        SELECT sum((fee->>'amount')::numeric) FROM jsonb_array_elements(fees) AS fee
          WHERE fee->'mandatory' IS DISTINCT FROM 'false'
      $$;

      -- The pricing of an offer. The service computes the same, and the prices per kWh that follow from charges, which
      -- stay as they are here.
      CREATE FUNCTION offer_pricing(o offers) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
        DECLARE
          unit CONSTANT numeric := ${unitOf('o.currency')};
          regular CONSTANT numeric := o.monthly_price_minor / unit;
          setup numeric;
          fees numeric := 0;
          -- Television: the price that the provider states under 47 CFR 76.310.
          stated CONSTANT numeric := CASE WHEN o.category = 'television'
              AND jsonb_typeof(o.compliance_data->'allInMonthlyPrice') = 'number'
              AND (o.compliance_data->>'allInMonthlyPrice')::numeric <= 99999999999.99
            THEN round((o.compliance_data->>'allInMonthlyPrice')::numeric * unit) / unit END;
          all_in numeric;
          first numeric;
          first_months int := 0;
          per_kwh jsonb := '{"500": null, "1000": null, "2000": null}';
          label CONSTANT jsonb := CASE WHEN o.category = 'energy' THEN o.compliance_data->'electricityFactsLabel' END;
        BEGIN
          IF o.fees IS NOT NULL THEN
            setup := ${setupFees.map((name) => `coalesce((o.fees->>'${name}')::numeric, 0)`).join(' + ')};
          END IF;
          IF o.one_time_fees IS NOT NULL THEN
            setup := coalesce(setup, 0) + coalesce(mandatory_fees(o.one_time_fees), 0);
          END IF;
          IF o.monthly_fees IS NOT NULL THEN
            fees := coalesce(mandatory_fees(o.monthly_fees), 0);
          END IF;
          all_in := greatest(regular + fees, stated);
          IF o.introductory IS NOT NULL THEN
            first := (o.introductory->>'monthlyPrice')::numeric + coalesce(all_in - regular, fees);
            first_months := (o.introductory->>'months')::int;
          END IF;
          IF o.category = 'energy' AND o.service_specific_data ? 'charges' AND o.pricing IS NOT NULL THEN
            per_kwh := o.pricing->'perKwh';
          ELSIF jsonb_typeof(label) = 'object' THEN
            per_kwh := jsonb_build_object(${usages
              .map((usage) => {
                const key = `avgPrice${usage}kwh`;
                return `'${usage}', CASE WHEN jsonb_typeof(label->'${key}') = 'number'
                AND (label->>'${key}')::numeric BETWEEN 1 AND 100 THEN trim_scale(round((label->>'${key}')::numeric, 1)) END`;
              })
              .join(', ')});
          END IF;
          RETURN jsonb_build_object('currency', o.currency,
            'firstMonthly', CASE WHEN o.introductory IS NULL THEN trim_scale(regular) ELSE trim_scale((o.introductory->>'monthlyPrice')::numeric) END,
            'regularMonthly', trim_scale(regular), 'allInMonthly', trim_scale(all_in), 'setupFee', trim_scale(setup),
            ${[12, 24]
              .map((months) => `'costOver${months}Months', trim_scale(${costOver(months)})`)
              .join(',\n            ')},
            'perKwh', per_kwh);
        END $$;
    `);
    await edit(runner, edits);
    await runner.query(`
      DROP INDEX ${changed};
      ALTER TABLE offers DISABLE TRIGGER USER;
      UPDATE offers AS o SET pricing = p.pricing,
        ${Object.entries(keys)
          .map(([name, [, sql]]) => `${name} = ${sql.replaceAll('NEW.', 'p.')}`)
          .join(',\n        ')},
        ${Object.entries(attributes)
          .flatMap(([category, columns]) =>
            columns.map(
              ([name, , sql]) => `${name} = CASE WHEN o.category = '${category}' THEN ${inRow(sql)} END`,
            ),
          )
          .join(',\n        ')}
        FROM (SELECT i.id, offer_pricing(i) AS pricing FROM offers AS i) AS p WHERE o.id = p.id;
      ALTER TABLE offers ENABLE TRIGGER USER;
      ALTER TABLE offers ALTER pricing SET NOT NULL;

      -- Amounts are compared within one currency, so each index by amount starts with it.
      CREATE INDEX offers_catalog_idx ON offers (created_at, id, category, currency, price_key, ${filtered}) WHERE status = 'active';
      -- Without the category, so that Postgres reads the offers of one from the index that starts with it.
      CREATE INDEX offers_price_idx ON offers (currency, price_key, id, area_key, visibility, team_id) WHERE status = 'active';
      CREATE INDEX offers_category_price_idx ON offers (category, currency, price_key, id, created_at, ${filtered}, ${addedNames.join(', ')})
        WHERE status = 'active';
      CREATE INDEX offers_name_idx ON offers (name_key, id, category, currency, price_key, ${filtered}) WHERE status = 'active';
      CREATE INDEX offers_fast_price_idx ON offers (currency, price_key, id, area_key, visibility, team_id, ${internetNames}) ${fast};
      CREATE INDEX offers_all_in_idx ON offers (currency, all_in_key, id, category, area_key, visibility, team_id) WHERE status = 'active';
      CREATE INDEX offers_cost_12_idx ON offers (currency, cost_12_key, id, category, area_key, visibility, team_id) WHERE status = 'active';
      CREATE INDEX offers_cost_24_idx ON offers (currency, cost_24_key, id, category, area_key, visibility, team_id) WHERE status = 'active';
      ${usages
        .map(
          (usage) =>
            `CREATE INDEX offers_kwh_${usage}_idx ON offers (currency, kwh_${usage}_key, id, area_key, visibility, team_id, ${energyNames})
        WHERE status = 'active' AND category = 'energy';`,
        )
        .join('\n      ')}
      -- Offers in other currencies, which come last.
      CREATE INDEX offers_currency_idx ON offers (currency, id, category, area_key, visibility, team_id) WHERE status = 'active';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await edit(
      runner,
      edits.map(([before, after]) => [after, before] as const),
    );
    await runner.query(`
      DROP FUNCTION offer_pricing, mandatory_fees;
      DROP INDEX ${changed}, offers_all_in_idx, offers_cost_12_idx, offers_cost_24_idx, offers_currency_idx,
        ${usages.map((usage) => `offers_kwh_${usage}_idx`).join(', ')};
      -- Contracts of other categories are not known to the previous release.
      UPDATE offers SET contract_months = NULL WHERE category IS DISTINCT FROM 'energy' AND contract_months IS NOT NULL;
      ALTER TABLE offers ${[...priceColumns, ...Object.keys(keys), ...addedNames].map((name) => `DROP ${name}`).join(', ')};
      CREATE INDEX offers_catalog_idx ON offers (created_at, id, category, price_key, ${filtered}) WHERE status = 'active';
      CREATE INDEX offers_price_idx ON offers (price_key, id, category, ${filtered}) WHERE status = 'active';
      CREATE INDEX offers_category_price_idx ON offers (category, price_key, id, created_at, ${filtered}) WHERE status = 'active';
      CREATE INDEX offers_name_idx ON offers (name_key, id, category, price_key, ${filtered}) WHERE status = 'active';
      CREATE INDEX offers_fast_price_idx ON offers (price_key, id, area_key, visibility, team_id, ${internetNames}) ${fast};
    `);
  }
}
