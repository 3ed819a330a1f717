import type { EntityManager } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { DomainError } from '../../../common/errors.js';
import { newId } from '../../../common/new-id.js';
import type { SnapshotColumns, SnapshotKind, SourceColumns } from './snapshot-kind.js';

/**
 * The source of a new snapshot: a product or plan of the team, or attributes from a request, which have no
 * origin.
 */
export interface SnapshotSource<Columns> {
  originId: string | null;
  columns: Columns;
}

/**
 * The sources to which the entries of a request refer, in the same order, and the references without a
 * source.
 */
export interface FoundSources<Columns> {
  sources: SnapshotSource<Columns>[];
  missing: string[];
}

/**
 * Finds the sources of new snapshots. An entry is either the columns themselves or a string: the ID of one of
 * the team's rows or, unless `idsOnly` is set, its external_ref. An ID takes precedence over an equal
 * external_ref. The rows are locked against deletion until the transaction ends, in the order of their IDs so
 * that requests cannot deadlock.
 */
export async function findSources<Columns extends object>(
  manager: EntityManager,
  teamId: string,
  kind: SnapshotKind<Columns>,
  entries: readonly (string | Columns)[],
  { idsOnly = false } = {},
): Promise<FoundSources<Columns>> {
  const refs = entries.filter((entry) => typeof entry === 'string');
  const rows = refs.length > 0 ? await lockRows(manager, teamId, kind, refs, idsOnly) : [];
  const byId = new Map(rows.map((row) => [row.id, row]));
  const byRef = new Map(rows.map((row) => [row.externalRef, row]));
  const find = (ref: string) => byId.get(ref.toLowerCase()) ?? (idsOnly ? undefined : byRef.get(ref));
  const missing = new Set(refs.filter((ref) => !find(ref)));
  const sources = entries.flatMap((entry): SnapshotSource<Columns>[] => {
    if (typeof entry !== 'string') return [{ originId: null, columns: entry }];
    const row = find(entry);
    return row ? [{ originId: row.id, columns: kind.copy(row) }] : [];
  });
  return { sources, missing: [...missing] };
}

function lockRows<Columns extends object>(
  manager: EntityManager,
  teamId: string,
  kind: SnapshotKind<Columns>,
  refs: string[],
  idsOnly: boolean,
): Promise<(Columns & SourceColumns)[]> {
  const byRef =
    'md5(source.externalRef) = ANY (ARRAY(SELECT md5(ref) FROM unnest(CAST(:refs AS text[])) AS ref)) ' +
    'AND source.externalRef = ANY (CAST(:refs AS text[]))';
  return manager
    .createQueryBuilder(kind.sourceEntity, 'source')
    .where('source.teamId = :teamId', { teamId })
    .andWhere(`(source.id = ANY (CAST(:ids AS uuid[]))${idsOnly ? '' : ` OR (${byRef})`})`, {
      ids: refs.filter((ref) => isUuid(ref)),
      refs,
    })
    .orderBy('source.id')
    .setLock('for_key_share')
    .getMany();
}

/** @throws DomainError VALIDATION_FAILED listing all references without a source */
export function requireAllFound(...found: FoundSources<unknown>[]): void {
  const missing = found.flatMap((sources) => sources.missing);
  if (missing.length > 0)
    throw new DomainError('VALIDATION_FAILED', 'Some products or plans do not exist', {
      missing_ids: [...new Set(missing)],
    });
}

/**
 * @throws DomainError VALIDATION_FAILED if a source occurs twice or already has one of the `existing`
 * snapshots
 */
export function requireNoDuplicates(
  sources: SnapshotSource<unknown>[],
  existing: readonly SnapshotColumns[] = [],
): void {
  const seen = new Set(existing.map((snapshot) => snapshot.originId));
  const duplicates = new Set<string>();
  for (const { originId } of sources) {
    if (originId === null) continue;
    if (seen.has(originId)) duplicates.add(originId);
    seen.add(originId);
  }
  if (duplicates.size > 0)
    throw new DomainError('VALIDATION_FAILED', 'An offering can contain each product or plan only once', {
      duplicate_ids: [...duplicates],
    });
}

/** Creates snapshots, in memory only, positioned after the `existing` ones. */
export function newSnapshots<Columns extends object>(
  { id: offeringId, teamId }: { id: string; teamId: string },
  sources: SnapshotSource<Columns>[],
  now: Date,
  existing: readonly SnapshotColumns[] = [],
): (Columns & SnapshotColumns)[] {
  const nextPosition = (existing.at(-1)?.position ?? -1) + 1;
  return sources.map(({ originId, columns }, index) => ({
    ...columns,
    id: newId(),
    teamId,
    offeringId,
    originId,
    position: nextPosition + index,
    createdAt: now,
    updatedAt: now,
  }));
}
