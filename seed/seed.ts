import { Client } from 'pg';
import { unlimitedSession } from '../src/database/session.js';
import { Encryption } from '../src/encryption/encryption.js';
import { areaHash } from '../src/areas/area.js';
import { digestOfRules } from '../src/compliance/assessment/rules-in-effect.js';
import { builtInRuleSets } from '../src/compliance/rules/all-rule-sets.js';
import { copyInto, copyRow, copyRows } from '../src/sql/copy.js';
import { WireClient } from '../src/sql/wire/wire-client.js';
import { buildSettings, setAside, type Restore } from './bulk-load.js';
import { offerChunks, offerColumns } from './offer-rows.js';
import { loadOrders } from './orders/load-orders.js';
import type { Progress } from './progress.js';
import { randomFrom } from './random.js';
import { SearchTexts } from './search-text.js';
import { makeFootprint, type Footprint, type SeedArea } from './seed-areas.js';
import { makeOffers, type World } from './seed-offers.js';
import { UsageError, type SeedOptions } from './seed-options.js';
import { makeTeams, type SeedTeams } from './seed-teams.js';
import { insertKey, insertTeams } from './team-rows.js';

const batchSize = 1000;

/** The created data. */
export interface Seeded {
  teams: SeedTeams;
  areas: number;
  /** Keys of the largest provider and the busiest reseller. */
  keys: { provider: string; reseller: string };
  /** How long storing the orders took. */
  orderSeconds: number;
}

/**
 * Fills the database in one transaction. If there are no offers yet, the indexes and triggers are removed for the load
 * and restored afterwards; otherwise they stay in place, and the load is slower.
 * @param encryption encrypts the personal data of orders
 * @throws UsageError if the data of this seed already exists, or if there is no key for the orders
 */
export async function seed(
  url: string,
  options: SeedOptions,
  progress: Progress,
  encryption = new Encryption([]),
): Promise<Seeded> {
  const connection = { connectionString: url, application_name: 'offerdock seed', keepAlive: true };
  const [client, reader] = [new WireClient(connection), new Client(connection)];
  await Promise.all([client.connect(), reader.connect()]);
  try {
    if (options.orders > 0 && !encryption.isConfigured)
      throw new UsageError('--orders needs DATA_KEYS, because personal data is encrypted');
    await client.query('BEGIN');
    // In the transaction, because a pooler may give the next one another session.
    await client.query(unlimitedSession);
    const filled = await fill(client, new SearchTexts(reader), options, progress);
    const startedAt = performance.now();
    if (options.orders > 0) {
      const { orders: count, seed: given } = options;
      const { resellers } = filled.teams;
      await loadOrders(client, { count, seed: given, resellers, encryption }, progress);
    }
    const seeded = { ...filled, orderSeconds: (performance.now() - startedAt) / 1000 };
    await client.query('COMMIT');
    // Also marks the pages on which all rows are visible, so that counts need not read them.
    await client.query(
      `VACUUM (ANALYZE) teams, preferred_partners, service_areas, service_area_places, search_words, offers,
        orders, order_items, order_item_history`,
    );
    return seeded;
  } finally {
    await Promise.all([client.end(), reader.end()]);
  }
}

async function fill(
  client: Client,
  texts: SearchTexts,
  options: SeedOptions,
  progress: Progress,
): Promise<Omit<Seeded, 'orderSeconds'>> {
  const teams = makeTeams(randomFrom(options.seed, 1), options.teams);
  await refuseAgain(client, teams, options.seed);
  const footprints = footprintsOf(teams, options.seed);
  const areas = [...footprints.values()].flat().filter((area) => area !== null);
  const restore = await prepare(client);
  await insertTeams(client, teams);
  await copyAreas(client, areas);
  await copyOffers(client, texts, { ...teams, footprints }, options, progress);
  if (restore.length > 0) await insertWords(client, texts);
  await finish(client, restore, progress);
  const unused = await deleteUnused(client, areas);
  return { teams, areas: areas.length - unused, keys: await makeKeys(client, teams) };
}

/** Deletes areas that no offer uses, which small providers can have, and returns their number. */
async function deleteUnused(client: Client, areas: readonly SeedArea[]): Promise<number> {
  const { rowCount } = await client.query(
    `DELETE FROM service_areas a
      WHERE id = ANY($1) AND NOT EXISTS (SELECT 1 FROM offers WHERE service_area_id = a.id)`,
    [areas.map(({ id }) => id)],
  );
  return rowCount ?? 0;
}

async function makeKeys(client: Client, { providers, resellers }: SeedTeams): Promise<Seeded['keys']> {
  const [provider] = providers;
  const [reseller] = resellers;
  if (!provider || !reseller)
    throw new UsageError('--teams must be large enough for a provider and a reseller');
  return { provider: await insertKey(client, provider.id), reseller: await insertKey(client, reseller.id) };
}

async function refuseAgain(client: Client, { providers }: SeedTeams, given: number): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM teams WHERE id = $1', [providers[0]?.id]);
  if (rowCount) throw new UsageError(`The data of --seed ${given} already exists; use another seed`);
}

/**
 * Draws each provider's areas from its own random stream, so that an additional provider does not affect the others.
 */
function footprintsOf({ providers }: SeedTeams, given: number): Map<string, Footprint> {
  return new Map(
    providers.map((provider, index) => [
      provider.id,
      makeFootprint(randomFrom(given, 1000 + index), provider),
    ]),
  );
}

const loaded = ['offers', 'service_areas', 'service_area_places'];

/** Returns the definitions to restore after the load; empty if the database already contains offers. */
async function prepare(client: Client): Promise<Restore> {
  if (!(await isEmpty(client))) return [];
  await client.query('LOCK TABLE offers IN ACCESS EXCLUSIVE MODE');
  if (!(await isEmpty(client)))
    throw new UsageError('Another process has just stored offers; run the command again');
  await client.query(buildSettings);
  const restore: string[] = [];
  for (const table of loaded) restore.push(...(await setAside(client, table)));
  // Without replicas (wal_level minimal), Postgres writes no WAL for a table that was truncated in the same transaction.
  await client.query('TRUNCATE offers');
  return restore;
}

async function isEmpty(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ empty: boolean }>(
    'SELECT NOT EXISTS (SELECT 1 FROM offers) AS empty',
  );
  return rows[0]?.empty ?? false;
}

async function copyAreas(client: Client, areas: readonly SeedArea[]): Promise<void> {
  async function* rows() {
    for (const { id, teamId, area } of areas)
      yield copyRow([
        id,
        teamId,
        `\\x${areaHash(area).toString('hex')}`,
        area.zipCodes,
        area.states,
        area.zipCodes?.length ?? 0,
      ]);
  }
  async function* places() {
    for (const { id, area } of areas)
      yield [...(area.zipCodes ?? []), ...(area.states ?? [])].map((place) => copyRow([place, id])).join('');
  }
  const areaColumns = ['id', 'team_id', 'hash', 'zip_codes', 'states', 'zip_count'];
  await copyRows(client, copyInto('service_areas', areaColumns), rows());
  await copyRows(client, copyInto('service_area_places', ['place', 'service_area_id']), places());
}

async function copyOffers(
  client: Client,
  texts: SearchTexts,
  world: World,
  options: SeedOptions,
  progress: Progress,
): Promise<void> {
  const offers = makeOffers(randomFrom(options.seed, 2), world, options.offers);
  async function* chunks() {
    let done = 0;
    for await (const { text, count } of offerChunks(offers, texts, batchSize)) {
      yield text;
      progress.step('Offers', (done += count), options.offers);
    }
  }
  await copyRows(client, copyInto('offers', offerColumns), chunks());
}

/** Stores the vocabulary for correcting typos, as the service does in the background for other new offers. */
async function insertWords(client: Client, texts: SearchTexts): Promise<void> {
  await client.query(
    `INSERT INTO search_words (word, team_id)
       SELECT DISTINCT ON (word) word, provider
         FROM json_to_recordset($1) AS p (words text, provider uuid), unnest(string_to_array(words, ' ')) AS word
        WHERE length(word) BETWEEN 3 AND 40 AND word !~ '^[0-9]+$' ORDER BY word
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(texts.publicWords)],
  );
}

/**
 * Restores the indexes, keys and triggers. The triggers have not logged the offers, so readers of the change feed have
 * to start over.
 */
async function finish(client: Client, restore: Restore, progress: Progress): Promise<void> {
  for (const [index, sql] of restore.entries()) {
    await client.query(sql);
    progress.step('Indexes and keys', index + 1, restore.length);
  }
  if (restore.length === 0) return;
  await client.query('UPDATE catalog_changes_floor SET xid = pg_current_xact_id()');
  // All offers were assessed by these rules.
  await client.query('UPDATE assessment_rules SET digest = $1 WHERE digest IS NULL', [
    digestOfRules(builtInRuleSets),
  ]);
}
