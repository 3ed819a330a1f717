import type { PoolClient } from 'pg';
import { copyBatch } from './copy.js';
import type { PreparedStatements } from './prepared-statements.js';
import type { CopyStatement, Statement } from './statement.js';
import type { RawRow, SqlRunner, WirePage } from './transaction.js';
import { RawQuery, type ResultLimits } from './wire/raw-query.js';
import type { WireRow } from './wire/wire-row.js';

/** Makes node-postgres return every value as the text that Postgres sent. */
const asText = { getTypeParser: () => (value: string) => value };

/** Runs prepared SQL on one connection. */
export class ConnectionRunner implements SqlRunner {
  constructor(
    private readonly client: PoolClient,
    private readonly statements: PreparedStatements,
  ) {}

  async rows(statement: Statement): Promise<RawRow[]> {
    const { text, values } = statement;
    const name = this.nameOf(statement) || undefined;
    const { rows } = await this.client.query<string[]>({
      text,
      values,
      name,
      rowMode: 'array',
      types: asText,
    });
    return rows;
  }

  async wireRows(statement: Statement): Promise<WireRow[]> {
    return (await this.wirePage(statement)).rows;
  }

  wirePage(statement: Statement, limits?: ResultLimits): Promise<WirePage> {
    const { text, values } = statement;
    return new RawQuery(text, values, this.nameOf(statement), limits).over(this.client);
  }

  copy({ text, rows }: CopyStatement): Promise<void> {
    return copyBatch(this.client, text, rows);
  }

  private nameOf({ text, replan }: Statement): string {
    return replan ? '' : this.statements.nameOn(this.client, text);
  }
}
