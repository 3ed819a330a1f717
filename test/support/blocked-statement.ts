import { DataSource, type EntityManager } from 'typeorm';
import type { Harness } from './harness.js';
import { until } from './until.js';

/**
 * Runs `first` in a transaction, starts `second`, and commits once a statement of `second` waits for a lock of the
 * transaction. Returns what `second` returns.
 */
export async function commitOnceBlocked<T>(
  harness: Harness,
  first: (manager: EntityManager) => Promise<unknown>,
  second: () => Promise<T>,
): Promise<T> {
  const dataSource = harness.app.get(DataSource);
  const blocked =
    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  let result: Promise<T> | undefined;
  await dataSource.transaction(async (manager) => {
    await first(manager);
    result = second();
    await until(async () => ((await dataSource.query(blocked)) as unknown[]).length > 0);
  });
  return result as Promise<T>;
}
