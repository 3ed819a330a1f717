import { Client } from 'pg';
import { storedColumns, storedNames } from '../../src/offers/offer-columns.js';
import { copyInto, copyRow, copyRows, type Cell } from '../../src/sql/copy.js';
import { postmasterOf } from '../environment/process-usage.js';
import { offerBody } from '../suite/request-bodies.js';
import type { Part } from './alternate.js';

/*
 * Compares ways to store 100 offers in one statement. The table has the columns of `offers` but not its indexes and
 * triggers, whose cost would be the same for all ways.
 */

type Column = readonly [name: (typeof storedNames)[number], column: string, type: string];
const columns: Column[] = storedNames.map((name) => [name, ...storedColumns[name]]);
const columnList = columns.map(([, column]) => column);

type Row = Record<(typeof storedNames)[number], unknown>;

const now = new Date();
const rowOf = (index: number): Row => ({
  ...offerBody,
  id: `0190c3de-0000-7000-8000-${String(index).padStart(12, '0')}`,
  teamId: '0190c3de-0000-7000-8000-000000000001',
  feed: null,
  sku: `BENCH-${index}`,
  monthlyPriceMinor: 5999n,
  currency: 'USD',
  introductory: null,
  monthlyFees: null,
  oneTimeFees: null,
  contract: null,
  taxes: null,
  pricing: {},
  version: 1,
  createdAt: now,
  updatedAt: now,
});
const rows = Array.from({ length: 100 }, (_, index) => rowOf(index));

function cellOf(value: unknown, type: string): Cell {
  if (value === null || value === undefined) return null;
  if (type === 'jsonb') return JSON.stringify(value);
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'bigint' ? value.toString() : (value as Cell);
}

const copyLines = () =>
  rows.map((row) => copyRow(columns.map(([name, , type]) => cellOf(row[name], type)))).join('');
const jsonRecords = () =>
  JSON.stringify(
    rows.map((row) =>
      Object.fromEntries(
        columns.map(([name, column]) => {
          const value = row[name];
          return [column, typeof value === 'bigint' ? value.toString() : value];
        }),
      ),
    ),
  );

const table = 'bench_offers';
const copyText = `SET LOCAL statement_timeout = 0; ${copyInto(table, columnList)}`;
const insertText = `INSERT INTO ${table} (${columnList.join(', ')}) SELECT ${columnList.join(', ')}
  FROM json_to_recordset($1::json) AS r (${columns.map(([, column, type]) => `${column} ${type}`).join(', ')})`;

export async function copy(url: string): Promise<Part> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(
    `DROP TABLE IF EXISTS ${table};
     CREATE UNLOGGED TABLE ${table} AS SELECT ${columnList.join(', ')} FROM offers WITH NO DATA`,
  );
  const repeat = async (count: number, work: () => Promise<unknown>) => {
    for (let index = 0; index < count; index += 1) await work();
    await client.query(`TRUNCATE ${table}`);
  };
  return {
    title: 'COPY: 100 offers',
    operation: '100 offers',
    batch: 5,
    postmaster: await postmasterOf(client),
    ways: [
      {
        name: 'COPY (src/sql/copy.ts, pg-copy-streams)',
        run: (count) => repeat(count, () => copyRows(client, copyText, [copyLines()])),
      },
      {
        name: 'INSERT from json_to_recordset()',
        run: (count) =>
          repeat(count, () => client.query({ name: 'insert', text: insertText, values: [jsonRecords()] })),
      },
    ],
    close: async () => {
      await client.query(`DROP TABLE ${table}`);
      await client.end();
    },
  };
}
