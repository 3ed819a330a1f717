import type { CursorPosition } from '../../paging/cursor.js';
import type { SqlParams } from '../../sql/statement.js';
import { afterPosition, orderBy, type SortSegment } from './catalog-sort.js';

/** The parts from which the SQL of a page is built. */
export interface PageSql {
  segment: SortSegment;
  conditions: readonly string[];
  after?: CursorPosition;
  limit: number;
  params: SqlParams;
  /** Conditions on a provider `t` that every provider with a matching offer meets. */
  providers: readonly string[];
}

/** Builds the SQL for a page of offers `o`, which is read from one index in order until the page is full. */
export function pageSql(parts: PageSql): string {
  const { segment, limit, params } = parts;
  if (segment.byProvider) return pageByProvider(parts);
  const page = (more: readonly string[] = []) =>
    `SELECT o.* FROM offers o WHERE ${[...conditionsOfPage(parts), ...more].join(' AND ')} ORDER BY ${orderBy(segment)} LIMIT ${limit}`;
  if (!segment.ranges) return page();
  const ranges = segment.ranges.map((range) => `(${page([range(params)])})`).join(' UNION ALL ');
  return `SELECT o.* FROM (${ranges}) o ORDER BY ${orderBy(segment)} LIMIT ${limit}`;
}

/** Returns the conditions of a page, including its position. */
export const conditionsOfPage = ({ segment, conditions, after, params }: PageSql) =>
  after ? [...conditions, afterPosition(segment, after, params)] : [...conditions];

/**
 * Returns the condition on the providers `t` of a page sorted by provider, starting with the first provider
 * on the page.
 */
export function providersOfPage({ segment: { direction }, after, params }: PageSql): string {
  if (!after) return 'true';
  const [, name, team] = after;
  return `(t.name_key, t.id) ${direction === 'asc' ? '>=' : '<='} (${params.add(name)}, ${params.add(team)}::uuid)`;
}

/** Builds SQL that scans the providers by name, and reads the offers of each from the index by provider. */
function pageByProvider(parts: PageSql): string {
  const { segment, conditions, after, limit, params, providers } = parts;
  const { direction } = segment;
  const [, , team, offer] = after ?? [];
  const rest = after
    ? `AND (t.id <> ${params.add(team)}::uuid OR o.id ${direction === 'asc' ? '>' : '<'} ${params.add(offer)}::uuid)`
    : '';
  // The provider's keys are selected so that Postgres knows that the rows are in order and does not sort them
  // again.
  return `SELECT o.*, t.name_key AS provider_name_key, t.id AS provider_id FROM teams t CROSS JOIN LATERAL (
      SELECT o.* FROM offers o WHERE o.team_id = t.id AND ${conditions.join(' AND ')} ${rest}
       ORDER BY o.id ${direction} LIMIT ${limit}) o
    WHERE ${[providersOfPage(parts), ...providers].join(' AND ')} ORDER BY ${orderBy(segment)} LIMIT ${limit}`;
}
