import type { CursorPosition } from '../../paging/cursor.js';
import type { SqlParams } from '../../sql/statement.js';
import { afterPosition, orderBy, type SortSegment } from './catalog-sort.js';

export interface PageParts {
  stretch: SortSegment;
  conditions: readonly string[];
  after?: CursorPosition;
  limit: number;
  params: SqlParams;
  /** Conditions on a provider `t` that hold for whoever has anything to show. */
  providers: readonly string[];
}

/** A page of offers `o` in the order of one index, which is read until the page is full. */
export function pageOf(parts: PageParts): string {
  const { stretch, limit } = parts;
  if (stretch.byProvider) return pageByProvider(parts);
  return `SELECT o.* FROM offers o WHERE ${allOf(parts).join(' AND ')} ORDER BY ${orderBy(stretch)} LIMIT ${limit}`;
}

/** The conditions of a page, its place among them. */
export const allOf = ({ stretch, conditions, after, params }: PageParts) =>
  after ? [...conditions, afterPosition(stretch, after, params)] : [...conditions];

/** The providers `t` from the one on at which a page of a sort by provider begins. */
export function fromProvider({ stretch: { direction }, after, params }: PageParts): string {
  if (!after) return 'true';
  const [, name, team] = after;
  return `(t.name_key, t.id) ${direction === 'asc' ? '>=' : '<='} (${params.add(name)}, ${params.add(team)}::uuid)`;
}

/** Goes through the providers by name and takes each one's offers from the index by provider. */
function pageByProvider(parts: PageParts): string {
  const { stretch, conditions, after, limit, params, providers } = parts;
  const { direction } = stretch;
  const [, , team, offer] = after ?? [];
  const rest = after
    ? `AND (t.id <> ${params.add(team)}::uuid OR o.id ${direction === 'asc' ? '>' : '<'} ${params.add(offer)}::uuid)`
    : '';
  // The keys of the provider are shown, so that Postgres knows the order of the rows and need not sort them again.
  return `SELECT o.*, t.name_key AS provider_name_key, t.id AS provider_id FROM teams t CROSS JOIN LATERAL (
      SELECT o.* FROM offers o WHERE o.team_id = t.id AND ${conditions.join(' AND ')} ${rest}
       ORDER BY o.id ${direction} LIMIT ${limit}) o
    WHERE ${[fromProvider(parts), ...providers].join(' AND ')} ORDER BY ${orderBy(stretch)} LIMIT ${limit}`;
}
