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
import { requireSound } from './catalog-filters.js';
import type { ListCatalog } from './catalog-query.dto.js';
import { parseCatalogOffer, shownOffer } from './catalog-row.js';
import { sortOf } from './catalog-sort.js';
import { countOffers, segmentPage, visibleOffers, type PageRequest } from './catalog-page.query.js';
import { compare, type Comparison } from '../compare/compare.js';
import { countFacets, type FacetRow } from './facets.js';
import type { SearchQuery } from '../search/search-terms.js';
import { searchWidths, waysOf } from '../search/search-strategies.js';
import { SearchService } from '../search/search.service.js';
import type { Reseller } from '../visibility.js';

/** A page of the catalog as rows of a view, with counts over the whole result where they were asked for. */
export interface CatalogPage extends Page<WireRow> {
  /** Changes with anything on the page, the cursor, the total and the counts. */
  etag: string;
  facets?: FacetRow[];
}

/** The reseller's read view over the offers of all providers. */
@Injectable()
export class CatalogService {
  /** Tests narrow them: their worlds are small. */
  widths = searchWidths;

  constructor(
    private readonly sql: Sql,
    private readonly dataSource: DataSource,
    private readonly search: SearchService,
    private readonly cursors: CursorCodec,
  ) {}

  /**
   * A page, read as `view`: whole offers, or no more than the tag takes.
   * @throws ValidationFailed, DomainError INVALID_CURSOR
   */
  async list(reseller: Reseller, query: ListCatalog, view = shownOffer): Promise<CatalogPage> {
    requireSound(query);
    const { cursor, limit = defaultLimit, count, facets, ...asked } = query;
    const scope = cursorScope('catalog', asked);
    const [tsquery, ...from] = cursor === undefined ? [] : this.cursors.decode(scope, cursor);
    // Later pages look for what the first one looked for, even if a typo has become a word in the meantime.
    const search = await (typeof tsquery === 'string'
      ? this.search.resume(tsquery)
      : this.search.resolve(query.search));
    const rows = await this.rows(reseller, query, search, from, { view, limit: limit + 1 });
    const { items: placed, last } = takePage(rows, limit);
    const items = placed.map(({ row }) => row);
    const next =
      last && this.cursors.encode(scope, [search?.tsquery ?? null, ...positionOf(query, last, view)]);
    const total = count ? await this.count(reseller, query, search) : undefined;
    const counts = facets && (await this.facets(reseller, query, search));
    const versions = items.map((row) => versionOf(row, view));
    return { items, next, total, facets: counts, etag: contentETag([versions, next, total, counts]) };
  }

  /** @throws NotFound for an offer that is unknown or not to be seen */
  async get(reseller: Reseller, id: string, view: JsonRowWriter = shownOffer): Promise<WireRow> {
    const [row] = isUuid(id) ? await this.sql.wireRows(visibleOffers(reseller, [id], view)) : [];
    if (!row) throw new NotFound('Offer');
    return row;
  }

  /** Those of the offers that the reseller may see, read as `view`, in no order. */
  visible(reseller: Reseller, ids: readonly string[], view: JsonRowWriter): Promise<WireRow[]> {
    return this.sql.wireRows(visibleOffers(reseller, ids, view));
  }

  /** Offers side by side, in the order asked for. @throws NotFound when one of them is unknown or not to be seen */
  async compare(reseller: Reseller, ids: readonly string[]): Promise<Comparison> {
    const found = await this.visible(reseller, ids, shownOffer);
    const rows = new Map(
      found.map((row) => [row.text(shownOffer.at('o.id')), parseCatalogOffer(shownOffer.text(row))]),
    );
    return compare(
      ids.map((id) => {
        const row = rows.get(id.toLowerCase());
        if (!row) throw new NotFound(`Offer ${id}`);
        return row;
      }),
    );
  }

  /** One statement, or more where a page reaches over from one stretch of the sort to the next. */
  private async rows(
    reseller: Reseller,
    query: ListCatalog,
    search: SearchQuery | undefined,
    from: CursorPosition,
    { view, limit }: Pick<PageRequest, 'view' | 'limit'>,
  ): Promise<PlacedRow[]> {
    const found: PlacedRow[] = [];
    let after = from.length > 0 ? from : undefined;
    for (let index = Number(from[0] ?? 0); found.length < limit; index += 1) {
      const place = { index, after, limit: limit - found.length, view };
      const rows = await this.stretch(reseller, query, search, place);
      if (!rows) break;
      found.push(...rows.map((row) => ({ row, index })));
      after = undefined;
    }
    return found;
  }

  private async stretch(
    reseller: Reseller,
    query: ListCatalog,
    search: SearchQuery | undefined,
    place: PageRequest,
  ): Promise<WireRow[] | undefined> {
    let rows: WireRow[] | undefined;
    for (const way of search ? waysOf(query, search, place.index, this.widths) : [undefined]) {
      const statement = segmentPage(reseller, query, search, { ...place, way });
      rows = statement && (await this.sql.wireRows(statement));
      if (!rows || rows.length === place.limit) break;
    }
    return rows;
  }

  private async count(reseller: Reseller, query: ListCatalog, search?: SearchQuery): Promise<number> {
    const [row] = await this.sql.rows(countOffers(reseller, query, search));
    return Number(row?.[0]);
  }

  private facets(reseller: Reseller, query: ListCatalog, search?: SearchQuery): Promise<FacetRow[]> {
    const { text, values } = countFacets(reseller, query, search, query.facets ?? []);
    return this.dataSource.query(text, values);
  }
}

interface PlacedRow {
  row: WireRow;
  /** Which stretch of the sort it stands in. */
  index: number;
}

/** What of an offer changes whenever it, or its provider's name, is shown otherwise. */
const versionOf = (row: WireRow, view: JsonRowWriter) =>
  `${row.text(view.at('o.id'))} ${row.text(view.at('o.version'))} ${row.text(view.at('p.version'))}`;

/** Where a page ended: its stretch and the keys of its last row. */
function positionOf(query: ListCatalog, { row, index }: PlacedRow, view: JsonRowWriter): CursorPosition {
  const at = (column: string) => row.text(view.at(column));
  const stretch = String(index);
  switch (sortOf(query).key) {
    case 'name':
      return [stretch, at('o.name_key'), at('o.id')];
    case 'price':
      return at('o.price_key') === null ? [stretch, at('o.id')] : [stretch, at('o.price_key'), at('o.id')];
    case 'provider':
      return [stretch, at('p.name_key'), at('o.team_id'), at('o.id')];
    default:
      return [stretch, isoTime(at('o.created_at') ?? ''), at('o.id')];
  }
}
