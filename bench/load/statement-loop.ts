import { Client } from 'pg';
import type { Statement } from '../../src/sql/statement.js';
import { throwIfInterrupted } from '../environment/interrupts.js';
import { cpuUs } from '../environment/process-usage.js';

export interface StatementLoopOptions {
  databaseUrl: string;
  /** The number of measured statements; a tenth of it runs before, as a warm-up. */
  count: number;
  postmaster?: number;
  /** Does the work that the statements left for later. It is part of the measurement. */
  finish(): Promise<unknown>;
}

/** The service's default pool size. */
const connections = 10;

/**
 * Runs statements from a loop on a few connections, prepared once on each, each in its own transaction. Each
 * connection runs every tenth statement.
 * @param statement returns the statement with an index; all must have the same text and must write one row
 * @returns the CPU time of Postgres in microseconds per statement; NaN if it cannot be measured
 * @throws Error if a statement fails or writes nothing
 */
export async function postgresUsPerStatement(
  statement: (index: number) => Statement,
  { databaseUrl, count, postmaster, finish }: StatementLoopOptions,
): Promise<number> {
  const clients = Array.from({ length: connections }, () => new Client({ connectionString: databaseUrl }));
  const runAll = (from: number, to: number) =>
    Promise.all(
      clients.map(async (client, offset) => {
        for (let index = from + offset; index < to; index += connections) {
          throwIfInterrupted();
          const { text, values } = statement(index);
          const { rowCount } = await client.query({ name: 'measured', text, values });
          if (rowCount !== 1) throw new Error(`The statement wrote ${rowCount} rows: ${text}`);
        }
      }),
    );
  const warmUp = Math.ceil(count / 10 / connections) * connections;
  try {
    await Promise.all(clients.map((client) => client.connect()));
    await runAll(0, warmUp);
    await finish();
    const before = cpuUs(postmaster);
    await runAll(warmUp, warmUp + count);
    await finish();
    return (cpuUs(postmaster) - before) / count;
  } finally {
    await Promise.allSettled(clients.map((client) => client.end()));
  }
}
