import type { PoolClient } from 'pg';
import { copyBatch } from './copy.js';
import type { Leased } from './pool/shared-transaction.js';
import type { PreparedStatements } from './prepared-statements.js';
import type { CopyStatement, Statement } from './statement.js';
import type { RawRow, SqlRunner, WirePage } from './transaction.js';
import { RawQuery, type ResultLimits } from './wire/raw-query.js';
import type { WireRow } from './wire/wire-row.js';

/** Runs prepared SQL on one connection. */
export class ConnectionRunner implements SqlRunner {
  constructor(
    private readonly client: PoolClient,
    private readonly statements: PreparedStatements,
  ) {}

  async rows(statement: Statement): Promise<RawRow[]> {
    return (await this.wirePage(statement)).rows.map((row) => row.texts());
  }

  async wireRows(statement: Statement): Promise<WireRow[]> {
    return (await this.wirePage(statement)).rows;
  }

  wirePage({ text, values, replan }: Statement, limits?: ResultLimits): Promise<WirePage> {
    // Behind a pooler, the next statement may run in a session that does not know the name.
    const isUnnamed = replan || (this.client as Leased).isPooled;
    const name = isUnnamed ? '' : this.statements.nameOn(this.client, text);
    return new RawQuery(text, values, name, limits).over(this.client);
  }

  copy({ text, rows }: CopyStatement): Promise<void> {
    return copyBatch(this.client, text, rows);
  }
}
