import { Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { RawQuery, type RawRow } from './raw-query.js';
import type { Statement } from './statement.js';

/** From its second use on a statement is prepared; those that come once would only fill the memory of Postgres. */
const usesBeforePrepared = 2;
/** A prepared statement takes some 50 KB in each connection. */
const maxPrepared = 200;
const maxKnown = 2000;

/** Where statements run: the pool, or one transaction. */
export interface Sql {
  rows(statement: Statement): Promise<RawRow[]>;
}

const ignore = () => undefined;

interface Shape {
  uses: number;
  name: string;
}

/**
 * Runs the statements of the query files: prepared, over the pool that TypeORM has too, rows as the text that Postgres
 * sent. It is for what is asked all day, where TypeORM would take most of the time: its statements are planned anew
 * each time, and it turns rows into objects only for them to be turned into text again. See JsonRow for the way out.
 */
@Injectable()
export class RawSql {
  private readonly shapes = new Map<string, Shape>();
  private prepared = 0;

  constructor(private readonly dataSource: DataSource) {}

  rows(statement: Statement): Promise<RawRow[]> {
    return this.run(this.pool, statement);
  }

  /** Runs the work in a transaction, which is rolled back when it throws. */
  async transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    // A connection that breaks tells it by its queries as well.
    client.on('error', ignore);
    try {
      await client.query('BEGIN');
      const result = await work({ rows: (statement) => this.run(client, statement) });
      await client.query('COMMIT');
      client.off('error', ignore);
      client.release();
      return result;
    } catch (cause) {
      // A connection that cannot roll back is of no more use.
      await client.query('ROLLBACK').then(
        () => client.off('error', ignore) && client.release(),
        (failure: Error) => client.release(failure),
      );
      throw cause;
    }
  }

  /** TypeORM types its driver loosely; with Postgres `master` is the pg pool. */
  private get pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }

  private async run(on: Pool | PoolClient, { text, values, varies }: Statement): Promise<RawRow[]> {
    const query = new RawQuery(text, values, varies ? '' : this.nameOf(text));
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
