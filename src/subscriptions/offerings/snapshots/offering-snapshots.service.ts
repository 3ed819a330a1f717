import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../../common/clock.js';
import { DomainError, ValidationFailed } from '../../../common/errors.js';
import { fieldError } from '../../../common/field-path.js';
import { jsonEqual } from '../../../common/json-equal.js';
import { Sql } from '../../../sql/sql.js';
import { requireSameId } from '../../json-api/envelope.js';
import { notFound } from '../../json-api/json-api-errors.js';
import type { OfferingWithSnapshots } from '../offering-with-snapshots.js';
import { updateOffering, type OfferingToUpdate } from '../update-offering.js';
import { maxSnapshots, type SnapshotColumns, type SnapshotKind } from './snapshot-kind.js';
import { findSources, newSnapshots, requireAllFound, requireNoDuplicates } from './snapshot-sources.js';

/**
 * Attaches, updates and removes snapshots in the team's offerings. All methods lock rows in the same order:
 * the offering, then the products or plans to copy, sorted by ID.
 */
@Injectable()
export class OfferingSnapshotsService {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  /**
   * Adds snapshots of products or plans.
   * @throws DomainError NOT_FOUND, VALIDATION_FAILED; PreconditionFailed
   */
  attach<Columns extends object>(
    target: OfferingToUpdate,
    kind: SnapshotKind<Columns>,
    originIds: string[],
  ): Promise<OfferingWithSnapshots> {
    return this.sql.transaction(({ manager }) =>
      updateOffering(manager, target, this.clock, async (current, now) => {
        const snapshots = kind.snapshotsOf(current);
        const found = await findSources(manager, target.teamId, kind, originIds, { idsOnly: true });
        requireAllFound(found);
        requireNoDuplicates(found.sources, snapshots);
        if (snapshots.length + originIds.length > maxSnapshots) throw tooMany(kind.name);
        const added = newSnapshots(current.offering, found.sources, now, snapshots);
        await insertSnapshots(manager, kind, snapshots, added);
        return true;
      }),
    );
  }

  /**
   * Replaces all snapshots of one kind with new ones.
   * @throws DomainError NOT_FOUND, VALIDATION_FAILED; PreconditionFailed
   */
  replace<Columns extends object>(
    target: OfferingToUpdate,
    kind: SnapshotKind<Columns>,
    originIds: string[],
  ): Promise<OfferingWithSnapshots> {
    return this.sql.transaction(({ manager }) =>
      updateOffering(manager, target, this.clock, async (current, now) => {
        const snapshots = kind.snapshotsOf(current);
        const found = await findSources(manager, target.teamId, kind, originIds, { idsOnly: true });
        requireAllFound(found);
        requireNoDuplicates(found.sources);
        await manager.delete<SnapshotColumns>(kind.snapshotEntity, { offeringId: target.id });
        snapshots.length = 0;
        await insertSnapshots(manager, kind, snapshots, newSnapshots(current.offering, found.sources, now));
        return true;
      }),
    );
  }

  /**
   * Changes attributes of one snapshot.
   * @throws DomainError NOT_FOUND; PreconditionFailed, ValidationFailed
   */
  async update<Columns extends object, Changes>(
    target: OfferingToUpdate,
    kind: SnapshotKind<Columns, Changes>,
    id: string,
    { id: bodyId, attributes }: { id: string; attributes: Changes },
  ): Promise<{ current: OfferingWithSnapshots; snapshot: Columns & SnapshotColumns }> {
    requireSameId(id, bodyId);
    const current = await this.sql.transaction(({ manager }) =>
      updateOffering(manager, target, this.clock, async (offering, now) => {
        const snapshot = findSnapshot(offering, kind, id);
        Object.assign(snapshot, await manager.findOneByOrFail<SnapshotColumns>(kind.snapshotEntity, { id }));
        const columns = kind.change(snapshot, attributes);
        if (jsonEqual(columns, kind.copy(snapshot))) return false;
        Object.assign(snapshot, columns, { updatedAt: now });
        await manager.update<SnapshotColumns>(kind.snapshotEntity, { id }, snapshot);
        return true;
      }),
    );
    return { current, snapshot: findSnapshot(current, kind, id) };
  }

  /**
   * Removes one snapshot. The last snapshot of its kind cannot be removed.
   * @throws DomainError NOT_FOUND, VALIDATION_FAILED; PreconditionFailed
   */
  async remove<Columns extends object>(
    target: OfferingToUpdate,
    kind: SnapshotKind<Columns>,
    id: string,
  ): Promise<void> {
    await this.sql.transaction(({ manager }) =>
      updateOffering(manager, target, this.clock, async (current) => {
        const snapshots = kind.snapshotsOf(current);
        const snapshot = findSnapshot(current, kind, id);
        if (snapshots.length === 1) throw lastOne(kind.name);
        snapshots.splice(snapshots.indexOf(snapshot), 1);
        await manager.delete<SnapshotColumns>(kind.snapshotEntity, { id });
        return true;
      }),
    );
  }
}

function findSnapshot<Columns extends object>(
  current: OfferingWithSnapshots,
  kind: SnapshotKind<Columns>,
  id: string,
): Columns & SnapshotColumns {
  const snapshot = kind.snapshotsOf(current).find((candidate) => candidate.id === id);
  if (!snapshot) throw notFound(kind.name);
  return snapshot;
}

async function insertSnapshots<Columns extends object>(
  manager: EntityManager,
  kind: SnapshotKind<Columns>,
  snapshots: (Columns & SnapshotColumns)[],
  added: (Columns & SnapshotColumns)[],
): Promise<void> {
  snapshots.push(...added);
  await manager.insert<SnapshotColumns>(kind.snapshotEntity, added);
}

const lastOne = (name: string) =>
  new DomainError('VALIDATION_FAILED', `The last ${name} of an offering cannot be removed`);

const tooMany = (name: string) =>
  new ValidationFailed([
    fieldError(
      ['data', `${name}s`],
      'length',
      `has too many entries: an offering can have at most ${maxSnapshots} ${name}s`,
    ),
  ]);
