import { timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CHANNEL, type Channel } from '../common/channel.js';
import type { Access, EndpointConfig } from '../http/endpoint.js';
import { DomainError, ValidationFailed } from '../common/errors.js';
import { fieldError } from '../common/field-path.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.token.js';
import { hashKey } from './api-keys/api-key-format.js';
import type { Caller } from './caller.js';
import { ApiKeyCache } from './api-keys/api-key-cache.js';
import { ApiKeyUsage } from './api-keys/api-key-usage.js';
import { rateLimitHeaders, tooManyRequests } from '../rate-limits/rate-limit-headers.js';
import { RateLimiter } from '../rate-limits/rate-limiter.js';
import { SharedCounts } from '../rate-limits/shared-counts.js';
import type { Policy } from '../rate-limits/rate-limit-window.js';

const rolesFor = { provider: ['provider', 'hybrid'], reseller: ['reseller', 'hybrid'] } as const;

/**
 * Decides who may call a route, before its body is read: a Fastify hook rather than a Nest guard, so that a
 * stranger's body is never parsed and a missing key is told before a broken body. Routes that declare no access
 * answer nobody.
 */
@Injectable()
export class AccessHook {
  private readonly limiter: RateLimiter;
  private readonly failures: RateLimiter;
  private readonly adminHash: Buffer | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly directory: ApiKeyCache,
    private readonly lastUsed: ApiKeyUsage,
    @Inject(CHANNEL) channel: Channel | null,
  ) {
    const limiter = (policies: Policy[]) =>
      new RateLimiter(policies, Date.now, channel ? new SharedCounts(channel) : undefined);
    this.limiter = limiter([
      { name: 'burst', quota: config.rateLimitPerMinute, windowMs: 60_000 },
      { name: 'sustained', quota: config.rateLimitPerHour, windowMs: 3_600_000 },
    ]);
    this.failures = limiter([{ name: 'failures', quota: config.authFailuresPerMinute, windowMs: 60_000 }]);
    this.adminHash = config.adminApiKey === undefined ? undefined : hashKey(config.adminApiKey);
  }

  /** The onRequest hook. @throws DomainError UNAUTHORIZED, FORBIDDEN, RATE_LIMITED; ValidationFailed */
  readonly onRequest = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (request.is404) return;
    const { access, takesQuery } = request.routeOptions.config as EndpointConfig;
    if (access === undefined) throw new DomainError('FORBIDDEN', 'This route is not open to anyone');
    const needed = access === 'public' && this.isGuardedMetrics(request) ? 'admin' : access;
    if (needed === 'public') return;
    const key = keyOf(request);
    if (needed === 'admin') await this.admitAdmin(key, request, reply);
    else request.caller = await this.admitTeam(key, needed, request, reply);
    if (!takesQuery && access !== 'public') refuseQuery(request);
  };

  private isGuardedMetrics(request: FastifyRequest): boolean {
    return this.config.metricsAccess === 'admin' && request.routeOptions.url === '/metrics';
  }

  private async admitAdmin(
    key: string | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    if (key !== undefined && this.isAdmin(key)) return;
    const caller = key === undefined ? undefined : await this.directory.find(key);
    if (!caller) return this.refuse(key, request, reply);
    this.limit(this.limiter, caller.keyId, reply);
    throw new DomainError('FORBIDDEN', 'The admin key is required');
  }

  private async admitTeam(
    key: string | undefined,
    access: Exclude<Access, 'public' | 'admin'>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Caller> {
    const caller = key === undefined ? undefined : await this.directory.find(key);
    if (!caller) {
      if (key !== undefined && this.isAdmin(key))
        throw new DomainError('FORBIDDEN', "A team's API key is required; the admin key opens /admin only");
      return this.refuse(key, request, reply);
    }
    this.limit(this.limiter, caller.keyId, reply);
    this.lastUsed.note(caller.keyId);
    if (caller.suspended) throw new DomainError('FORBIDDEN', 'The team is suspended');
    if (access !== 'team' && !(rolesFor[access] as readonly string[]).includes(caller.role))
      throw new DomainError('FORBIDDEN', `${access === 'provider' ? 'Provider' : 'Reseller'} role required`);
    return caller;
  }

  private isAdmin(key: string): boolean {
    return this.adminHash !== undefined && timingSafeEqual(hashKey(key), this.adminHash);
  }

  private refuse(key: string | undefined, request: FastifyRequest, reply: FastifyReply): never {
    this.limit(this.failures, request.ip, reply);
    const detail =
      key === undefined ? 'An API key is required: send it in the header x-api-key' : 'Invalid API key';
    throw new DomainError('UNAUTHORIZED', detail, {}, { 'www-authenticate': 'Bearer realm="offerdock"' });
  }

  private limit(limiter: RateLimiter, key: string, reply: FastifyReply): void {
    const { allowed, allowances } = limiter.take(key);
    void reply.headers(rateLimitHeaders(allowances, Date.now()));
    if (!allowed) throw tooManyRequests(allowances);
  }
}

/** The key of `x-api-key`, else of `Authorization: Bearer`; a key in the query string is ignored. */
function keyOf(request: FastifyRequest): string | undefined {
  const header = request.headers['x-api-key'];
  if (typeof header === 'string' && header !== '') return header;
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

function refuseQuery(request: FastifyRequest): void {
  const names = Object.keys(request.query as object);
  if (names.length > 0)
    throw new ValidationFailed(
      names.map((name) => fieldError([name], 'unknown', 'is not a known query parameter')),
    );
}
