import { Injectable } from '@nestjs/common';
import { DatabaseError, type Client, type Pool, type PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { copyRows } from './copy.js';
import { DomainError } from '../common/errors.js';
import { RawQuery, type RawRow } from './wire/raw-query.js';
import type { CopyStatement, Statement } from './statement.js';
import type { WireRow } from './wire/wire-row.js';

/** From its second use on a statement is prepared; those that come once would only fill the memory of Postgres. */
const usesBeforePrepared = 2;
/** A prepared statement takes some 50 KB in each connection. */
const maxPrepared = 200;
const maxKnown = 2000;

/** Where statements run: the pool, or one transaction. */
export interface Sql {
  /** The texts of the rows. */
  rows(statement: Statement): Promise<RawRow[]>;
  /** Rows that a JsonRow makes objects of. */
  wireRows(statement: Statement): Promise<WireRow[]>;
  /** All of the rows, or none. */
  copy(statement: CopyStatement): Promise<void>;
}

const ignore = () => undefined;
const copyOn = (client: PoolClient, { text, rows }: CopyStatement) => copyRows(client, text, [rows]);
const textsOf = (rows: WireRow[]) => rows.map((row) => row.texts());

interface Shape {
  uses: number;
  name: string;
}

/**
 * Runs the statements of the query files: prepared, over the pool that TypeORM has too, rows as Postgres sent them. It
 * is for what is asked all day, where TypeORM would take most of the time: its statements are planned anew each time,
 * and it turns rows into objects only for them to be turned into text again. See JsonRow for the way out.
 */
@Injectable()
export class RawSql implements Sql {
  private readonly shapes = new Map<string, Shape>();
  private prepared = 0;
  /** Connections on which something runs. */
  private readonly busy = new Set<PoolClient>();

  constructor(private readonly dataSource: DataSource) {}

  async rows(statement: Statement): Promise<RawRow[]> {
    return textsOf(await this.wireRows(statement));
  }

  wireRows(statement: Statement): Promise<WireRow[]> {
    return this.onConnection((client) => this.run(client, statement));
  }

  copy(statement: CopyStatement): Promise<void> {
    return this.onConnection((client) => copyOn(client, statement));
  }

  /** Runs the work in a transaction, which is rolled back when it throws. */
  transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    return this.onConnection(async (client) => {
      await client.query('BEGIN');
      try {
        const wireRows = (statement: Statement) => this.run(client, statement);
        const result = await work({
          wireRows,
          rows: async (statement) => textsOf(await wireRows(statement)),
          copy: (statement) => copyOn(client, statement),
        });
        await client.query('COMMIT');
        return result;
      } catch (cause) {
        await client.query('ROLLBACK');
        throw cause;
      }
    });
  }

  /** Breaks off what still runs: nobody waits for it any more, and the pool could not end before it. */
  cutOff(): void {
    for (const client of this.busy) void (client as unknown as Client).end();
  }

  private async onConnection<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    this.busy.add(client);
    // A connection that breaks tells it by its queries as well.
    client.on('error', ignore);
    let failure: unknown;
    try {
      return await work(client);
    } catch (cause) {
      failure = cause;
      throw cause;
    } finally {
      client.off('error', ignore);
      this.busy.delete(client);
      // After what Postgres refuses the connection is as good as before; after anything else nobody knows.
      client.release(
        failure !== undefined && !(failure instanceof DatabaseError || failure instanceof DomainError),
      );
    }
  }

  /** TypeORM types its driver loosely; with Postgres `master` is the pg pool. */
  private get pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }

  private async run(on: PoolClient, { text, values, replan }: Statement): Promise<WireRow[]> {
    const query = new RawQuery(text, values, replan ? '' : this.nameOf(text));
    await query.over(on);
    return query.rows;
  }

  /** The name that the statement is prepared under; empty while it is not. */
  private nameOf(text: string): string {
    const shape = this.shapes.get(text);
    if (!shape) {
      if (this.shapes.size >= maxKnown) this.forgetUnprepared();
      this.shapes.set(text, { uses: 1, name: '' });
      return '';
    }
    shape.uses += 1;
    if (shape.name === '' && shape.uses >= usesBeforePrepared && this.prepared < maxPrepared)
      shape.name = `offerdock_${(this.prepared += 1)}`;
    return shape.name;
  }

  private forgetUnprepared(): void {
    for (const [text, { name }] of this.shapes) if (name === '') this.shapes.delete(text);
  }
}
