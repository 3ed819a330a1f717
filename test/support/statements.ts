import { DataSource } from 'typeorm';
import type { Harness } from './harness.js';

export interface Statement {
  sql: string;
  parameters: unknown[];
}

/** The statements that the application sends to its database meanwhile, but for those that look after keys. */
export async function statementsOf(harness: Harness, work: () => Promise<unknown>): Promise<Statement[]> {
  const dataSource = harness.app.get(DataSource);
  const statements: Statement[] = [];
  const { logger } = dataSource;
  dataSource.logger = Object.assign(Object.create(logger) as typeof logger, {
    logQuery: (sql: string, parameters: unknown[] = []) =>
      void (/access_epoch|api_keys/.test(sql) || statements.push({ sql, parameters })),
  });
  await work();
  dataSource.logger = logger;
  return statements;
}
