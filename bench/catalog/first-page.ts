import type { Client } from 'pg';
import type { DataSource } from 'typeorm';
import type { ListCatalog } from '../../src/catalog/listing/catalog-query.dto.js';
import { catalogOfferJson } from '../../src/catalog/listing/catalog-json.js';
import { segmentPage } from '../../src/catalog/listing/catalog-page.query.js';
import type { Statement } from '../../src/sql/statement.js';

/** Runs a statement. @returns its rows */
export type RunStatement<Row = Record<string, unknown>> = (statement: Statement) => Promise<Row[]>;

const numeric = /^(limit|min|max)/;

/** Converts the query parameters of a URL to the types that the service gives them. */
export const typedQuery = (query: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, numeric.test(name) ? Number(value) : value]),
  ) as ListCatalog;

/** Imports the search on first use, so that the bare server does not load Nest and TypeORM at startup. */
async function loadSearch(run: RunStatement) {
  const [{ SearchService }, { strategiesFor }] = await Promise.all([
    import('../../src/catalog/search/search.service.js'),
    import('../../src/catalog/search/search-strategies.js'),
  ]);
  const source = { query: (text: string, values: unknown[] = []) => run({ text, values }) };
  return { search: new SearchService(source as unknown as DataSource), strategiesFor };
}
let searchModules: ReturnType<typeof loadSearch> | undefined;

/**
 * Reads the first page with the service's own statements. It has one row more than `limit` if a next page exists.
 * @param run runs the statements that a search needs in advance
 * @param readPage runs the statements of the page itself
 */
export async function firstPage<Row>(
  resellerId: string,
  query: ListCatalog,
  run: RunStatement,
  readPage: RunStatement<Row>,
): Promise<Row[]> {
  const reseller = { id: resellerId, verified: true };
  const searching = query.search === undefined ? undefined : await (searchModules ??= loadSearch(run));
  const search = query.search === undefined ? undefined : await searching?.search.parse(query.search);
  const limit = (query.limit ?? 50) + 1;
  const found: Row[] = [];
  for (let index = 0; found.length < limit; index += 1) {
    const request = { index, limit: limit - found.length, view: catalogOfferJson };
    let rows: Row[] | undefined;
    for (const strategy of (search && searching?.strategiesFor(query, search, index)) ?? [undefined]) {
      const statement = segmentPage(reseller, query, search, { ...request, strategy });
      rows = statement && (await readPage(statement));
      if (!rows || rows.length === request.limit) break;
    }
    if (!rows) break;
    found.push(...rows);
  }
  return found;
}

/** Returns the statements that the service sends for each of the pages. */
export async function pageStatements(
  client: Client,
  resellerId: string,
  queries: Record<string, string>[],
): Promise<Statement[][]> {
  const statements: Statement[][] = [];
  for (const query of queries) {
    const sent: Statement[] = [];
    const run: RunStatement = async (statement) => {
      sent.push(statement);
      return (await client.query<Record<string, unknown>>(statement.text, statement.values)).rows;
    };
    await firstPage(resellerId, typedQuery(query), run, run);
    statements.push(sent);
  }
  return statements;
}
