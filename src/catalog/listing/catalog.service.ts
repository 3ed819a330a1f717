import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { CursorCodec, cursorScope, type CursorPosition } from '../../paging/cursor.js';
import { NotFound } from '../../common/errors.js';
import { contentETag } from '../../http/etag.js';
import { isoTime, type JsonRowWriter } from '../../sql/wire/json-row-writer.js';
import { takePage, defaultLimit, type Page } from '../../paging/page.js';
import { Sql } from '../../sql/sql.js';
import type { WireRow } from '../../sql/wire/wire-row.js';
import { checkFilterCombinations } from './catalog-filters.js';
import type { ListCatalog } from './catalog-query.dto.js';
import { parseCatalogOffer, catalogOfferJson } from './catalog-json.js';
import { sortOf } from './catalog-sort.js';
import {
  countCatalogOffers,
  segmentPage,
  visibleOffersByIds,
  type PageRequest,
} from './catalog-page.query.js';
import { compare, type Comparison } from '../compare/compare.js';
import { countFacets, type FacetRow } from './facets.js';
import type { SearchQuery } from '../search/search-terms.js';
import { searchLimits, strategiesFor } from '../search/search-strategies.js';
import { SearchService } from '../search/search.service.js';
import type { Reseller } from '../visibility.js';

/** A catalog page as rows of a JSON writer, with facets over the whole result if requested. */
export interface CatalogPage extends Page<WireRow> {
  /** Depends on the offers on the page, the cursor, the total and the facets. */
  etag: string;
  facets?: FacetRow[];
}

/** Reads the offers of all providers as a reseller sees them. */
@Injectable()
export class CatalogService {
  /** Tests lower these limits, because their catalogs are small. */
  searchLimits = searchLimits;

  constructor(
    private readonly sql: Sql,
    private readonly dataSource: DataSource,
    private readonly search: SearchService,
    private readonly cursors: CursorCodec,
  ) {}

  /**
   * Returns a page as rows of `view`: `catalogOfferJson`, or `catalogOfferVersions` if only the ETag is
   * needed.
   * @throws ValidationFailed, DomainError INVALID_CURSOR
   */
  async list(reseller: Reseller, query: ListCatalog, view = catalogOfferJson): Promise<CatalogPage> {
    checkFilterCombinations(query);
    const { cursor, limit = defaultLimit, count, facets, ...asked } = query;
    const scope = cursorScope('catalog', asked);
    const [tsquery, ...from] = cursor === undefined ? [] : this.cursors.decode(scope, cursor);
    // Later pages repeat the query of the first page, even if a typo has become a known word in the meantime.
    const search =
      query.search === undefined
        ? undefined
        : await (typeof tsquery === 'string'
            ? this.search.withSize(tsquery)
            : this.search.parse(query.search));
    const rows = await this.rows(reseller, query, search, from, { view, limit: limit + 1 });
    const { items: found, last } = takePage(rows, limit);
    const items = found.map(({ row }) => row);
    const next =
      last && this.cursors.encode(scope, [search?.tsquery ?? null, ...positionOf(query, last, view)]);
    const total = count ? await this.count(reseller, query, search) : undefined;
    const counts = facets && (await this.facets(reseller, query, search));
    const versions = items.map((row) => versionOf(row, view));
    return { items, next, total, facets: counts, etag: contentETag([versions, next, total, counts]) };
  }

  /** Returns a row of `view`. @throws NotFound if the offer is unknown or not visible */
  async get(reseller: Reseller, id: string, view: JsonRowWriter = catalogOfferJson): Promise<WireRow> {
    const [row] = isUuid(id) ? await this.sql.wireRows(visibleOffersByIds(reseller, [id], view)) : [];
    if (!row) throw new NotFound('Offer');
    return row;
  }

  /** Returns those of the offers that the reseller can see, as rows of `view` in no particular order. */
  visible(reseller: Reseller, ids: readonly string[], view: JsonRowWriter): Promise<WireRow[]> {
    return this.sql.wireRows(visibleOffersByIds(reseller, ids, view));
  }

  /** Compares offers, in the order of the IDs. @throws NotFound if one of them is unknown or not visible */
  async compare(reseller: Reseller, ids: readonly string[]): Promise<Comparison> {
    const found = await this.visible(reseller, ids, catalogOfferJson);
    const rows = new Map(
      found.map((row) => [
        row.text(catalogOfferJson.at('o.id')),
        parseCatalogOffer(catalogOfferJson.toText(row)),
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

  /** Reads a page with one statement, or with several if the page spans two segments of the sort order. */
  private async rows(
    reseller: Reseller,
    query: ListCatalog,
    search: SearchQuery | undefined,
    from: CursorPosition,
    { view, limit }: Pick<PageRequest, 'view' | 'limit'>,
  ): Promise<FoundRow[]> {
    const found: FoundRow[] = [];
    let after = from.length > 0 ? from : undefined;
    for (let index = Number(from[0] ?? 0); found.length < limit; index += 1) {
      const request = { index, after, limit: limit - found.length, view };
      const rows = await this.segment(reseller, query, search, request);
      if (!rows) break;
      found.push(...rows.map((row) => ({ row, index })));
      after = undefined;
    }
    return found;
  }

  private async segment(
    reseller: Reseller,
    query: ListCatalog,
    search: SearchQuery | undefined,
    request: PageRequest,
  ): Promise<WireRow[] | undefined> {
    let rows: WireRow[] | undefined;
    for (const strategy of search
      ? strategiesFor(query, search, request.index, this.searchLimits)
      : [undefined]) {
      const statement = segmentPage(reseller, query, search, { ...request, strategy });
      rows = statement && (await this.sql.wireRows(statement));
      if (!rows || rows.length === request.limit) break;
    }
    return rows;
  }

  private async count(reseller: Reseller, query: ListCatalog, search?: SearchQuery): Promise<number> {
    const [row] = await this.sql.rows(countCatalogOffers(reseller, query, search));
    return Number(row?.[0]);
  }

  private facets(reseller: Reseller, query: ListCatalog, search?: SearchQuery): Promise<FacetRow[]> {
    const { text, values } = countFacets(reseller, query, search, query.facets ?? []);
    return this.dataSource.query(text, values);
  }
}

interface FoundRow {
  row: WireRow;
  /** Number of the segment in the sort order. */
  index: number;
}

/** Returns a text that changes whenever the offer or its provider changes. */
const versionOf = (row: WireRow, view: JsonRowWriter) =>
  `${row.text(view.at('o.id'))} ${row.text(view.at('o.version'))} ${row.text(view.at('p.version'))}`;

/** Returns the cursor position after a row: its segment and sort keys. */
function positionOf(query: ListCatalog, { row, index }: FoundRow, view: JsonRowWriter): CursorPosition {
  const at = (column: string) => row.text(view.at(column));
  const segment = String(index);
  switch (sortOf(query).key) {
    case 'name':
      return [segment, at('o.name_key'), at('o.id')];
    case 'price':
      return at('o.price_key') === null ? [segment, at('o.id')] : [segment, at('o.price_key'), at('o.id')];
    case 'provider':
      return [segment, at('p.name_key'), at('o.team_id'), at('o.id')];
    default:
      return [segment, isoTime(at('o.created_at') ?? ''), at('o.id')];
  }
}
