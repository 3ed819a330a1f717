import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, Repository, type EntityManager } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { Clock } from '../common/clock.js';
import { Conflict, NotFound } from '../common/errors.js';
import { newId } from '../common/new-id.js';
import { requireIfMatch, versionETag } from '../http/etag.js';
import type { ReserveMemory } from '../paging/answer-budget.js';
import { CursorCodec } from '../paging/cursor.js';
import { keysetPage } from '../paging/keyset.js';
import type { Page } from '../paging/page.js';
import { changedColumns } from '../sql/changed-columns.js';
import { translateConstraintErrors } from '../sql/constraint-errors.js';
import { Duplicate } from '../sql/duplicate.js';
import { lockOwn } from '../sql/own-row.js';
import { Sql } from '../sql/sql.js';
import type { Transaction } from '../sql/transaction.js';
import { Wakeups } from '../wakeups/wakeups.js';
import { StoredLicense } from './license.entity.js';
import { patchLicense, readLicense } from './license-input.js';
import type { ListLicenses } from './licenses.dto.js';

const maxLicenses = 1000;

/** Creates, reads, changes and deletes the licenses of a team. Another team's license is not found. */
@Injectable()
export class LicensesService {
  constructor(
    @InjectRepository(StoredLicense) private readonly licenses: Repository<StoredLicense>,
    private readonly sql: Sql,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
    private readonly wakeups: Wakeups,
  ) {}

  /** @throws ValidationFailed; Conflict if the team has this license already, or 1,000 licenses */
  create(teamId: string, body: unknown): Promise<StoredLicense> {
    const input = readLicense(body);
    return this.change(async ({ manager }) => {
      // Otherwise, concurrent requests could exceed the limit.
      await manager.query('SELECT 1 FROM teams WHERE id = $1 FOR NO KEY UPDATE', [teamId]);
      if ((await manager.countBy(StoredLicense, { teamId })) >= maxLicenses)
        throw new Conflict('A team can have at most 1,000 licenses; delete one first');
      const now = this.clock.now();
      const license = manager.create(StoredLicense, {
        ...input,
        id: newId(now.getTime()),
        teamId,
        version: 1,
        createdAt: now,
        updatedAt: now,
      });
      await translateConstraintErrors(duplicate(license), () => manager.insert(StoredLicense, license));
      return license;
    });
  }

  /** Returns one page of licenses, newest first. @throws DomainError INVALID_CURSOR */
  list(teamId: string, query: ListLicenses, reserve: ReserveMemory): Promise<Page<StoredLicense>> {
    const { kind, state, expiresBefore } = query;
    const list = this.licenses.createQueryBuilder('license').where({ teamId });
    if (kind) list.andWhere({ kind });
    if (state) list.andWhere({ state });
    if (expiresBefore) list.andWhere({ expiresOn: LessThan(expiresBefore) });
    return keysetPage(list, query, { name: `licenses ${teamId}`, cursors: this.cursors, reserve });
  }

  /** @throws NotFound */
  async get(teamId: string, id: string): Promise<StoredLicense> {
    const license = isUuid(id) ? await this.licenses.findOneBy({ id, teamId }) : null;
    if (!license) throw notFound();
    return license;
  }

  /**
   * Applies a JSON merge patch. A patch that changes nothing leaves the version and `updatedAt` unchanged.
   * @throws NotFound, PreconditionFailed, ValidationFailed; Conflict if another license is the same
   */
  update(teamId: string, id: string, patch: unknown, ifMatch?: string): Promise<StoredLicense> {
    return this.change(async ({ manager }) => {
      const license = await lock(manager, teamId, id, ifMatch);
      const input = patchLicense(license, patch);
      if (changedColumns(license, input).length === 0) return license;
      Object.assign(license, input, { version: license.version + 1, updatedAt: this.clock.now() });
      await translateConstraintErrors(duplicate(license), () =>
        manager.update(StoredLicense, { id: license.id }, license),
      );
      return license;
    });
  }

  /** @throws NotFound, PreconditionFailed */
  delete(teamId: string, id: string, ifMatch?: string): Promise<void> {
    return this.change(async ({ manager }) => {
      const license = await lock(manager, teamId, id, ifMatch);
      await manager.delete(StoredLicense, { id: license.id });
    });
  }

  /** Wakes whatever depends on licenses, such as the assessment of offers. */
  private change<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.sql.transaction((tx) => {
      tx.afterCommit(() => this.wakeups.send('licenses'));
      return work(tx);
    });
  }
}

const notFound = () => new NotFound('License');

async function lock(manager: EntityManager, teamId: string, id: string, ifMatch: string | undefined) {
  const license = await lockOwn(manager, StoredLicense, { teamId, id }, notFound);
  requireIfMatch(ifMatch, versionETag(license.version));
  return license;
}

const duplicate = ({ teamId, kind, state, number }: StoredLicense) => ({
  licenses_number_uq: () =>
    new Duplicate(
      `Your team already has the ${kind} license ${number}${state === null ? '' : ` of ${state}`}; change that one`,
      {
        text: `SELECT id FROM licenses
          WHERE team_id = $1 AND kind = $2 AND state IS NOT DISTINCT FROM $3::text AND number = $4`,
        values: [teamId, kind, state, number],
      },
    ),
});
