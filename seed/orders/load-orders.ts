import type { Client, PoolClient } from 'pg';
import { readOrderableOffers } from '../../src/catalog/ordering/orderable-offers.js';
import type { Encryption } from '../../src/encryption/encryption.js';
import { ConnectionRunner } from '../../src/sql/connection-runner.js';
import { copyInto, copyRows } from '../../src/sql/copy.js';
import { PreparedStatements } from '../../src/sql/prepared-statements.js';
import { buildSettings, setAside } from '../bulk-load.js';
import type { Progress } from '../progress.js';
import { randomFrom } from '../random.js';
import { UsageError } from '../seed-options.js';
import type { SeedTeam } from '../seed-teams.js';
import { orderTables } from './order-rows.js';
import { makeOrders, type OrderedOffer } from './seed-order.js';

const batchSize = 500;
/** The number of different offers that are ordered. */
const maxOffers = 1000;

interface LoadOptions {
  count: number;
  seed: number;
  resellers: readonly SeedTeam[];
  encryption: Encryption;
}

/**
 * Stores orders in the client's transaction, table by table: each pass makes the same orders again, which takes less time
 * than keeping them.
 */
export async function loadOrders(
  client: Client,
  { count, seed, resellers, encryption }: LoadOptions,
  progress: Progress,
): Promise<void> {
  const buyers = resellers.filter(({ verified, suspended }) => verified && !suspended);
  const offers = await offersFor(client, buyers);
  if (offers.length === 0)
    throw new UsageError('There are no offers that can be ordered; use a higher --offers');
  const tables = orderTables(encryption);
  const restore = await prepare(
    client,
    tables.map(({ table }) => table),
  );
  for (const { table, columns, rowsOf } of tables) {
    function* chunks() {
      let [done, batch] = [0, ''];
      for (const order of makeOrders(randomFrom(seed, 3), { offers, resellers: buyers }, count)) {
        batch += rowsOf(order);
        done += 1;
        if (done % batchSize > 0 && done < count) continue;
        yield batch;
        batch = '';
        progress.step(labels[table] ?? table, done, count);
      }
    }
    await copyRows(client, copyInto(table, columns), chunks());
  }
  for (const [index, sql] of restore.entries()) {
    await client.query(sql);
    progress.step('Indexes of orders', index + 1, restore.length);
  }
}

const labels: Record<string, string> = {
  orders: 'Orders',
  order_items: 'Order items',
  order_item_history: 'Order history',
};

/** Returns offers that all of the resellers can see, each as the reseller sees it in the catalog. */
async function offersFor(client: Client, [reseller]: readonly SeedTeam[]): Promise<OrderedOffer[]> {
  if (!reseller) return [];
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM offers WHERE status = 'active' AND visibility = 'public' ORDER BY md5(id::text) LIMIT ${maxOffers}`,
  );
  const runner = new ConnectionRunner(client as unknown as PoolClient, new PreparedStatements());
  const ids = rows.map(({ id }) => id);
  const offers = await readOrderableOffers(
    runner,
    { id: reseller.id, verified: true, needsLicenses: false },
    ids,
    undefined,
    {
      lock: false,
    },
  );
  return offers.map((offer) => ({
    ...offer,
    providerName: (JSON.parse(offer.snapshot) as { providerName: string }).providerName,
  }));
}

/** Returns the definitions to restore after the load; empty if there are orders already. */
async function prepare(client: Client, tables: readonly string[]): Promise<string[]> {
  const { rowCount } = await client.query('SELECT FROM orders LIMIT 1');
  if (rowCount) return [];
  await client.query(buildSettings);
  const restore: string[] = [];
  for (const table of tables) restore.push(...(await setAside(client, table)));
  return restore;
}
