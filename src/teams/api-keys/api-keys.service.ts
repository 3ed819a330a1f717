import { Sql } from '../../sql/sql.js';
import { Injectable } from '@nestjs/common';
import { whenCommitted } from '../../common/request/request-scope.js';
import { InjectRepository } from '@nestjs/typeorm';
import { validate as isUuid } from 'uuid';
import { IsNull, Repository, type EntityManager } from 'typeorm';
import { CursorCodec } from '../../paging/cursor.js';
import { Clock } from '../../common/clock.js';
import { Conflict, NotFound, ValidationFailed } from '../../common/errors.js';
import { keysetPage } from '../../paging/keyset.js';
import { newId } from '../../common/new-id.js';
import type { Page, PageQuery } from '../../paging/page.js';
import { fieldError } from '../../common/field-path.js';
import { hashApiKey, visibleKeyParts, generateApiKey } from './api-key-format.js';
import { ApiKey, earlier } from './api-key.entity.js';
import type { CreateApiKey, RotateApiKey } from './api-keys.dto.js';
import { ApiKeyCheck } from './api-key-check.js';
import { invalidApiKey } from './invalid-api-key.js';
import { Team } from '../team.entity.js';

const maxActiveKeys = 20;

/** A new key with its secret, which is not stored. */
export interface CreatedApiKey {
  apiKey: ApiKey;
  secret: string;
}

/** Creates, lists, revokes and rotates the keys of a team. Changes take effect in all processes within a second. */
@Injectable()
export class ApiKeysService {
  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly sql: Sql,
    private readonly apiKeyCheck: ApiKeyCheck,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates a key that lives at most as long as the key that makes it.
   * @param madeWith ID of the key that authenticated the request; null for the operator
   * @throws NotFound for an unknown team; ValidationFailed for an expiry in the past or beyond the end of the
   * key `madeWith`; Conflict if the team already has 20 active keys; DomainError UNAUTHORIZED if the key
   * `madeWith` has been revoked in the meantime
   */
  async create(
    teamId: string,
    body: CreateApiKey,
    madeWith: string | null,
    secret = generateApiKey(),
  ): Promise<CreatedApiKey> {
    const requested = parseExpiry(body.expiresAt, this.clock.now());
    return this.changeKeys(teamId, async (manager) => {
      const active = await this.activeKeys(manager, teamId);
      const end = endOf(active, madeWith);
      requireRoom(active);
      const expiresAt = expiryWithin(end, requested, null);
      return this.insert(manager, { teamId, name: body.name.trim(), expiresAt, rotatedFromId: null }, secret);
    });
  }

  list(teamId: string, query: PageQuery): Promise<Page<ApiKey>> {
    const list = this.keys.createQueryBuilder('key').where('key.teamId = :teamId', { teamId });
    return keysetPage(list, query, { name: `api-keys ${teamId}`, cursors: this.cursors });
  }

  /** Returns whether a key with this secret exists, regardless of its status. */
  exists(secret: string): Promise<boolean> {
    return this.keys.existsBy({ keyHash: hashApiKey(secret) });
  }

  /**
   * Revokes a key. A key that is already revoked is returned unchanged.
   * @param allowLast whether the last active key of the team that has not been rotated may be revoked
   * @throws NotFound; Conflict for the last active key, unless `allowLast` is true
   */
  revoke(teamId: string, id: string, { allowLast }: { allowLast: boolean }): Promise<ApiKey> {
    return this.changeKeys(teamId, async (manager) => {
      const key = await this.getKey(manager, teamId, id);
      if (key.revokedAt) return key;
      // A key in the grace period of its rotation does not count, because it can no longer be rotated: the team
      // would be locked out at its end.
      const others = (await this.activeKeys(manager, teamId)).filter(
        (other) => other.id !== key.id && !other.retiresAt,
      );
      if (!allowLast && others.length === 0)
        throw new Conflict(
          'The last active key of a team cannot be revoked; rotate it, or ask the operator to revoke it',
        );
      key.revokedAt = this.clock.now();
      return manager.save(key);
    });
  }

  /**
   * Creates a key that replaces another one. The old key remains valid during the grace period, but its
   * expiry is never extended. Unless the request sets an expiry, the new key gets the lifetime that the old
   * one had. It lives at most as long as the key that makes it, so a key cannot prolong itself.
   * @param madeWith ID of the key that authenticated the request
   * @throws NotFound; Conflict for an expired, revoked or already rotated key, or if the team would have more
   * than 20 active keys; ValidationFailed and DomainError UNAUTHORIZED as for `create`
   */
  rotate(teamId: string, id: string, body: RotateApiKey, madeWith: string): Promise<CreatedApiKey> {
    const { gracePeriodSeconds = 0 } = body;
    const requested = parseExpiry(body.expiresAt, this.clock.now());
    return this.changeKeys(teamId, async (manager) => {
      const now = this.clock.now();
      const oldKey = await this.getKey(manager, teamId, id);
      const replacement = await manager.findOneBy(ApiKey, { teamId, rotatedFromId: id });
      if (replacement)
        throw new Conflict(`The key has already been rotated; ${replacement.id} replaced it`, {
          replacedById: replacement.id,
        });
      if (oldKey.statusAt(now) !== 'active') throw new Conflict('Only active keys can be rotated');
      const active = await this.activeKeys(manager, teamId);
      const end = endOf(active, madeWith);
      if (gracePeriodSeconds > 0) requireRoom(active); // without a grace period, the number stays the same
      const created = await this.insert(manager, {
        teamId,
        name: oldKey.name,
        expiresAt: expiryWithin(end, requested, renewedExpiry(oldKey, now)),
        rotatedFromId: id,
      });
      if (gracePeriodSeconds === 0) oldKey.revokedAt = now;
      else oldKey.retiresAt = earlier(new Date(now.getTime() + gracePeriodSeconds * 1000), oldKey.expiresAt);
      await manager.save(oldKey);
      return created;
    });
  }

  /**
   * Changes the team's keys while it locks the team, and makes every process clear its cache.
   * @throws NotFound
   */
  private async changeKeys<T>(teamId: string, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const result = await this.sql.transaction(async ({ manager }) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const team = isUuid(teamId) ? await manager.findOne(Team, { where: { id: teamId }, lock }) : null;
      if (!team) throw new NotFound('Team');
      const changed = await work(manager);
      await ApiKeyCheck.announceChange(manager);
      return changed;
    });
    whenCommitted(() => this.apiKeyCheck.forgetAll());
    return result;
  }

  private async getKey(manager: EntityManager, teamId: string, id: string): Promise<ApiKey> {
    const key = isUuid(id) ? await manager.findOneBy(ApiKey, { id, teamId }) : null;
    if (!key) throw new NotFound('API key');
    return key;
  }

  private async activeKeys(manager: EntityManager, teamId: string): Promise<ApiKey[]> {
    const now = this.clock.now();
    const keys = await manager.findBy(ApiKey, { teamId, revokedAt: IsNull() });
    return keys.filter((key) => key.statusAt(now) === 'active');
  }

  private async insert(
    manager: EntityManager,
    row: Pick<ApiKey, 'teamId' | 'name' | 'expiresAt' | 'rotatedFromId'>,
    secret = generateApiKey(),
  ): Promise<CreatedApiKey> {
    const timestamps = { createdAt: this.clock.now(), retiresAt: null, revokedAt: null, lastUsedAt: null };
    const apiKey = manager.create(ApiKey, {
      ...row,
      ...timestamps,
      ...visibleKeyParts(secret),
      id: newId(this.clock.nowMs()),
      keyHash: hashApiKey(secret),
    });
    await manager.insert(ApiKey, apiKey);
    return { apiKey, secret };
  }
}

/**
 * Returns when the key that makes a request ends; null if never.
 * @param madeWith null for the operator
 * @throws DomainError UNAUTHORIZED if the key was revoked after it had been accepted
 */
function endOf(active: readonly ApiKey[], madeWith: string | null): Date | null {
  if (madeWith === null) return null;
  const key = active.find(({ id }) => id === madeWith);
  if (!key) throw invalidApiKey('Invalid API key');
  return key.endsAt;
}

function requireRoom(active: readonly ApiKey[]): void {
  if (active.length >= maxActiveKeys)
    throw new Conflict(
      `A team can have at most ${maxActiveKeys} active keys, including rotated keys in their grace period; ` +
        'revoke one first',
    );
}

const expiryError = (message: string) => new ValidationFailed([fieldError(['expiresAt'], 'range', message)]);

/** Returns undefined if no expiry was requested, and null for a key that does not expire. */
function parseExpiry(text: string | null | undefined, now: Date): Date | null | undefined {
  const expiresAt = text ? new Date(text) : text;
  if (expiresAt instanceof Date && expiresAt <= now) throw expiryError('must be in the future');
  return expiresAt as Date | null | undefined;
}

/**
 * Returns the expiry of a new key: the requested one, otherwise the usual one or `end`, whichever is earlier.
 * @param end when the key that makes the new key ends; null if never
 * @throws ValidationFailed if the requested expiry is later than `end`
 */
function expiryWithin(end: Date | null, requested: Date | null | undefined, usual: Date | null): Date | null {
  if (requested === undefined) return earlier(usual, end);
  if (end && (!requested || requested > end))
    throw expiryError(
      `must not be later than ${end.toISOString()}, when the key that makes this request ends; use a key that lives longer`,
    );
  return requested;
}

/** Returns the expiry of a key that is created now with the lifetime of `key`; null if it does not expire. */
const renewedExpiry = ({ createdAt, expiresAt }: ApiKey, now: Date): Date | null =>
  expiresAt && new Date(now.getTime() + (expiresAt.getTime() - createdAt.getTime()));
