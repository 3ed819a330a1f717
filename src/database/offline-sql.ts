import { DataSource } from 'typeorm';
import { fairDriver } from '../sql/pool/fair-pool.js';
import { Sql } from '../sql/sql.js';
import type { Config } from '../config/config.js';
import { unlimitedSessions } from './session.js';

const answerTimeoutMs = 10_000;

/**
 * Runs `work` with connections of its own, whose statements take as long as they take: for commands, and for work before
 * the service is listening.
 */
export async function withOfflineSql<T>(
  url: string,
  pooler: Config['databasePooler'],
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    applicationName: 'offerdock command',
    synchronize: false,
    poolSize: 2,
    connectTimeoutMS: answerTimeoutMs,
    driver: fairDriver,
    extra: { keepAlive: true, answerTimeoutMs, ...unlimitedSessions(pooler) },
  });
  await dataSource.initialize();
  try {
    return await work(new Sql(dataSource));
  } finally {
    await dataSource.destroy();
  }
}
