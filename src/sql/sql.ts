import { Injectable } from '@nestjs/common';
import { DatabaseError, type Client, type Pool, type PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { DomainError } from '../common/errors.js';
import { copyRows } from './copy.js';
import type { CopyStatement, Statement } from './statement.js';
import type { SqlRunner, Transaction } from './transaction.js';
import { RawQuery, type RawRow } from './wire/raw-query.js';
import type { WireRow } from './wire/wire-row.js';

/**
 * A statement is prepared from its second use on, because one that is used only once would waste Postgres'
 * memory.
 */
const usesBeforePrepared = 2;
/** A prepared statement takes about 50 KB of memory in each connection. */
const maxPrepared = 200;
const maxKnown = 2000;

const ignore = () => undefined;

interface KnownStatement {
  uses: number;
  name: string;
}

/**
 * Runs prepared SQL on TypeORM's connection pool, and transactions that can use both. Frequent reads use this
 * class, because TypeORM has Postgres plan each statement again, and converts rows to objects that would only
 * be converted back to text.
 */
@Injectable()
export class Sql implements SqlRunner {
  private readonly known = new Map<string, KnownStatement>();
  private prepared = 0;
  /** Connections with a running statement or transaction. */
  private readonly busy = new Set<PoolClient>();

  constructor(private readonly dataSource: DataSource) {}

  rows(statement: Statement): Promise<RawRow[]> {
    return this.onConnection((runner) => runner.rows(statement));
  }

  wireRows(statement: Statement): Promise<WireRow[]> {
    return this.onConnection((runner) => runner.wireRows(statement));
  }

  copy(statement: CopyStatement): Promise<void> {
    return this.onConnection((runner) => runner.copy(statement));
  }

  /** Runs `work` in one transaction, which is rolled back if `work` throws. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      const client = (await manager.queryRunner?.connect()) as PoolClient;
      this.busy.add(client);
      try {
        return await work({ manager, ...this.runnerOn(client) });
      } finally {
        this.busy.delete(client);
      }
    });
  }

  /** Closes the connections that are still busy at shutdown, because the pool cannot end before they do. */
  cutOff(): void {
    for (const client of this.busy) void (client as unknown as Client).end();
  }

  private async onConnection<T>(work: (runner: SqlRunner) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    this.busy.add(client);
    // If a connection breaks, its query also fails.
    client.on('error', ignore);
    let failure: unknown;
    try {
      return await work(this.runnerOn(client));
    } catch (cause) {
      failure = cause;
      throw cause;
    } finally {
      client.off('error', ignore);
      this.busy.delete(client);
      // A connection is reusable after an error that Postgres reported; after any other error, its state is
      // unknown.
      client.release(
        failure !== undefined && !(failure instanceof DatabaseError || failure instanceof DomainError),
      );
    }
  }

  private runnerOn(client: PoolClient): SqlRunner {
    const wireRows = async ({ text, values, replan }: Statement) => {
      const query = new RawQuery(text, values, replan ? '' : this.nameOf(text));
      await query.over(client);
      return query.rows;
    };
    return {
      wireRows,
      rows: async (statement) => (await wireRows(statement)).map((row) => row.texts()),
      copy: ({ text, rows }) => copyRows(client, text, [rows]),
    };
  }

  /**
   * Returns the pool of node-postgres. TypeORM types its driver loosely; for Postgres, the pool is `master`.
   */
  private get pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }

  /** Returns the name under which the statement is prepared; an empty string if it is not prepared. */
  private nameOf(text: string): string {
    const statement = this.known.get(text);
    if (!statement) {
      if (this.known.size >= maxKnown) this.forgetUnprepared();
      this.known.set(text, { uses: 1, name: '' });
      return '';
    }
    statement.uses += 1;
    if (statement.name === '' && statement.uses >= usesBeforePrepared && this.prepared < maxPrepared)
      statement.name = `offerdock_${(this.prepared += 1)}`;
    return statement.name;
  }

  private forgetUnprepared(): void {
    for (const [text, { name }] of this.known) if (name === '') this.known.delete(text);
  }
}
