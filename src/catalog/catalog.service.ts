import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { CursorCodec, type Position } from '../common/cursor.js';
import { NotFound } from '../common/errors.js';
import { defaultLimit, type Page } from '../common/page.js';
import { requireSound } from './catalog-filters.js';
import type { CatalogRow } from './catalog-offer.dto.js';
import type { ListCatalog } from './catalog-query.dto.js';
import { sortOf } from './catalog-sort.js';
import { countOffers, oneOffer, stretchPage, type Place, type Statement } from './catalog.query.js';
import { compare, type Comparison } from './compare.js';
import { countFacets, type FacetRow } from './facets.js';
import type { SearchQuery } from './search-terms.js';
import { SearchService } from './search.service.js';
import type { Reseller } from './visibility.js';

/** So many offers may be found by the index of words and sorted. */
export const fewOffers = 3000;
/** How many offers a search looks at in the order of the sort before it turns to the index of words. */
export const walkedOffers = 6000;

/** A page of the catalog, with counts over the whole result where they were asked for. */
export interface CatalogPage extends Page<CatalogRow> {
  facets?: FacetRow[];
}

/** The reseller's read view over the offers of all providers. */
@Injectable()
export class CatalogService {
  /** Tests narrow them: their worlds are small. */
  widths = { few: fewOffers, walked: walkedOffers };

  constructor(
    private readonly dataSource: DataSource,
    private readonly search: SearchService,
    private readonly cursors: CursorCodec,
  ) {}

  /** @throws ValidationFailed, DomainError INVALID_CURSOR */
  async list(reseller: Reseller, query: ListCatalog): Promise<CatalogPage> {
    requireSound(query);
    const { cursor, limit = defaultLimit, count, facets, ...asked } = query;
    const scope = JSON.stringify(['catalog', Object.entries(asked).toSorted()]);
    const [tsquery, ...from] = cursor === undefined ? [] : this.cursors.decode(scope, cursor);
    // Later pages look for what the first one looked for, even if a typo has become a word in the meantime.
    const search = await (typeof tsquery === 'string'
      ? this.search.resume(tsquery)
      : this.search.resolve(query.search));
    const rows = await this.rows(reseller, query, search, from, limit + 1);
    const items = rows.slice(0, limit);
    const last = rows.length > limit ? items.at(-1) : undefined;
    const total = count
      ? (await this.run<{ total: number }>(countOffers(reseller, query, search)))[0]?.total
      : undefined;
    return {
      items: items.map(({ row }) => row),
      next: last && this.cursors.encode(scope, [search?.tsquery ?? null, ...positionOf(query, last)]),
      total,
      facets: facets && (await this.run<FacetRow>(countFacets(reseller, query, search, facets))),
    };
  }

  /** @throws NotFound for an offer that is unknown or not to be seen */
  async get(reseller: Reseller, id: string): Promise<CatalogRow> {
    const [row] = isUuid(id) ? await this.visible(reseller, [id]) : [];
    if (!row) throw new NotFound('Offer');
    return row;
  }

  /** Those of the offers that the reseller may see, in no order. */
  visible(reseller: Reseller, ids: readonly string[]): Promise<CatalogRow[]> {
    return this.run<CatalogRow>(oneOffer(reseller, ids));
  }

  /** Offers side by side, in the order asked for. @throws NotFound when one of them is unknown or not to be seen */
  async compare(reseller: Reseller, ids: readonly string[]): Promise<Comparison> {
    const rows = new Map((await this.visible(reseller, ids)).map((row) => [row.id, row]));
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
    from: Position,
    limit: number,
  ): Promise<PlacedRow[]> {
    const found: PlacedRow[] = [];
    let after = from.length > 0 ? from : undefined;
    for (let index = Number(from[0] ?? 0); found.length < limit; index += 1) {
      const place = { index, after, limit: limit - found.length };
      const rows = await this.stretch(reseller, query, search, place);
      if (!rows) break;
      found.push(...rows.map((row) => ({ row, index })));
      after = undefined;
    }
    return found;
  }

  /**
   * What many offers match is found soon by going through the sort, what few match by the index of words. Where it is
   * not sure to be few, a walk of some length goes first.
   */
  private async stretch(
    reseller: Reseller,
    query: ListCatalog,
    search: SearchQuery | undefined,
    place: Place,
  ): Promise<CatalogRow[] | undefined> {
    const statement = stretchPage(reseller, query, search, place);
    if (!statement) return undefined;
    const walk = stretchPage(reseller, query, search, { ...place, within: this.widths.walked });
    const walked = walk && search && search.atMost > this.widths.few ? await this.run<CatalogRow>(walk) : [];
    return walked.length === place.limit ? walked : this.run<CatalogRow>(statement);
  }

  private run<T>({ text, values }: Statement): Promise<T[]> {
    return this.dataSource.query(text, values);
  }
}

interface PlacedRow {
  row: CatalogRow;
  /** Which stretch of the sort it stands in. */
  index: number;
}

/** Where a page ended: its stretch and the keys of its last row. */
function positionOf(query: ListCatalog, { row, index }: PlacedRow): Position {
  const stretch = String(index);
  switch (sortOf(query).key) {
    case 'name':
      return [stretch, row.nameKey, row.id];
    case 'price':
      return row.priceKey === null ? [stretch, row.id] : [stretch, row.priceKey, row.id];
    case 'provider':
      return [stretch, row.providerKey, row.providerId, row.id];
    default:
      return [stretch, row.createdAt.toISOString(), row.id];
  }
}
