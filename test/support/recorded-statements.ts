import { DataSource } from 'typeorm';
import { currentScope } from '../../src/common/request/request-scope.js';
import { ConnectionRunner } from '../../src/sql/connection-runner.js';
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

/** Returns the number of statements that `Sql` sends for requests while the work is done, without those for API keys. */
export async function countSqlStatements(work: () => Promise<unknown>): Promise<number> {
  const { wirePage } = ConnectionRunner.prototype;
  let count = 0;
  ConnectionRunner.prototype.wirePage = function (statement, limits) {
    if (currentScope() && !/access_epoch|api_keys/.test(statement.text)) count += 1;
    return wirePage.call(this, statement, limits);
  };
  try {
    await work();
  } finally {
    ConnectionRunner.prototype.wirePage = wirePage;
  }
  return count;
}
