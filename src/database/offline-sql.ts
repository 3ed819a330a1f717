import { DataSource } from 'typeorm';
import { fairDriver } from '../sql/pool/fair-pool.js';
import { Sql } from '../sql/sql.js';
import { openUnlimitedSession } from './session.js';

const answerTimeoutMs = 10_000;

/**
 * Runs `work` with connections of its own, whose statements take as long as they take: for commands, and for work before
 * the service is listening.
 */
export async function withOfflineSql<T>(url: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    applicationName: 'offerdock command',
    synchronize: false,
    poolSize: 2,
    connectTimeoutMS: answerTimeoutMs,
    driver: fairDriver,
    extra: { keepAlive: true, answerTimeoutMs, onConnect: openUnlimitedSession },
  });
  await dataSource.initialize();
  try {
    return await work(new Sql(dataSource));
  } finally {
    await dataSource.destroy();
  }
}
