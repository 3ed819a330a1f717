import type { Client } from 'pg';
import type { DataSource } from 'typeorm';
import type { ListCatalog } from '../../src/catalog/listing/catalog-query.dto.js';
import { catalogOfferJson } from '../../src/catalog/listing/catalog-json.js';
import { rankedSearchPage, segmentPage } from '../../src/catalog/listing/catalog-page.query.js';
import { sortSegments } from '../../src/catalog/listing/catalog-sort.js';
import type { Statement } from '../../src/sql/statement.js';

/** Runs a statement. @returns its rows */
export type RunStatement<Row = Record<string, unknown>> = (statement: Statement) => Promise<Row[]>;

const numeric = /^(limit|min|max)/;

/** Converts the query parameters of a URL to the types that the service gives them. */
export const typedQuery = (query: Record<string, string>) =>
  Object.fromEntries(
    Object.entries({ currency: 'USD', ...query }).map(([name, value]) => [
      name,
      numeric.test(name) ? Number(value) : value,
    ]),
  ) as ListCatalog;

/** Imports the search on first use, so that the bare server does not load Nest and TypeORM at startup. */
async function loadSearch(run: RunStatement) {
  const [{ SearchService }, { groupRanks, ranksPhrases, strategiesFor }] = await Promise.all([
    import('../../src/catalog/search/search.service.js'),
    import('../../src/catalog/search/search-strategies.js'),
  ]);
  const source = { query: (text: string, values: unknown[] = []) => run({ text, values }) };
  const search = new SearchService(source as unknown as DataSource);
  return { search, groupRanks, ranksPhrases, strategiesFor };
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
  const reseller = { id: resellerId, verified: true, needsLicenses: false };
  const searching = query.search === undefined ? undefined : await (searchModules ??= loadSearch(run));
  const parsed = query.search === undefined ? undefined : await searching?.search.parse(query.search);
  const search = parsed && { ...parsed, phrase: searching?.ranksPhrases(parsed) ? parsed.phrase : undefined };
  const limit = (query.limit ?? 50) + 1;
  const segments = sortSegments(query, search);
  const groups =
    searching?.groupRanks(query, search, segments) ?? segments.map((segment, index) => [{ segment, index }]);
  const found: Row[] = [];
  for (const group of groups) {
    if (found.length >= limit) break;
    const [{ index, segment } = { index: 0, segment: segments[0] }, ...others] = group;
    if (search && others.length > 0) {
      const range = { limit: limit - found.length, view: catalogOfferJson };
      found.push(...(await readPage(rankedSearchPage(reseller, query, search, group, range))));
      continue;
    }
    if (!segment) break;
    const request = { index, limit: limit - found.length, view: catalogOfferJson };
    let rows: Row[] | undefined;
    for (const strategy of (search && searching?.strategiesFor(query, search, segment)) ?? [undefined]) {
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
