import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CHANNEL, type Channel } from '../common/channel.js';
import { Clock } from '../common/clock.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.token.js';
import type { Caller } from '../teams/caller.js';
import { rateLimitExceeded } from '../rate-limits/rate-limit-headers.js';
import { RateLimiter, type RateLimitResult } from '../rate-limits/rate-limiter.js';
import { UsageSync } from '../rate-limits/usage-sync.js';
import { livePromotions, type CodeScope, type LivePromotion } from './live-promotions.js';

/** Finds what a promo code stands for. A key that tries too many codes that do not work is refused for a while. */
@Injectable()
export class PromoCodesService {
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
   * The promotions of the scope that the code (as readPromoCode() gives it) stands for now. None counts as a failure.
   * @throws DomainError RATE_LIMITED after too many failures, whatever the code
   */
  async find(caller: Caller, code: string, scope: CodeScope): Promise<LivePromotion[]> {
    this.refuseUnless(this.failures.peek(caller.keyId));
    const found = await livePromotions(this.dataSource, code, this.clock.today(), scope);
    // Requests that ran at the same time may have used the limit up meanwhile.
    if (found.length === 0) this.refuseUnless(this.failures.consume(caller.keyId));
    return found;
  }

  private refuseUnless({ allowed, statuses }: RateLimitResult): void {
    if (!allowed) throw rateLimitExceeded(statuses, 'Too many promo codes that do not work');
  }
}
