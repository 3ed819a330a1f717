import { Sql } from '../../sql/sql.js';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { validate as isUuid } from 'uuid';
import { IsNull, MoreThan, Repository, type EntityManager } from 'typeorm';
import { CursorCodec } from '../../paging/cursor.js';
import { Conflict, NotFound, ValidationFailed } from '../../common/errors.js';
import { keysetPage } from '../../paging/keyset.js';
import { newId } from '../../common/new-id.js';
import type { Page, PageQuery } from '../../paging/page.js';
import { fieldError } from '../../common/field-path.js';
import { hashApiKey, visibleKeyParts, generateApiKey } from './api-key-format.js';
import { ApiKey } from './api-key.entity.js';
import type { CreateApiKey } from './api-keys.dto.js';
import { ApiKeyCache } from './api-key-cache.js';
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
    private readonly apiKeyCache: ApiKeyCache,
    private readonly cursors: CursorCodec,
  ) {}

  /**
   * @throws NotFound for an unknown team; ValidationFailed for an expiry in the past; Conflict if the team
   * already has 20 active keys
   */
  async create(teamId: string, body: CreateApiKey, secret = generateApiKey()): Promise<CreatedApiKey> {
    const expiresAt = body.expiresAt ? new Date(body.expiresAt) : null;
    if (expiresAt && expiresAt <= new Date())
      throw new ValidationFailed([fieldError(['expiresAt'], 'range', 'must be in the future')]);
    return this.changeKeys(teamId, async (manager) => {
      const active = await this.activeKeys(manager, teamId);
      if (active.length >= maxActiveKeys)
        throw new Conflict(`A team can have at most ${maxActiveKeys} active keys; revoke one first`);
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
   * @param allowLast whether the last active key of the team may be revoked
   * @throws NotFound; Conflict for the last active key, unless `allowLast` is true
   */
  revoke(teamId: string, id: string, { allowLast }: { allowLast: boolean }): Promise<ApiKey> {
    return this.changeKeys(teamId, async (manager) => {
      const key = await this.getKey(manager, teamId, id);
      if (key.revokedAt) return key;
      const others = (await this.activeKeys(manager, teamId)).filter((other) => other.id !== key.id);
      if (!allowLast && others.length === 0)
        throw new Conflict(
          'The last active key of a team cannot be revoked; rotate it, or ask the operator to revoke it',
        );
      key.revokedAt = new Date();
      return manager.save(key);
    });
  }

  /**
   * Creates a key that replaces another one. The old key remains valid during the grace period, but its
   * expiry is never extended.
   * @param gracePeriodSeconds 0 revokes the old key immediately
   * @throws NotFound; Conflict for an expired or revoked key
   */
  rotate(teamId: string, id: string, gracePeriodSeconds: number): Promise<CreatedApiKey> {
    return this.changeKeys(teamId, async (manager) => {
      const now = new Date();
      const oldKey = await this.getKey(manager, teamId, id);
      if (oldKey.statusAt(now) !== 'active') throw new Conflict('Only active keys can be rotated');
      const created = await this.insert(manager, {
        teamId,
        name: oldKey.name,
        expiresAt: oldKey.expiresAt,
        rotatedFromId: id,
      });
      const end = new Date(now.getTime() + gracePeriodSeconds * 1000);
      if (gracePeriodSeconds === 0) oldKey.revokedAt = now;
      else if (!oldKey.expiresAt || oldKey.expiresAt > end) oldKey.expiresAt = end;
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
      await ApiKeyCache.announceChange(manager);
      return changed;
    });
    this.apiKeyCache.clear();
    return result;
  }

  private async getKey(manager: EntityManager, teamId: string, id: string): Promise<ApiKey> {
    const key = isUuid(id) ? await manager.findOneBy(ApiKey, { id, teamId }) : null;
    if (!key) throw new NotFound('API key');
    return key;
  }

  private activeKeys(manager: EntityManager, teamId: string): Promise<ApiKey[]> {
    const notRevoked = { teamId, revokedAt: IsNull() };
    return manager.findBy(ApiKey, [
      { ...notRevoked, expiresAt: IsNull() },
      { ...notRevoked, expiresAt: MoreThan(new Date()) },
    ]);
  }

  private async insert(
    manager: EntityManager,
    row: Pick<ApiKey, 'teamId' | 'name' | 'expiresAt' | 'rotatedFromId'>,
    secret = generateApiKey(),
  ): Promise<CreatedApiKey> {
    const timestamps = { createdAt: new Date(), revokedAt: null, lastUsedAt: null };
    const apiKey = manager.create(ApiKey, {
      ...row,
      ...timestamps,
      ...visibleKeyParts(secret),
      id: newId(),
      keyHash: hashApiKey(secret),
    });
    await manager.insert(ApiKey, apiKey);
    return { apiKey, secret };
  }
}
