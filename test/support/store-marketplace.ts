import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { Marketplace, MarketplaceArea } from './marketplace-arbitrary.js';

const first = Date.parse('2026-01-31T09:30:00.000Z');
const day = 86_400_000;

const areaKey = (area: MarketplaceArea) => JSON.stringify([area.zipCodes ?? null, area.states ?? null]);
const areaId = (owner: string, area: MarketplaceArea) => {
  const hex = createHash('md5').update(owner).update(areaKey(area)).digest('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

/** Replaces the contents of the database with a marketplace, in one round trip. */
export async function storeMarketplace(dataSource: DataSource, marketplace: Marketplace): Promise<void> {
  const runner = dataSource.createQueryRunner();
  const json = (rows: unknown) => `'${JSON.stringify(rows).replaceAll("'", "''")}'::json`;
  try {
    await runner.query(`
      BEGIN;
      DELETE FROM offers; DELETE FROM service_areas; DELETE FROM preferred_partners; DELETE FROM api_keys;
      DELETE FROM search_words; DELETE FROM search_pending; DELETE FROM teams; DELETE FROM catalog_changes;
      INSERT INTO teams (id, name, role, verified_at, suspended_at, default_currency, version, created_at, updated_at)
        SELECT id, name, role, CASE WHEN verified THEN now() END, CASE WHEN suspended THEN now() END, 'USD', 1, now(), now()
          FROM json_to_recordset(${json(marketplace.teams)}) AS t (id uuid, name text, role text, verified bool, suspended bool);
      INSERT INTO preferred_partners (provider_team_id, reseller_team_id, effective_date, created_at, updated_at)
        SELECT provider, reseller, date, now(), now()
          FROM json_to_recordset(${json(partnersOf(marketplace))}) AS p (provider uuid, reseller uuid, date date);
      INSERT INTO service_areas (id, team_id, hash, zip_codes, states, zip_count)
        SELECT id, team, decode(md5(id::text), 'hex'), zips, states, coalesce(cardinality(zips), 0)
          FROM json_to_recordset(${json(areasOf(marketplace))}) AS a (id uuid, team uuid, zips text[], states text[]);
      INSERT INTO service_area_places (place, service_area_id)
        SELECT unnest(coalesce(zip_codes, '{}') || coalesce(states, '{}')), id FROM service_areas;
      INSERT INTO offers (id, team_id, name, marketing_headline, key_features, description, category,
          service_specific_data, compliance_data, status, visibility, allowed_resellers, currency, monthly_price_minor,
          service_area_id, created_at, updated_at, version, metadata, compliance_status)
        SELECT id, team, name, headline, features, description, category, data, compliance, status, visibility, allowed, currency,
               minor, area, at, at, 1, '{}', 'unknown'
          FROM json_to_recordset(${json(offersOf(marketplace))}) AS o (id uuid, team uuid, name text, headline text,
               features text[], description text, category text, data jsonb, compliance jsonb, status text, visibility text,
               allowed uuid[], currency text, minor bigint, area uuid, at timestamptz);
      COMMIT;`);
  } catch (cause) {
    await runner.query('ROLLBACK');
    throw cause;
  } finally {
    await runner.release();
  }
}

const partnersOf = ({ teams, partners }: Marketplace) =>
  partners.map(({ provider, reseller, day: days }) => ({
    provider: teams[provider]?.id,
    reseller: teams[reseller]?.id,
    date: new Date(Date.now() + days * day).toISOString().slice(0, 10),
  }));

function areasOf({ teams, offers }: Marketplace): object[] {
  const rows = offers.flatMap(({ owner, area }) => {
    const team = teams[owner]?.id ?? '';
    return area
      ? [{ id: areaId(team, area), team, zips: area.zipCodes ?? null, states: area.states ?? null }]
      : [];
  });
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

const offersOf = ({ teams, offers }: Marketplace) =>
  offers.map(({ owner, allowed, area, minute, ...offer }) => {
    const team = teams[owner]?.id ?? '';
    return {
      ...offer,
      team,
      allowed: allowed.map((index) => teams[index]?.id),
      area: area && areaId(team, area),
      at: new Date(first + minute * 60_000).toISOString(),
    };
  });
