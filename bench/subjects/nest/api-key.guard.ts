import { Injectable, UnauthorizedException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { hashApiKey } from '../../../src/teams/api-keys/api-key-format.js';
import type { Team } from '../../../src/teams/team.entity.js';
import { ApiKeyEntity } from './entities.js';

/** A request after the guard has accepted its key. */
export interface TeamRequest {
  headers: Record<string, string | undefined>;
  team: Team;
}

const cacheMs = 30_000;
const maxCached = 10_000;

/** Accepts requests with a valid API key, which it caches for 30 seconds. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  private readonly cache = new Map<string, { team: Team; expiresAt: number }>();

  constructor(@InjectRepository(ApiKeyEntity) private readonly keys: Repository<ApiKeyEntity>) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<TeamRequest>();
    request.team = await this.teamOf(request.headers['x-api-key'] ?? '');
    return true;
  }

  private async teamOf(key: string): Promise<Team> {
    const cached = this.cache.get(key);
    if (cached && cached.expiresAt > Date.now()) return cached.team;
    const found = await this.keys
      .createQueryBuilder('key')
      .innerJoinAndSelect('key.team', 'team')
      .where('key.keyHash = :hash AND key.revokedAt IS NULL', { hash: hashApiKey(key) })
      .andWhere('(key.expiresAt IS NULL OR key.expiresAt > now()) AND team.suspendedAt IS NULL')
      .getOne();
    if (!found) throw new UnauthorizedException();
    if (this.cache.size >= maxCached) this.cache.clear();
    this.cache.set(key, { team: found.team, expiresAt: Date.now() + cacheMs });
    return found.team;
  }
}
