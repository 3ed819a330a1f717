import { Sql } from '../../../sql/sql.js';
import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { DomainError, ValidationFailed } from '../../../common/errors.js';
import { requireSameId } from '../../json-api/envelope.js';
import { noneFound } from '../../json-api/json-api-errors.js';
import { fieldError } from '../../../common/field-path.js';
import { jsonEqual } from '../../../common/json-equal.js';
import { changeOffering } from '../change-offering.js';
import { maxParts, type PartColumns, type PartKind } from './part-kind.js';
import { findSources, requireFound, requireNew, snapshots } from './part-sources.js';
import type { WholeOffering } from '../offering-with-parts.js';

/** Where a change happens, and the version that the caller has in mind. */
export interface At {
  id: string;
  ifMatch?: string;
}

/**
 * How snapshots come into an own offering, change there and leave it. Locks are taken in one order everywhere: the
 * offering, then the products and plans that are copied, by id.
 */
@Injectable()
export class OfferingPartsService {
  constructor(private readonly sql: Sql) {}

  /** Copies more rows of the team into the offering. @throws DomainError NOT_FOUND, VALIDATION_FAILED */
  attach<T extends object, A extends object>(
    teamId: string,
    at: At,
    kind: PartKind<T, A, never>,
    ids: string[],
  ): Promise<WholeOffering> {
    return this.change(teamId, at, async (manager, whole, now) => {
      const parts = kind.partsOf(whole);
      const found = await findSources(manager, teamId, kind, ids, { idsOnly: true });
      requireFound(found);
      requireNew(found.sources, parts);
      if (parts.length + ids.length > maxParts) throw tooMany(kind.word);
      await insertParts(manager, kind, parts, snapshots(whole.offering, found.sources, now, parts));
      return true;
    });
  }

  /** Puts new copies of the rows in the place of all that are there. @throws DomainError NOT_FOUND, VALIDATION_FAILED */
  replace<T extends object, A extends object>(
    teamId: string,
    at: At,
    kind: PartKind<T, A, never>,
    ids: string[],
  ): Promise<WholeOffering> {
    return this.change(teamId, at, async (manager, whole, now) => {
      const parts = kind.partsOf(whole);
      const found = await findSources(manager, teamId, kind, ids, { idsOnly: true });
      requireFound(found);
      requireNew(found.sources);
      await manager.delete(kind.part, { offeringId: at.id } as never);
      parts.length = 0;
      await insertParts(manager, kind, parts, snapshots(whole.offering, found.sources, now));
      return true;
    });
  }

  /** Changes one snapshot, and nothing else. @throws DomainError NOT_FOUND; PreconditionFailed, ValidationFailed */
  async edit<T extends object, A extends object, C extends object>(
    teamId: string,
    at: At,
    kind: PartKind<T, A, C>,
    partId: string,
    { id: bodyId, attributes }: { id: string; attributes: C },
  ): Promise<{ whole: WholeOffering; part: T & PartColumns }> {
    requireSameId(partId, bodyId);
    const whole = await this.change(teamId, at, async (manager, whole, now) => {
      const part = partOf(whole, kind, partId);
      const traits = kind.change(part, attributes);
      if (jsonEqual(traits, kind.traitsOf(part))) return false;
      Object.assign(part, traits, { updatedAt: now });
      await manager.update(kind.part, { id: partId } as never, part as never);
      return true;
    });
    return { whole, part: partOf(whole, kind, partId) };
  }

  /** Takes one snapshot out; the last one stays. @throws DomainError NOT_FOUND, VALIDATION_FAILED; PreconditionFailed */
  async remove<T extends object>(
    teamId: string,
    at: At,
    kind: PartKind<T, never, never>,
    partId: string,
  ): Promise<void> {
    await this.change(teamId, at, async (manager, whole) => {
      const parts = kind.partsOf(whole);
      const part = partOf(whole, kind, partId);
      if (parts.length === 1) throw lastOne(kind.word);
      parts.splice(parts.indexOf(part), 1);
      await manager.delete(kind.part, { id: partId } as never);
      return true;
    });
  }

  private change(
    teamId: string,
    at: At,
    work: (manager: EntityManager, whole: WholeOffering, now: Date) => Promise<boolean>,
  ): Promise<WholeOffering> {
    return this.sql.transaction(({ manager }) =>
      changeOffering(manager, { teamId, ...at }, (whole, now) => work(manager, whole, now)),
    );
  }
}

function partOf<T extends object>(
  whole: WholeOffering,
  kind: PartKind<T, never, never>,
  id: string,
): T & PartColumns {
  const part = kind.partsOf(whole).find((each) => each.id === id);
  if (!part) throw noneFound(kind.word);
  return part;
}

async function insertParts<T extends object>(
  manager: EntityManager,
  kind: PartKind<T, never, never>,
  parts: (T & PartColumns)[],
  fresh: (T & PartColumns)[],
): Promise<void> {
  parts.push(...fresh);
  await manager.insert(kind.part, fresh as never);
}

const lastOne = (word: string) =>
  new DomainError('VALIDATION_FAILED', `The last ${word} of an offering cannot be removed`);

const tooMany = (word: string) =>
  new ValidationFailed([
    fieldError(['data', `${word}s`], 'length', `would make more than ${maxParts} ${word}s in the offering`),
  ]);
