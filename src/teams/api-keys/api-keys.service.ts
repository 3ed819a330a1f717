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

/** A key with its secret, which is known only now. */
export interface CreatedApiKey {
  apiKey: ApiKey;
  secret: string;
}

/** The keys of one team. Every change of them is announced, so that all processes learn of it within a second. */
@Injectable()
export class ApiKeysService {
  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly sql: Sql,
    private readonly directory: ApiKeyCache,
    private readonly cursors: CursorCodec,
  ) {}

  /** @throws NotFound for an unknown team, ValidationFailed for a past expiry, Conflict above 20 active keys */
  async create(teamId: string, body: CreateApiKey, secret = generateApiKey()): Promise<CreatedApiKey> {
    const expiresAt = body.expiresAt ? new Date(body.expiresAt) : null;
    if (expiresAt && expiresAt <= new Date())
      throw new ValidationFailed([fieldError(['expiresAt'], 'range', 'must lie in the future')]);
    return this.change(teamId, async (manager) => {
      const active = await this.activeKeys(manager, teamId);
      if (active.length >= maxActiveKeys)
        throw new Conflict(`A team has at most ${maxActiveKeys} active keys; revoke one first`);
      return this.insert(manager, { teamId, name: body.name.trim(), expiresAt, rotatedFromId: null }, secret);
    });
  }

  list(teamId: string, query: PageQuery): Promise<Page<ApiKey>> {
    const list = this.keys.createQueryBuilder('key').where('key.teamId = :teamId', { teamId });
    return keysetPage(list, query, { name: `api-keys ${teamId}`, cursors: this.cursors });
  }

  /** Whether the secret was ever handed out, working or not. */
  exists(secret: string): Promise<boolean> {
    return this.keys.existsBy({ keyHash: hashApiKey(secret) });
  }

  /**
   * Revokes a key; again is no error. A team may not revoke its last active key, the operator may (`last`).
   * @throws NotFound, Conflict
   */
  revoke(teamId: string, id: string, allowed: { last: boolean }): Promise<ApiKey> {
    return this.change(teamId, async (manager) => {
      const key = await this.find(manager, teamId, id);
      if (key.revokedAt) return key;
      const others = (await this.activeKeys(manager, teamId)).filter((other) => other.id !== key.id);
      if (!allowed.last && others.length === 0)
        throw new Conflict(
          'This is the last active key of the team: rotate it, or ask the operator to revoke it',
        );
      key.revokedAt = new Date();
      return manager.save(key);
    });
  }

  /**
   * Makes a key that takes the place of another, which works on for the grace period (seconds).
   * @throws NotFound, Conflict for a key that is expired or revoked
   */
  rotate(teamId: string, id: string, gracePeriodSeconds: number): Promise<CreatedApiKey> {
    return this.change(teamId, async (manager) => {
      const now = new Date();
      const old = await this.find(manager, teamId, id);
      if (old.statusAt(now) !== 'active') throw new Conflict('Only an active key can be rotated');
      const made = await this.insert(manager, {
        teamId,
        name: old.name,
        expiresAt: old.expiresAt,
        rotatedFromId: id,
      });
      const end = new Date(now.getTime() + gracePeriodSeconds * 1000);
      if (gracePeriodSeconds === 0) old.revokedAt = now;
      else if (!old.expiresAt || old.expiresAt > end) old.expiresAt = end;
      await manager.save(old);
      return made;
    });
  }

  /** Runs a change of the team's keys, one at a time a team, and tells everyone. @throws NotFound */
  private async change<T>(teamId: string, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const result = await this.sql.transaction(async ({ manager }) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const team = isUuid(teamId) ? await manager.findOne(Team, { where: { id: teamId }, lock }) : null;
      if (!team) throw new NotFound('Team');
      const done = await work(manager);
      await ApiKeyCache.announceChange(manager);
      return done;
    });
    this.directory.clear();
    return result;
  }

  private async find(manager: EntityManager, teamId: string, id: string): Promise<ApiKey> {
    const key = isUuid(id) ? await manager.findOneBy(ApiKey, { id, teamId }) : null;
    if (!key) throw new NotFound('API key');
    return key;
  }

  private activeKeys(manager: EntityManager, teamId: string): Promise<ApiKey[]> {
    const unrevoked = { teamId, revokedAt: IsNull() };
    return manager.findBy(ApiKey, [
      { ...unrevoked, expiresAt: IsNull() },
      { ...unrevoked, expiresAt: MoreThan(new Date()) },
    ]);
  }

  private async insert(
    manager: EntityManager,
    row: Pick<ApiKey, 'teamId' | 'name' | 'expiresAt' | 'rotatedFromId'>,
    secret = generateApiKey(),
  ): Promise<CreatedApiKey> {
    const stamps = { createdAt: new Date(), revokedAt: null, lastUsedAt: null };
    const apiKey = manager.create(ApiKey, {
      ...row,
      ...stamps,
      ...visibleKeyParts(secret),
      id: newId(),
      keyHash: hashApiKey(secret),
    });
    await manager.insert(ApiKey, apiKey);
    return { apiKey, secret };
  }
}
