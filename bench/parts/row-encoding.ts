import { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { catalogOfferJson } from '../../src/catalog/listing/catalog-json.js';
import { Sql } from '../../src/sql/sql.js';
import type { Statement } from '../../src/sql/statement.js';
import { WireClient } from '../../src/sql/wire/wire-client.js';
import type { WireRow } from '../../src/sql/wire/wire-row.js';
import { pageStatements } from '../catalog/first-page.js';
import { factsOf } from '../catalog/catalog-cases.js';
import { withClient } from '../environment/databases.js';
import { postmasterOf } from '../environment/process-usage.js';
import { withPlainColumns } from '../subjects/bare/prepared.js';
import { catalogView, type CatalogRow } from '../subjects/bare/views.js';
import type { Part } from './alternate.js';

/*
 * Compares ways to produce a catalog page of 50 offers, from the statement to the bytes of the response. They differ in
 * how rows are read and how JSON is written; all use prepared statements.
 */

const query = { category: 'internet', minPrice: '20', maxPrice: '90', sortBy: 'price', limit: '49' };

/** Parses the texts of a row into the object that node-postgres would return. */
function parsedRow(row: WireRow): object {
  const texts = row.texts();
  return Object.fromEntries(
    catalogOfferJson.columnList.map((column, index) => {
      const text = texts[index] ?? null;
      return [
        column,
        text !== null && (text.startsWith('{') || text.startsWith('[')) ? JSON.parse(text) : text,
      ];
    }),
  );
}

export async function rowEncoding(url: string): Promise<Part> {
  const { statement, postmaster } = await withClient(url, async (client) => {
    const { busy } = await factsOf(client);
    const [[first] = []] = await pageStatements(client, busy, [query]);
    if (!first) throw new Error('No statement');
    return { statement: first, postmaster: await postmasterOf(client) };
  });
  const plain: Statement & { name: string } = {
    name: 'page',
    text: withPlainColumns(statement.text),
    values: statement.values,
  };
  const wirePool = new Pool({ connectionString: url, max: 1, Client: WireClient });
  const plainPool = new Pool({ connectionString: url, max: 1 });
  const sql = new Sql({ driver: { master: wirePool } } as unknown as DataSource);
  const sizes = new Set<number>();
  const repeat = async (count: number, page: () => Promise<Buffer>) => {
    for (let index = 0; index < count; index += 1) sizes.add((await page()).length);
  };
  return {
    title: 'Catalog page: rows to JSON',
    operation: 'one page of 50 offers',
    batch: 10,
    postmaster,
    ways: [
      {
        name: 'rows as bytes and JsonRowWriter',
        run: (count) =>
          repeat(count, async () => catalogOfferJson.writeList(await sql.wireRows(statement)).take()),
      },
      {
        name: 'rows as bytes, JSON.parse and JSON.stringify',
        run: (count) =>
          repeat(count, async () =>
            Buffer.from(JSON.stringify((await sql.wireRows(statement)).map(parsedRow))),
          ),
      },
      {
        name: 'node-postgres rows and JSON.stringify',
        run: (count) =>
          repeat(count, async () => {
            const { rows } = await plainPool.query<CatalogRow>(plain);
            return Buffer.from(JSON.stringify(rows.map(catalogView)));
          }),
      },
    ],
    close: async () => {
      await wirePool.end();
      await plainPool.end();
    },
  };
}
