import { Injectable } from '@nestjs/common';
import { DatabaseError, type Client, type Pool, type PoolClient, type QueryResult } from 'pg';
import { DataSource } from 'typeorm';
import { isTransactionConflict } from '../common/database/failures.js';
import { DomainError } from '../common/errors.js';
import { ClientLeft } from '../common/request/client-left.js';
import { ConnectionRunner } from './connection-runner.js';
import { repeatOnConflict } from './repeat-on-conflict.js';
import { withExistingId } from './duplicate.js';
import type { CopyStatement, Statement } from './statement.js';
import { SharedTransaction, type Leased } from './pool/shared-transaction.js';
import { PreparedStatements } from './prepared-statements.js';
import {
  runTransaction,
  type RawRow,
  type SqlRunner,
  type Transaction,
  type WirePage,
} from './transaction.js';
import type { ResultLimits } from './wire/raw-query.js';
import { isFinal, type WireClient } from './wire/wire-client.js';
import type { WireRow } from './wire/wire-row.js';

const jobSettings = `SET LOCAL statement_timeout = '10min'; SET LOCAL lock_timeout = '10min';
  SET LOCAL idle_in_transaction_session_timeout = '10min'`;
/** After this time, the connection of a job is closed; Postgres cancels the statement before. */
const jobLimitMs = 601_000;

/**
 * Runs prepared SQL over the connection pool of TypeORM, and transactions that can use both. Hot reads go through here:
 * TypeORM has Postgres plan each statement again, and turns rows into objects that would only become text again.
 */
@Injectable()
export class Sql implements SqlRunner {
  private readonly statements = new PreparedStatements();
  /** Connections with a running statement or transaction. */
  private readonly busy = new Set<PoolClient>();
  /** Connections of transactions that span a request. */
  private readonly shared = new Set<PoolClient>();

  constructor(private readonly dataSource: DataSource) {}

  rows(statement: Statement): Promise<RawRow[]> {
    return this.onConnection((runner) => runner.rows(statement));
  }

  wireRows(statement: Statement): Promise<WireRow[]> {
    return this.onConnection((runner) => runner.wireRows(statement));
  }

  wirePage(statement: Statement, limits: ResultLimits): Promise<WirePage> {
    return this.onConnection((runner) => runner.wirePage(statement, limits));
  }

  copy(statement: CopyStatement): Promise<void> {
    return this.onConnection((runner) => runner.copy(statement));
  }

  /**
   * Runs `work` in one transaction, which is rolled back when `work` throws. `work` runs again after a deadlock, so
   * it must change nothing outside of the transaction. A Duplicate names the existing object.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return repeatOnConflict(() => this.transactionOnce(work));
  }

  private async transactionOnce<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    let connection: PoolClient | undefined;
    const run = (tx: Transaction, client: PoolClient) => {
      this.busy.add((connection = client));
      return work(tx);
    };
    try {
      return await runTransaction(this.dataSource, (client) => this.runnerOn(client), run);
    } catch (cause) {
      throw await withExistingId(this, cause);
    } finally {
      // Only now, because a COMMIT can hang as well.
      if (connection) this.busy.delete(connection);
    }
  }

  /**
   * Begins a transaction for the current request. While it is the `transaction` of the request's scope, everything that
   * the request does joins it. The caller must end it.
   * @param opening statements without parameters that follow BEGIN, all sent at once
   * @returns the transaction, and the rows of each of these statements
   */
  async openShared(
    opening: readonly string[],
  ): Promise<{ transaction: SharedTransaction; results: unknown[][] }> {
    const client = (await this.pool.connect()) as Leased;
    this.shared.add(client);
    const end = () => void this.shared.delete(client);
    try {
      const statements = ['BEGIN', ...opening].join('; ');
      const [, ...results] = (await client.query(statements)) as unknown as QueryResult<object>[];
      const transaction = new SharedTransaction(client, this.runnerOn(client), end);
      return { transaction, results: results.map(({ rows }) => rows) };
    } catch (cause) {
      end();
      client.release(true);
      throw cause;
    }
  }

  /** Runs a background job in one transaction, whose statements have ten minutes each. */
  job<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.transaction(async (tx) => {
      const client = (await tx.manager.queryRunner?.connect()) as WireClient;
      client.statementLimitMs = jobLimitMs;
      await tx.manager.query(jobSettings);
      return work(tx);
    });
  }

  /** Closes the connections that are still busy at shutdown: the pool cannot end before they do. */
  cutOff(): void {
    for (const client of new Set([...this.busy, ...this.shared])) void (client as unknown as Client).end();
  }

  /**
   * Runs `work` on one connection, which takes less than to get one for each statement, but in no transaction.
   * @param work runs again after a conflict, so all of its statements but the last only read
   */
  async onConnection<T>(
    work: (runner: SqlRunner) => Promise<T>,
    { repeats } = { repeats: true },
  ): Promise<T> {
    const client = await this.pool.connect();
    this.busy.add(client);
    let failure: unknown;
    try {
      return await work(this.runnerOn(client));
    } catch (cause) {
      failure = cause;
      if (!repeats || !isTransactionConflict(cause)) throw cause;
    } finally {
      this.busy.delete(client);
      client.release(failure !== undefined && !isHarmless(failure));
    }
    return repeatOnConflict(() => this.onConnection(work, { repeats: false }), 1);
  }

  private runnerOn(client: PoolClient): ConnectionRunner {
    return new ConnectionRunner(client, this.statements);
  }

  /** TypeORM types its driver loosely; for Postgres, `master` is the pool of node-postgres. */
  private get pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }
}

/**
 * Returns whether the connection is reusable: after an error that Postgres reported, unless it ends the connection, or
 * if the statement was not sent. After any other error, the state of the connection is unknown.
 */
const isHarmless = (failure: unknown): boolean =>
  failure instanceof DatabaseError
    ? !isFinal(failure.code)
    : failure instanceof DomainError || failure instanceof ClientLeft;
