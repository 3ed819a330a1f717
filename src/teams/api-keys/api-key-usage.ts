import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';

const flushMs = 10_000;

/** Remembers when each key was used and writes it down every ten seconds, one statement for all keys. */
@Injectable()
export class ApiKeyUsage implements BeforeApplicationShutdown {
  private used = new Map<string, Date>();
  private readonly log = new Logger(ApiKeyUsage.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly dataSource: DataSource) {}

  recordUse(keyId: string): void {
    this.used.set(keyId, new Date());
    this.timer ??= setTimeout(() => void this.flush(), flushMs).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flush();
  }

  /** Writes what is noted; a failure is logged and costs no more than some last-used times. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const used = this.used;
    this.used = new Map();
    if (used.size === 0) return;
    try {
      await this.dataSource.query(
        `UPDATE api_keys k SET last_used_at = greatest(k.last_used_at, u.at)
           FROM unnest($1::uuid[], $2::timestamptz[]) AS u (id, at) WHERE k.id = u.id`,
        [[...used.keys()], [...used.values()]],
      );
    } catch (cause) {
      this.log.warn({ err: cause }, 'Could not write when keys were last used');
    }
  }
}
