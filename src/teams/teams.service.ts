import { Sql } from '../sql/sql.js';
import { Injectable } from '@nestjs/common';
import { whenCommitted } from '../common/request/request-scope.js';
import { InjectRepository } from '@nestjs/typeorm';
import { validate as isUuid } from 'uuid';
import { Repository } from 'typeorm';
import { versionETag, requireIfMatch } from '../http/etag.js';
import { Clock } from '../common/clock.js';
import { NotFound } from '../common/errors.js';
import { keysetPage } from '../paging/keyset.js';
import type { Page } from '../paging/page.js';
import { CursorCodec } from '../paging/cursor.js';
import { newId } from '../common/new-id.js';
import { ApiKeyCheck } from './api-keys/api-key-check.js';
import { Team } from './team.entity.js';
import type { CreateTeam, ListTeams, UpdateTeam } from './teams.dto.js';

/** Creates, reads and changes teams on behalf of the operator. */
@Injectable()
export class TeamsService {
  constructor(
    @InjectRepository(Team) private readonly teams: Repository<Team>,
    private readonly sql: Sql,
    private readonly apiKeyCheck: ApiKeyCheck,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
  ) {}

  async create(body: CreateTeam): Promise<Team> {
    const now = this.clock.now();
    const team = this.teams.create({
      id: newId(),
      name: body.name.trim(),
      role: body.role,
      verifiedAt: body.verified ? now : null,
      suspendedAt: null,
      defaultCurrency: body.defaultCurrency ?? 'USD',
      version: 1,
      createdAt: now,
      updatedAt: now,
    });
    await this.teams.insert(team);
    return team;
  }

  list(query: ListTeams): Promise<Page<Team>> {
    const list = this.teams.createQueryBuilder('team');
    if (query.role) list.andWhere('team.role = :role', { role: query.role });
    return keysetPage(list, query, { name: 'teams', cursors: this.cursors });
  }

  /** @throws NotFound */
  async get(id: string): Promise<Team> {
    const team = isUuid(id) ? await this.teams.findOneBy({ id }) : null;
    if (!team) throw new NotFound('Team');
    return team;
  }

  /** @throws NotFound, PreconditionFailed */
  async update(id: string, body: UpdateTeam, ifMatch?: string): Promise<Team> {
    if (!isUuid(id)) throw new NotFound('Team');
    const changed = await this.sql.transaction(async ({ manager }) => {
      const team = await manager.findOne(Team, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!team) throw new NotFound('Team');
      requireIfMatch(ifMatch, versionETag(team.version));
      if (!applyChange(team, body, this.clock.now())) return team;
      await manager.save(team);
      await ApiKeyCheck.announceChange(manager);
      return team;
    });
    whenCommitted(() => this.apiKeyCheck.forgetAll());
    return changed;
  }
}

/** Applies the change to the team. @returns whether any value changed */
function applyChange(team: Team, body: UpdateTeam, now: Date): boolean {
  const before = JSON.stringify(team);
  if (body.name !== undefined) team.name = body.name.trim();
  if (body.defaultCurrency !== undefined) team.defaultCurrency = body.defaultCurrency;
  if (body.verified !== undefined) team.verifiedAt = body.verified ? (team.verifiedAt ?? now) : null;
  if (body.suspended !== undefined) team.suspendedAt = body.suspended ? (team.suspendedAt ?? now) : null;
  if (JSON.stringify(team) === before) return false;
  team.version += 1;
  team.updatedAt = now;
  return true;
}
