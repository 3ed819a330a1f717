import { Logger } from '@nestjs/common';
import type { Encryption } from '../../encryption/encryption.js';
import { insertEvents } from '../../events/events.write.js';
import { newEvent } from '../../events/new-event.js';
import type { Sql } from '../../sql/sql.js';
import type { Wakeups } from '../../wakeups/wakeups.js';
import type { EndpointState } from './due-deliveries.write.js';
import type { LaneHealth } from './rules/lane-health.js';
import type { Attempt } from './sender.js';

const disable = `UPDATE webhook_endpoints SET enabled = false, disabled_reason = $3, disabled_at = now(),
    version = version + 1, updated_at = now()
  WHERE id = $1 AND version = $2 AND enabled RETURNING 1`;
const markWarned = `UPDATE webhook_lanes SET warned_at = now()
  WHERE endpoint_id = $1 AND warned_at IS NULL AND failures > 0 RETURNING 1`;

/** Disables endpoints that fail, and announces it by events to the other endpoints of the team. */
export class EndpointNotices {
  private readonly log = new Logger(EndpointNotices.name);

  constructor(
    private readonly sql: Sql,
    private readonly encryption: Encryption,
    private readonly wakeups: Wakeups,
  ) {}

  /** @returns whether nothing more must be sent to the endpoint; false if that could not be stored */
  async disable(
    endpointId: string,
    { teamId, url, version }: EndpointState,
    reason: 'failing' | 'gone',
    health: LaneHealth,
    attempt: Attempt,
  ): Promise<boolean> {
    const event = newEvent(this.encryption, {
      type: 'webhook.disabled',
      teamId,
      subject: endpointId,
      at: attempt.at,
      data: {
        endpointId,
        url,
        reason,
        // A single failure is not the reason.
        failingSince: health.failures > 1 ? toIso(health.failingSince) : null,
        ...lastAttempt(attempt),
      },
    });
    return this.store({ text: disable, values: [endpointId, version, reason] }, event);
  }

  /** Warns the team, once, that the endpoint will be disabled. */
  async warn(
    endpointId: string,
    { teamId, url }: EndpointState,
    health: LaneHealth,
    attempt: Attempt,
    disableAfterMs: number,
  ): Promise<void> {
    const failingSince = health.failingSince ?? attempt.at.getTime();
    const event = newEvent(this.encryption, {
      type: 'webhook.failing',
      teamId,
      subject: endpointId,
      at: attempt.at,
      data: {
        endpointId,
        url,
        failingSince: new Date(failingSince).toISOString(),
        disabledFrom: new Date(failingSince + disableAfterMs).toISOString(),
        failures: health.failures,
        ...lastAttempt(attempt),
      },
    });
    await this.store({ text: markWarned, values: [endpointId] }, event);
  }

  /** Stores the event if the change finds something to change. @returns whether this did not fail */
  private async store(
    change: { text: string; values: unknown[] },
    event: ReturnType<typeof newEvent>,
  ): Promise<boolean> {
    try {
      const isChanged = await this.sql.transaction(async (tx) => {
        const changed = await tx.rows(change);
        if (changed.length > 0) await tx.rows(insertEvents([event]));
        return changed.length > 0;
      });
      if (isChanged) this.wakeups.send('events');
      return true;
    } catch (cause) {
      this.log.warn({ err: cause, endpointId: event.subject }, `Could not store the event ${event.type}`);
      return false;
    }
  }
}

const toIso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

const lastAttempt = ({ statusCode, error }: Attempt) => ({ lastStatusCode: statusCode, lastError: error });
