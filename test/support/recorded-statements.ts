import { DataSource } from 'typeorm';
import { currentScope } from '../../src/common/request/request-scope.js';
import type { Harness } from './harness.js';

export interface Statement {
  sql: string;
  parameters: unknown[];
}

/**
 * Runs the work and returns the SQL statements that the application sends for requests in the meantime, except those for
 * API keys and those of background jobs.
 */
export async function recordStatements(harness: Harness, work: () => Promise<unknown>): Promise<Statement[]> {
  const dataSource = harness.app.get(DataSource);
  const statements: Statement[] = [];
  const { logger } = dataSource;
  dataSource.logger = Object.assign(Object.create(logger) as typeof logger, {
    logQuery: (sql: string, parameters: unknown[] = []) =>
      void (!currentScope() || /access_epoch|api_keys/.test(sql) || statements.push({ sql, parameters })),
  });
  await work();
  dataSource.logger = logger;
  return statements;
}
