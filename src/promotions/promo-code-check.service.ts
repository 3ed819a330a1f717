import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CHANNEL, type Channel } from '../common/channel.js';
import { Clock } from '../common/clock.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.token.js';
import { rateLimitExceeded } from '../rate-limits/rate-limit-headers.js';
import { RateLimiter, type RateLimitResult } from '../rate-limits/rate-limiter.js';
import { UsageSync } from '../rate-limits/usage-sync.js';
import type { Caller } from '../teams/caller.js';
import {
  findRedeemablePromotions,
  type PromotionScope,
  type RedeemablePromotion,
} from './redeemable-promotions.query.js';

/**
 * Finds the promotions that a promo code refers to. Limits the failed attempts of each API key, so that codes
 * cannot be guessed.
 */
@Injectable()
export class PromoCodeCheckService {
  private readonly failures: RateLimiter;

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    @Inject(CHANNEL) channel: Channel | null,
  ) {
    this.failures = new RateLimiter(
      [{ name: 'promo-failures', quota: config.promoFailuresPerMinute, windowMs: 60_000 }],
      Date.now,
      channel ? new UsageSync(channel) : undefined,
    );
  }

  /**
   * Returns the promotions in scope that can be redeemed with the code today, starting with the caller's own.
   * An empty result counts as a failed attempt.
   * @param code as returned by `normalizePromoCode`
   * @throws DomainError RATE_LIMITED after too many failed attempts, even if the code is valid
   */
  async findPromotions(caller: Caller, code: string, scope: PromotionScope): Promise<RedeemablePromotion[]> {
    requireAllowed(this.failures.peek(caller.keyId));
    const promotions = await findRedeemablePromotions(this.dataSource, code, this.clock.today(), scope);
    // Concurrent requests may have used up the limit since the first check.
    if (promotions.length === 0) requireAllowed(this.failures.consume(caller.keyId));
    return promotions;
  }
}

function requireAllowed({ allowed, statuses }: RateLimitResult): void {
  if (!allowed) throw rateLimitExceeded(statuses, 'Too many invalid promo codes');
}
