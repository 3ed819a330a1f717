import type { Client } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { insertKey } from '../../seed/team-rows.js';
import { factsOf } from '../catalog/catalog-cases.js';

/** A team with an API key and the IDs of offers that it can read. */
export interface FixtureTeam {
  id: string;
  key: string;
  offers: string[];
}

/** The teams on whose behalf requests are sent. */
export interface Fixtures {
  provider: FixtureTeam;
  /** Has preferred partners. */
  reseller: FixtureTeam;
  /**
   * The same team, and others that read the same offers: one team can use only a quarter of the database connections.
   */
  resellers: FixtureTeam[];
  /** A provider that only the benchmark uses. It owns all written data and is deleted along with that data. */
  writer: FixtureTeam;
  /** The same provider, and others like it. */
  writers: FixtureTeam[];
  zipCodes: string[];
  /** The teams with the most order items, on both sides; absent if there are no orders. */
  orders?: { reseller: FixtureTeam; provider: FixtureTeam };
}

const writerName = 'Benchmark writer';
/** As many teams use all connections together. */
const teamCount = 5;

/** A prime number, so that pairs of an offer and a two-digit counter repeat only after many requests. */
const maxOffers = 499;

const idsOf = async (client: Client, sql: string, values: unknown[] = []): Promise<string[]> =>
  (await client.query<{ value: string }>(sql, values)).rows.map(({ value }) => value);

/** The tables that the benchmark writes to, in the order in which their rows can be deleted. */
const writtenTables = [
  'promotion_targets',
  'promotions',
  'discounts',
  'product_offerings',
  'products',
  'offerings',
  'plans',
  'offers',
  'teams',
];

const writerIds = `(SELECT id FROM teams WHERE name = '${writerName}')`;

export const deleteCreatedOffers = `DELETE FROM offers WHERE sku LIKE 'BENCH-%' AND team_id IN ${writerIds}`;
const placedOrders = "(SELECT id FROM orders WHERE external_id LIKE 'BENCH-%')";
const placedItems = `(SELECT id FROM order_items WHERE order_id IN ${placedOrders})`;
/** The history of orders cannot be changed otherwise. */
export const deletePlacedOrders = `BEGIN; ALTER TABLE order_item_history DISABLE TRIGGER USER;
  DELETE FROM order_item_history WHERE order_item_id IN ${placedItems};
  DELETE FROM order_items WHERE order_id IN ${placedOrders}; DELETE FROM orders WHERE external_id LIKE 'BENCH-%';
  ALTER TABLE order_item_history ENABLE TRIGGER USER; COMMIT`;
export const deleteBuiltOfferings = `DELETE FROM offerings WHERE team_id IN ${writerIds}`;

export async function createFixtures(client: Client): Promise<Fixtures> {
  await deleteFixtures(client);
  const facts = await factsOf(client);
  const [provider = facts.largest] = await idsOf(
    client,
    `SELECT t.id AS value FROM teams t JOIN offers o ON o.team_id = t.id
      WHERE t.default_currency = 'USD' AND t.suspended_at IS NULL GROUP BY t.id ORDER BY count(*) DESC LIMIT 1`,
  );
  const own = 'SELECT id AS value FROM offers WHERE team_id = $1 ORDER BY md5(id::text) LIMIT $2';
  const visible = `SELECT o.id AS value FROM offers o WHERE status = 'active' AND visibility = 'public'
      AND team_id NOT IN (SELECT id FROM teams WHERE suspended_at IS NOT NULL) ORDER BY md5(id::text) LIMIT $1`;
  const zipCodes = `SELECT place AS value FROM service_area_places WHERE place ~ '^[0-9]{5}$'
     GROUP BY place ORDER BY count(*) DESC, place LIMIT 16`;
  const offers = await idsOf(client, visible, [maxOffers]);
  const resellers: FixtureTeam[] = [];
  for (const id of [facts.busy, ...(await idsOf(client, otherResellers, [facts.busy, teamCount - 1]))])
    resellers.push({ id, key: await createKey(client, id), offers });
  const writers: FixtureTeam[] = [];
  while (writers.length < teamCount) writers.push(await createWriter(client));
  const [reseller] = resellers;
  const [writer] = writers;
  if (!reseller || !writer) throw new Error('The database has no resellers');
  return {
    provider: {
      id: provider,
      key: await createKey(client, provider),
      offers: await idsOf(client, own, [provider, maxOffers]),
    },
    reseller,
    resellers,
    writer,
    writers,
    zipCodes: await idsOf(client, zipCodes),
    orders: await teamsWithOrders(client),
  };
}

async function teamsWithOrders(client: Client): Promise<Fixtures['orders']> {
  const largest = (column: string) =>
    idsOf(client, `SELECT ${column} AS value FROM order_items GROUP BY 1 ORDER BY count(*) DESC LIMIT 1`);
  const [[reseller], [provider]] = [await largest('reseller_team_id'), await largest('provider_team_id')];
  if (!reseller || !provider) return undefined;
  return {
    reseller: { id: reseller, key: await createKey(client, reseller), offers: [] },
    provider: { id: provider, key: await createKey(client, provider), offers: [] },
  };
}

const otherResellers = `SELECT id AS value FROM teams WHERE role = 'reseller' AND verified_at IS NOT NULL
    AND suspended_at IS NULL AND id <> $1 ORDER BY id LIMIT $2`;

async function createKey(client: Client, teamId: string): Promise<string> {
  const key = await insertKey(client, teamId);
  await client.query(
    "UPDATE api_keys SET name = 'Benchmark' WHERE team_id = $1 AND name = 'Seed' AND last4 = $2",
    [teamId, key.slice(-4)],
  );
  return key;
}

/** Creates a provider with copies of active offers, for the requests that change offers. */
async function createWriter(client: Client): Promise<FixtureTeam> {
  const id = uuidv7();
  await client.query(
    `INSERT INTO teams (id, name, role, verified_at, default_currency, version, created_at, updated_at)
     VALUES ($1, $2, 'provider', now(), 'USD', 1, now(), now())`,
    [id, writerName],
  );
  const { rows } = await client.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = 'offers'::regclass AND attnum > 0
        AND NOT attisdropped AND attgenerated = ''`,
  );
  const replaced: Record<string, string> = {
    id: 'gen_random_uuid()',
    team_id: '$1',
    sku: 'NULL',
    external_id: 'NULL',
  };
  const names = rows.map(({ name }) => name);
  await client.query(
    `INSERT INTO offers (${names.join(', ')}) SELECT ${names.map((name) => replaced[name] ?? name).join(', ')}
       FROM offers WHERE status = 'active' AND currency = 'USD' AND service_area_id IS NULL
      ORDER BY id LIMIT $2`,
    [id, maxOffers],
  );
  const offers = await idsOf(client, 'SELECT id AS value FROM offers WHERE team_id = $1', [id]);
  return { id, key: await createKey(client, id), offers };
}

/** Deletes the data written by this run, or by an earlier run that was killed. */
export async function deleteFixtures(client: Client): Promise<void> {
  await client.query(deletePlacedOrders);
  for (const table of writtenTables)
    await client.query(`DELETE FROM ${table} WHERE ${table === 'teams' ? 'id' : 'team_id'} IN ${writerIds}`);
  await client.query("DELETE FROM api_keys WHERE name = 'Benchmark'");
}
