import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { CursorCodec, cursorScope, type CursorPosition } from '../../paging/cursor.js';
import { NotFound } from '../../common/errors.js';
import { isoTime, type JsonRowWriter } from '../../sql/wire/json-row-writer.js';
import type { ReserveMemory } from '../../paging/answer-budget.js';
import { boundedTotal, takePage, defaultLimit, type Page, type PageTotal } from '../../paging/page.js';
import { readWirePage } from '../../paging/wire-page.js';
import { Sql } from '../../sql/sql.js';
import type { WirePage } from '../../sql/transaction.js';
import type { WireRow } from '../../sql/wire/wire-row.js';
import { checkFilterCombinations, comparesAmounts } from './catalog-filters.js';
import type { ListCatalog } from './catalog-query.dto.js';
import { catalogETag, catalogOfferJson, comparedOfferJson, parseComparedOffer } from './catalog-json.js';
import { sortSegments, type Rank, type SortSegment } from './catalog-sort.js';
import {
  keyColumns,
  keyIndexes,
  rankedSearchPage,
  segmentPage,
  visibleOfferById,
  visibleOffersByIds,
  type PageRequest,
} from './catalog-page.query.js';
import { compare, type Comparison } from '../compare/compare.js';
import { countFacets, coversAll, maxFacetBytes, type FacetRow } from './facets.js';
import { countCatalogOffers, countLimit } from './matches.query.js';
import { CatalogSearch } from '../search/catalog-search.service.js';
import type { SearchQuery } from '../search/search-terms.js';
import { groupRanks, searchLimits, strategiesFor } from '../search/search-strategies.js';
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
    const { cursor, limit = defaultLimit, count, facets, ...asked } = given;
    const scope = cursorScope(
      `catalog ${reseller.id}`,
      comparesAmounts(asked) ? { ...asked, currency } : asked,
    );
    const [state, ...from] = cursor === undefined ? [] : this.cursors.decode(scope, cursor);
    let search = query.search === undefined ? undefined : await this.searches.start(query.search, state);
    const read = () => {
      const found = {
        json: view,
        wireOf: ({ row }: FoundRow) => row,
        otherBytes: facets && maxFacetBytes,
      };
      return readWirePage(reserve, found, (maxBytes) =>
        this.rows(reseller, query, search?.query, from, { view, limit: limit + 1, maxBytes }),
      );
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

  /**
   * Reads a page with one statement, or with several if the page spans segments of the sort order that are read
   * separately.
   */
  private async rows(
    reseller: Reseller,
    query: ListCatalog,
    search: SearchQuery | undefined,
    from: CursorPosition,
    { view, limit, maxBytes }: Pick<PageRequest, 'view' | 'limit'> & { maxBytes: number },
  ): Promise<{ rows: FoundRow[]; truncated: boolean; bytes: number }> {
    const found: FoundRow[] = [];
    let bytes = 0;
    const [start = '0'] = from;
    const groups = groupRanks(query, search, sortSegments(query, search), this.searchLimits);
    for (const group of groups) {
      if (found.length >= limit) break;
      if (group.every(({ index }) => index < Number(start))) continue;
      // A cursor position belongs to the first group that is read.
      const after = from.length > 0 && group.some(({ index }) => index === Number(start)) ? from : undefined;
      const request = { after, limit: limit - found.length, view };
      const page = await this.group(reseller, query, search, group, request, maxBytes - bytes);
      for (const { row } of page.rows) bytes += row.size;
      // A group returns its first row at any size, which belongs to the page only if the page is empty.
      const rows = bytes > maxBytes && found.length > 0 ? [] : page.rows;
      found.push(...rows);
      if (page.truncated || rows !== page.rows) return { rows: found, truncated: true, bytes };
    }
    return { rows: found, truncated: false, bytes };
  }

  private async group(
    reseller: Reseller,
    query: ListCatalog,
    search: SearchQuery | undefined,
    group: readonly Rank[],
    request: Omit<PageRequest, 'index'>,
    maxBytes: number,
  ): Promise<{ rows: FoundRow[]; truncated: boolean }> {
    const [first, ...others] = group;
    const { view } = request;
    const columns = keyColumns(group, view);
    if (search && others.length > 0) {
      const statement = rankedSearchPage(reseller, query, search, group, request);
      const { rows, truncated } = await this.sql.wirePage(statement, { maxRows: request.limit, maxBytes });
      const ranked = rows.flatMap((row) => {
        const number = Number(row.text(view.columnList.length + columns.length));
        const rank = group.find(({ index }) => index === number);
        return rank ? [{ row, columns, ...rank }] : [];
      });
      return { rows: ranked, truncated };
    }
    if (!first) return { rows: [], truncated: false };
    const { index, segment } = first;
    const page = await this.segment(reseller, query, search, segment, { ...request, index }, maxBytes);
    return { rows: page.rows.map((row) => ({ row, columns, index, segment })), truncated: page.truncated };
  }

  private async segment(
    reseller: Reseller,
    query: ListCatalog,
    search: SearchQuery | undefined,
    segment: SortSegment,
    request: PageRequest,
    maxBytes: number,
  ): Promise<WirePage> {
    let page: WirePage = { rows: [], truncated: false, bytes: 0 };
    for (const strategy of search ? strategiesFor(query, search, segment, this.searchLimits) : [undefined]) {
      const statement = segmentPage(reseller, query, search, { ...request, strategy });
      if (statement) page = await this.sql.wirePage(statement, { maxRows: request.limit, maxBytes });
      if (page.truncated || page.rows.length === request.limit) break;
    }
    return page;
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

interface FoundRow {
  row: WireRow;
  /** The columns of cursor positions, as `keyColumns` returns them. */
  columns: readonly string[];
  /** Number of the segment in the sort order. */
  index: number;
  segment: SortSegment;
}

/** Returns the cursor position after a row: the number of its segment and its sort keys. */
function positionOf({ row, columns, index, segment }: FoundRow, view: JsonRowWriter): CursorPosition {
  const keys = keyIndexes(segment, view, columns).map(([column, at]) => {
    const text = row.text(at);
    return column === 'o.created_at' ? isoTime(text ?? '') : text;
  });
  return [String(index), ...keys];
}
