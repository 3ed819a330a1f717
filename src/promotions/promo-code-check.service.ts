import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CHANNEL, type Channel } from '../common/channel.js';
import { Clock } from '../common/clock.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.token.js';
import { rateLimitExceeded } from '../rate-limits/rate-limit-headers.js';
import { createLimiter } from '../rate-limits/create-limiter.js';
import type { Limiter, RateLimitResult } from '../rate-limits/rate-limiter.js';
import type { Caller } from '../teams/caller.js';
import {
  findRedeemablePromotions,
  type PromotionScope,
  type RedeemablePromotion,
} from './redemptions/redeemable-promotions.query.js';

/** How many teams behind one address, such as those of an agency, can use up their limits at the same time. */
const teamsPerAddress = 10;

/**
 * Finds the promotions that a promo code refers to. Limits the failed attempts of each team and of each
 * client address, so that codes cannot be guessed, and more keys do not buy more guesses.
 */
@Injectable()
export class PromoCodeCheckService {
  private readonly failures: Limiter;

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    @Inject(CHANNEL) channel: Channel | null,
  ) {
    const quota = config.promoFailuresPerMinute;
    const windowMs = 60_000;
    const policies = [
      { name: 'promo-failures', quota, windowMs },
      { name: 'promo-failures-address', quota: quota * teamsPerAddress, windowMs, per: 'group' as const },
    ];
    this.failures = createLimiter('promo-code failures', policies, channel);
  }

  /**
   * Returns the promotions in scope that can be redeemed with the code today, starting with the caller's own.
   * An empty result counts as a failed attempt.
   * @param code as returned by `normalizePromoCode`
   * @throws DomainError RATE_LIMITED after too many failed attempts, even if the code is valid
   */
  async findPromotions(caller: Caller, code: string, scope: PromotionScope): Promise<RedeemablePromotion[]> {
    const failure = { group: caller.address ?? caller.id };
    requireAllowed(await this.failures.peek(caller.id, failure));
    const promotions = await findRedeemablePromotions(this.dataSource, code, this.clock.today(), scope);
    // Concurrent requests may have used up the limit since the first check.
    if (promotions.length === 0) requireAllowed(await this.failures.consume(caller.id, failure));
    return promotions;
  }
}

function requireAllowed({ allowed, statuses }: RateLimitResult): void {
  if (!allowed) throw rateLimitExceeded(statuses, 'Too many invalid promo codes');
}
