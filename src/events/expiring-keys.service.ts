import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { BackgroundJobs } from '../common/background-jobs.js';
import { Clock } from '../common/clock.js';
import { Encryption } from '../encryption/encryption.js';
import { Sql } from '../sql/sql.js';
import { isoTime } from '../sql/wire/json-row-writer.js';
import { EventLog } from './event-log.js';
import { newEvent } from './new-event.js';

/** How long before its end a key is announced. */
const noticeDays = 7;
const batchSize = 100;

/**
 * Keys to announce, each once. A key that was rotated ends as its team has chosen, and one that lives for a day at most is
 * made to be replaced.
 */
const announce = `
  UPDATE api_keys SET expiry_announced_at = now() WHERE id IN (
    SELECT id FROM api_keys
     WHERE expiry_announced_at IS NULL AND revoked_at IS NULL AND retires_at IS NULL AND expires_at > now()
       AND expires_at <= now() + interval '${noticeDays} days' AND expires_at > created_at + interval '1 day'
     ORDER BY expires_at LIMIT ${batchSize} FOR UPDATE SKIP LOCKED)
  RETURNING id, team_id, name, prefix, last4, expires_at`;

/** Tells teams that an API key of theirs expires soon. Several processes can do so at the same time. */
@Injectable()
export class ExpiringKeys implements OnApplicationBootstrap {
  constructor(
    private readonly jobs: BackgroundJobs,
    private readonly sql: Sql,
    private readonly clock: Clock,
    private readonly encryption: Encryption,
    private readonly events: EventLog,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.runHourly('announce API keys that expire soon', () => this.announce());
  }

  /** Writes an event for each key that expires within the next days and was not announced before. */
  async announce(): Promise<void> {
    while ((await this.announceBatch()) === batchSize);
  }

  private announceBatch(): Promise<number> {
    return this.sql.transaction(async (tx) => {
      const rows = await tx.rows({ text: announce, values: [] });
      const events = rows.map(([id, teamId, name, prefix, last4, end]) => {
        const key = { apiKeyId: id ?? '', name: name ?? '', prefix: prefix ?? '', last4: last4 ?? '' };
        return newEvent(this.encryption, {
          type: 'api_key.expiring',
          teamId: teamId ?? '',
          subject: key.apiKeyId,
          at: this.clock.now(),
          data: { ...key, expiresAt: isoTime(end ?? '') },
        });
      });
      await this.events.write(tx, events);
      return rows.length;
    });
  }
}
