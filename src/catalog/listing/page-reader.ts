import type { CursorPosition } from '../../paging/cursor.js';
import type { Sql } from '../../sql/sql.js';
import type { WirePage } from '../../sql/transaction.js';
import { isoTime, type JsonRowWriter } from '../../sql/wire/json-row-writer.js';
import type { WireRow } from '../../sql/wire/wire-row.js';
import { groupRanks, strategiesFor, type SearchLimits } from '../search/search-strategies.js';
import type { SearchQuery } from '../search/search-terms.js';
import type { Reseller } from '../visibility.js';
import {
  keyColumns,
  keyIndexes,
  rankedSearchPage,
  segmentPage,
  type PageRequest,
} from './catalog-page.query.js';
import type { ListCatalog } from './catalog-query.dto.js';
import { sortSegments, type Rank, type SortSegment } from './catalog-sort.js';

/** What a page shows, and to whom. */
interface AskedPage {
  reseller: Reseller;
  query: ListCatalog;
  search?: SearchQuery;
  view: JsonRowWriter;
}

/** A row of a page. */
export interface FoundRow {
  row: WireRow;
  /** The columns of cursor positions, as `keyColumns` returns them. */
  columns: readonly string[];
  /** Number of the segment in the sort order. */
  index: number;
  segment: SortSegment;
}

/**
 * Reads the rows of a page with one statement, or with several if the page spans segments of the sort order that are read
 * separately, or if a search has several ways to find its offers.
 */
export class PageReader {
  constructor(
    private readonly sql: Sql,
    private readonly asked: AskedPage,
    private readonly searchLimits: SearchLimits,
  ) {}

  /**
   * Reads at most `limit` rows, up to a number of bytes. The first row is returned at any size.
   * @param from the position of the cursor; empty for the first page
   */
  async read(
    from: CursorPosition,
    { limit, maxBytes }: { limit: number; maxBytes: number },
  ): Promise<{ rows: FoundRow[]; truncated: boolean; bytes: number }> {
    const { query, search, view } = this.asked;
    const found: FoundRow[] = [];
    let bytes = 0;
    const [start = '0'] = from;
    for (const group of groupRanks(query, search, sortSegments(query, search), this.searchLimits)) {
      if (found.length >= limit) break;
      if (group.every(({ index }) => index < Number(start))) continue;
      // A cursor position belongs to the first group that is read.
      const after = from.length > 0 && group.some(({ index }) => index === Number(start)) ? from : undefined;
      const page = await this.group(group, { after, limit: limit - found.length, view }, maxBytes - bytes);
      for (const { row } of page.rows) bytes += row.size;
      // A group returns its first row at any size, which belongs to the page only if the page is empty.
      const rows = bytes > maxBytes && found.length > 0 ? [] : page.rows;
      found.push(...rows);
      if (page.truncated || rows !== page.rows) return { rows: found, truncated: true, bytes };
    }
    return { rows: found, truncated: false, bytes };
  }

  private async group(
    group: readonly Rank[],
    request: Omit<PageRequest, 'index'>,
    maxBytes: number,
  ): Promise<{ rows: FoundRow[]; truncated: boolean }> {
    const { reseller, query, search, view } = this.asked;
    const [first, ...others] = group;
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
    const page = await this.segment(segment, { ...request, index }, maxBytes);
    return { rows: page.rows.map((row) => ({ row, columns, index, segment })), truncated: page.truncated };
  }

  private async segment(segment: SortSegment, request: PageRequest, maxBytes: number): Promise<WirePage> {
    const { reseller, query, search } = this.asked;
    let page: WirePage = { rows: [], truncated: false, bytes: 0 };
    for (const strategy of search ? strategiesFor(query, search, segment, this.searchLimits) : [undefined]) {
      const statement = segmentPage(reseller, query, search, { ...request, strategy });
      if (statement) page = await this.sql.wirePage(statement, { maxRows: request.limit, maxBytes });
      if (page.truncated || page.rows.length === request.limit) break;
    }
    return page;
  }
}

/** Returns the cursor position after a row: the number of its segment and its sort keys. */
export function positionOf({ row, columns, index, segment }: FoundRow, view: JsonRowWriter): CursorPosition {
  const keys = keyIndexes(segment, view, columns).map(([column, at]) => {
    const text = row.text(at);
    return column === 'o.created_at' ? isoTime(text ?? '') : text;
  });
  return [String(index), ...keys];
}
