import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { CursorCodec, cursorScope } from '../../paging/cursor.js';
import { NotFound } from '../../common/errors.js';
import type { JsonRowWriter } from '../../sql/wire/json-row-writer.js';
import type { ReserveMemory } from '../../paging/answer-budget.js';
import { boundedTotal, takePage, defaultLimit, type Page, type PageTotal } from '../../paging/page.js';
import { readWirePage } from '../../paging/wire-page.js';
import { Sql } from '../../sql/sql.js';
import type { WirePage } from '../../sql/transaction.js';
import type { WireRow } from '../../sql/wire/wire-row.js';
import { checkFilterCombinations, comparesAmounts } from './catalog-filters.js';
import type { ListCatalog } from './catalog-query.dto.js';
import { catalogETag, catalogOfferJson, comparedOfferJson, parseComparedOffer } from './catalog-json.js';
import { visibleOfferById, visibleOffersByIds } from './catalog-page.query.js';
import { compare, type Comparison } from '../compare/compare.js';
import { countFacets, coversAll, maxFacetBytes, type FacetRow } from '../facets/facets.js';
import { countCatalogOffers, countLimit } from './matches.query.js';
import { PageReader, positionOf, type FoundRow } from './page-reader.js';
import { CatalogSearch } from '../search/catalog-search.service.js';
import type { SearchQuery } from '../search/search-terms.js';
import { searchLimits } from '../search/search-strategies.js';
import type { CatalogReader, Reseller } from '../visibility.js';

/** A catalog page as rows of a JSON writer, with facets over the whole result if requested. */
export interface CatalogPage extends Page<WireRow> {
  /** Depends on the offers on the page, the cursor, the total and the facets. */
  etag: string;
  facets?: FacetRow[];
  /** Whether the facets count all matching offers. */
  facetsAreComplete?: boolean;
  /** Whether the answer can change with the vocabulary for corrections, not only with the offers. */
  dependsOnVocabulary: boolean;
}

/** Reads the offers of all providers as a reseller sees them. */
@Injectable()
export class CatalogService {
  /** Tests lower these limits, because their catalogs are small. */
  searchLimits = searchLimits;

  constructor(
    private readonly sql: Sql,
    private readonly dataSource: DataSource,
    private readonly searches: CatalogSearch,
    private readonly cursors: CursorCodec,
  ) {}

  /**
   * Returns a page as rows of `view`: `catalogOfferJson`, or `catalogOfferVersions` if only the ETag is
   * needed. A page of large offers ends early.
   * @throws ValidationFailed, DomainError INVALID_CURSOR, UNAVAILABLE
   */
  async list(
    reseller: CatalogReader,
    given: ListCatalog,
    reserve: ReserveMemory,
    view = catalogOfferJson,
  ): Promise<CatalogPage> {
    checkFilterCombinations(given);
    const currency = given.currency ?? reseller.currency;
    const query = { ...given, currency };
    const { cursor, limit = defaultLimit, count, facets, ...filters } = given;
    // The name changes with the ranks of a search, because a position is that of a row in one of them.
    const scope = cursorScope(
      `${query.search === undefined ? 'catalog' : 'search 2'} ${reseller.id}`,
      comparesAmounts(filters) ? { ...filters, currency } : filters,
    );
    const [state, ...from] = cursor === undefined ? [] : this.cursors.decode(scope, cursor);
    let search = query.search === undefined ? undefined : await this.searches.start(query.search, state);
    const found = { json: view, wireOf: ({ row }: FoundRow) => row, otherBytes: facets && maxFacetBytes };
    const read = () => {
      const asked = { reseller, query, search: search?.query, view };
      const reader = new PageReader(this.sql, asked, this.searchLimits);
      return readWirePage(reserve, found, (maxBytes) => reader.read(from, { limit: limit + 1, maxBytes }));
    };
    let page = await read();
    const dependsOnVocabulary = search !== undefined && page.rows.length === 0 && cursor === undefined;
    if (search && dependsOnVocabulary) {
      const corrected = await this.searches.correct(reseller, search);
      if (corrected) {
        search = corrected;
        page = await read();
      }
    }
    const { items: taken, last } = takePage(page.rows, limit, page.truncated);
    const items = taken.map(({ row }) => row);
    const next = last && this.cursors.encode(scope, [search?.state ?? null, ...positionOf(last, view)]);
    const total = count ? await this.count(reseller, query, search?.query) : undefined;
    const counts = facets && (await this.facets(reseller, query, search?.query));
    const facetsAreComplete = counts && coversAll(counts);
    return {
      items,
      next,
      ...total,
      facets: counts,
      facetsAreComplete,
      dependsOnVocabulary,
      etag: catalogETag(items, next, total, counts),
    };
  }

  /** Returns a row of `view`. @throws NotFound if the offer is unknown or not visible */
  async get(reseller: Reseller, id: string, view: JsonRowWriter = catalogOfferJson): Promise<WireRow> {
    const [row] = isUuid(id) ? await this.sql.wireRows(visibleOfferById(reseller, id, view)) : [];
    if (!row) throw new NotFound('Offer');
    return row;
  }

  /**
   * Returns the first of the offers that the reseller can see, as rows of `view` in the order of the IDs, up to a number
   * of bytes.
   */
  visiblePage(
    reseller: Reseller,
    ids: readonly string[],
    { view, maxBytes }: { view: JsonRowWriter; maxBytes: number },
  ): Promise<WirePage> {
    const statement = visibleOffersByIds(reseller, ids, view, { inOrder: true });
    return this.sql.wirePage(statement, { maxRows: ids.length, maxBytes });
  }

  /** Returns those of the offers that the reseller can see, as rows of `view` in no particular order. */
  visible(reseller: Reseller, ids: readonly string[], view: JsonRowWriter): Promise<WireRow[]> {
    return this.sql.wireRows(visibleOffersByIds(reseller, ids, view));
  }

  /** Compares offers, in the order of the IDs. @throws NotFound if one of them is unknown or not visible */
  async compare(reseller: Reseller, ids: readonly string[]): Promise<Comparison> {
    const found = await this.visible(reseller, ids, comparedOfferJson);
    const rows = new Map(
      found.map((row) => [
        row.text(comparedOfferJson.at('o.id')),
        parseComparedOffer(comparedOfferJson.toText(row)),
      ]),
    );
    return compare(
      ids.map((id) => {
        const row = rows.get(id.toLowerCase());
        if (!row) throw new NotFound(`Offer ${id}`);
        return row;
      }),
    );
  }

  private async count(reseller: Reseller, query: ListCatalog, search?: SearchQuery): Promise<PageTotal> {
    const [row] = await this.sql.rows(countCatalogOffers(reseller, query, search));
    return boundedTotal(Number(row?.[0]), countLimit);
  }

  private facets(reseller: Reseller, query: ListCatalog, search?: SearchQuery): Promise<FacetRow[]> {
    const { text, values } = countFacets(reseller, query, search, query.facets ?? []);
    return this.dataSource.query(text, values);
  }
}
