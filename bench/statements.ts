import type { Client } from 'pg';
import type { DataSource } from 'typeorm';
import type { ListCatalog } from '../src/catalog/catalog-query.dto.js';
import { fewOffers, walkedOffers } from '../src/catalog/catalog.service.js';
import { stretchPage, type Statement } from '../src/catalog/catalog.query.js';
import type { SearchQuery } from '../src/catalog/search-terms.js';
import { SearchService } from '../src/catalog/search.service.js';

/** Runs a statement and answers its rows. */
export type Run<Row = Record<string, unknown>> = (statement: Statement) => Promise<Row[]>;

const numeric = /^(limit|min|max)/;

/** The parameters of a URL in the types that the service gives them. */
export const typedQuery = (query: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, numeric.test(name) ? Number(value) : value]),
  ) as ListCatalog;

/** What a search means, by the statements of the service. */
export function resolveSearch(search: string | undefined, run: Run): Promise<SearchQuery | undefined> {
  const source = { query: (text: string, values: unknown[] = []) => run({ text, values }) };
  return new SearchService(source as unknown as DataSource).resolve(search);
}

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
  const search = await resolveSearch(query.search, run);
  const limit = (query.limit ?? 50) + 1;
  const found: Row[] = [];
  for (let index = 0; found.length < limit; index += 1) {
    const place = { index, limit: limit - found.length };
    const whole = stretchPage(reseller, query, search, place);
    if (!whole) break;
    const many = search && search.atMost > fewOffers;
    const walk = many && stretchPage(reseller, query, search, { ...place, within: walkedOffers });
    const walked = walk ? await read(walk) : [];
    found.push(...(walked.length === place.limit ? walked : await read(whole)));
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
