import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { DataSource } from 'typeorm';

const flushIntervalMs = 10_000;

/**
 * Records when each key was last used, and stores these times every 10 seconds in one statement for all keys.
 */
@Injectable()
export class ApiKeyUsage implements BeforeApplicationShutdown {
  private lastUsed = new Map<string, Date>();
  private readonly log = new Logger(ApiKeyUsage.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  recordUse(keyId: string): void {
    this.lastUsed.set(keyId, this.clock.now());
    this.timer ??= setTimeout(() => void this.flush(), flushIntervalMs).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flush();
  }

  /**
   * Stores the recorded times. If this fails, the error is logged and the times are lost, which is
   * acceptable.
   */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const lastUsed = this.lastUsed;
    this.lastUsed = new Map();
    if (lastUsed.size === 0) return;
    try {
      await this.dataSource.query(
        `UPDATE api_keys k SET last_used_at = greatest(k.last_used_at, u.at)
           FROM unnest($1::uuid[], $2::timestamptz[]) AS u (id, at) WHERE k.id = u.id`,
        [[...lastUsed.keys()], [...lastUsed.values()]],
      );
    } catch (cause) {
      this.log.warn({ err: cause }, 'Could not store the times at which API keys were last used');
    }
  }
}
