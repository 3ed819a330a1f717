import type { EntityManager } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { DomainError } from '../../../common/errors.js';
import { newId } from '../../../common/new-id.js';
import type { PartColumns, PartKind, SourceColumns } from './part-kind.js';

/** What a snapshot is made of: a row of the team, or nothing but what a body says (no origin). */
export interface PartSource<Traits> {
  originId: string | null;
  traits: Traits;
}

/** The sources behind the entries of a body, in their order, and the references that lead nowhere. */
export interface Sources<Traits> {
  sources: PartSource<Traits>[];
  missing: string[];
}

/**
 * Finds what the entries mean: an object stands for itself, a UUID for the row of that id, else, like any other text,
 * for the row of that external_ref (`idsOnly` forbids the latter). Found rows cannot be deleted before the
 * transaction ends; they are locked by id, so that two requests never wait for each other.
 */
export async function findSources<Traits extends object, Attributes extends object>(
  tx: EntityManager,
  teamId: string,
  kind: PartKind<Traits, Attributes, never>,
  entries: readonly (string | Attributes)[],
  { idsOnly = false } = {},
): Promise<Sources<Traits>> {
  const refs = entries.filter((entry) => typeof entry === 'string');
  const rows = refs.length > 0 ? await lockRows(tx, teamId, kind, refs, idsOnly) : [];
  const byId = new Map(rows.map((row) => [row.id, row]));
  const byRef = new Map(rows.map((row) => [row.externalRef, row]));
  const found = (ref: string) => byId.get(ref.toLowerCase()) ?? (idsOnly ? undefined : byRef.get(ref));
  const missing = new Set(refs.filter((ref) => !found(ref)));
  const sources = entries.flatMap((entry): PartSource<Traits>[] => {
    if (typeof entry !== 'string') return [{ originId: null, traits: kind.fresh(entry) }];
    const row = found(entry);
    return row ? [{ originId: row.id, traits: kind.traitsOf(row) }] : [];
  });
  return { sources, missing: [...missing] };
}

function lockRows<Traits extends object>(
  tx: EntityManager,
  teamId: string,
  kind: PartKind<Traits, never, never>,
  refs: string[],
  idsOnly: boolean,
): Promise<(Traits & SourceColumns)[]> {
  const byRef =
    'md5(source.externalRef) = ANY (ARRAY(SELECT md5(ref) FROM unnest(CAST(:refs AS text[])) AS ref)) ' +
    'AND source.externalRef = ANY (CAST(:refs AS text[]))';
  return tx
    .createQueryBuilder(kind.source, 'source')
    .where('source.teamId = :teamId', { teamId })
    .andWhere(`(source.id = ANY (CAST(:ids AS uuid[]))${idsOnly ? '' : ` OR (${byRef})`})`, {
      ids: refs.filter((ref) => isUuid(ref)),
      refs,
    })
    .orderBy('source.id')
    .setLock('for_key_share')
    .getMany();
}

/** @throws DomainError VALIDATION_FAILED that names every reference that leads nowhere */
export function requireFound(...found: Sources<unknown>[]): void {
  const missing = found.flatMap((each) => each.missing);
  if (missing.length > 0)
    throw new DomainError('VALIDATION_FAILED', 'Some products or plans could not be found', {
      missing_ids: [...new Set(missing)],
    });
}

/** @throws DomainError VALIDATION_FAILED when a source comes twice, or is among those in the offering already */
export function requireNew(sources: PartSource<unknown>[], taken: readonly PartColumns[] = []): void {
  const seen = new Set(taken.map((part) => part.originId));
  const duplicates = new Set<string>();
  for (const { originId } of sources) {
    if (originId === null) continue;
    if (seen.has(originId)) duplicates.add(originId);
    seen.add(originId);
  }
  if (duplicates.size > 0)
    throw new DomainError('VALIDATION_FAILED', 'A product or plan can be in an offering only once', {
      duplicate_ids: [...duplicates],
    });
}

/** New snapshots for the offering, numbered on after the last one there. */
export function snapshots<Traits extends object>(
  { id: offeringId, teamId }: { id: string; teamId: string },
  sources: PartSource<Traits>[],
  now: Date,
  taken: readonly PartColumns[] = [],
): (Traits & PartColumns)[] {
  const next = (taken.at(-1)?.position ?? -1) + 1;
  return sources.map(({ originId, traits }, index) => ({
    ...traits,
    id: newId(),
    teamId,
    offeringId,
    originId,
    position: next + index,
    createdAt: now,
    updatedAt: now,
  }));
}
