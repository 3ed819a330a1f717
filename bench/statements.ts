import type { Client } from 'pg';
import type { DataSource } from 'typeorm';
import type { ListCatalog } from '../src/catalog/listing/catalog-query.dto.js';
import { catalogOfferJson } from '../src/catalog/listing/catalog-json.js';
import { segmentPage } from '../src/catalog/listing/catalog-page.query.js';
import type { Statement } from '../src/sql/statement.js';

/** Runs a statement and answers its rows. */
export type Run<Row = Record<string, unknown>> = (statement: Statement) => Promise<Row[]>;

const numeric = /^(limit|min|max)/;

/** The parameters of a URL in the types that the service gives them. */
export const typedQuery = (query: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, numeric.test(name) ? Number(value) : value]),
  ) as ListCatalog;

/** What a search needs comes with the first one, so that `bare` does not carry Nest and TypeORM from its start on. */
async function loadSearch(run: Run) {
  const [{ SearchService }, { strategiesFor }] = await Promise.all([
    import('../src/catalog/search/search.service.js'),
    import('../src/catalog/search/search-strategies.js'),
  ]);
  const source = { query: (text: string, values: unknown[] = []) => run({ text, values }) };
  return { search: new SearchService(source as unknown as DataSource), strategiesFor };
}
let loaded: ReturnType<typeof loadSearch> | undefined;

/**
 * The rows of the first page, with one row more than asked for when there is a next page, as the service reads them.
 * `run` is for what a search needs beforehand, `read` for the rows.
 */
export async function firstPage<Row>(
  resellerId: string,
  query: ListCatalog,
  run: Run,
  read: Run<Row>,
): Promise<Row[]> {
  const reseller = { id: resellerId, verified: true };
  const searching = query.search === undefined ? undefined : await (loaded ??= loadSearch(run));
  const search = await searching?.search.parse(query.search);
  const limit = (query.limit ?? 50) + 1;
  const found: Row[] = [];
  for (let index = 0; found.length < limit; index += 1) {
    const place = { index, limit: limit - found.length, view: catalogOfferJson };
    let rows: Row[] | undefined;
    for (const way of (search && searching?.strategiesFor(query, search, index)) ?? [undefined]) {
      const page = segmentPage(reseller, query, search, { ...place, strategy: way });
      rows = page && (await read(page));
      if (!rows || rows.length === place.limit) break;
    }
    if (!rows) break;
    found.push(...rows);
  }
  return found;
}

/** The statements that the service sends for each of the pages. */
export async function pageStatements(
  client: Client,
  resellerId: string,
  queries: Record<string, string>[],
): Promise<Statement[][]> {
  const all: Statement[][] = [];
  for (const query of queries) {
    const sent: Statement[] = [];
    const run: Run = async (statement) => {
      sent.push(statement);
      return (await client.query<Record<string, unknown>>(statement.text, statement.values)).rows;
    };
    await firstPage(resellerId, typedQuery(query), run, run);
    all.push(sent);
  }
  return all;
}
