import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { BackgroundJobs } from '../../common/background-jobs.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { eventTypes, eventTypeNames } from '../../events/event-types.js';
import { HiddenEvents } from '../../events/hidden-events.js';
import { Sql } from '../../sql/sql.js';
import { defaultOrderSettings } from '../settings/default-order-settings.js';
import { personalDataUntil } from './personal-data-until.js';

const types = eventTypeNames.filter(
  (type) => eventTypes[type].sealed && eventTypes[type].recipient === 'provider',
);
/** True for an event `r` about an item `i` whose provider may no longer see personal data. */
const isExpired = `r.type = ANY ('{${types.join(',')}}'::text[]) AND EXISTS (SELECT FROM order_items i
  WHERE i.id = r.subject AND i.provider_team_id = r.team_id AND i.ended_at IS NOT NULL AND ${personalDataUntil} <= now())`;

const batchSize = 500;
const pauseMs = 20;

/**
 * Providers see personal data for a limited time after an item has ended. The events that have told them of it are not
 * shown any more from then on, and deleted soon after. Several processes can do so at the same time.
 */
@Injectable()
export class ExpiredOrderEvents implements OnApplicationBootstrap {
  constructor(
    private readonly hidden: HiddenEvents,
    private readonly jobs: BackgroundJobs,
    private readonly sql: Sql,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.hidden.add(isExpired);
    this.jobs.runHourly('delete events with personal data whose time is over', () => this.deleteExpired());
  }

  /** Deletes the events, in small transactions. Other providers than these never see an event for that long. */
  async deleteExpired(): Promise<void> {
    const statement = {
      text: `
        DELETE FROM events WHERE id IN (
          SELECT r.event_id FROM teams t LEFT JOIN order_settings s ON s.team_id = t.id
            JOIN event_recipients r ON r.team_id = t.id
           WHERE t.role <> 'reseller' AND coalesce(s.personal_data_days, ${defaultOrderSettings.personalDataDays}) < $1
             AND ${isExpired}
           LIMIT ${batchSize})
        RETURNING 1`,
      values: [this.config.eventsRetentionDays],
    };
    while ((await this.sql.rows(statement)).length > 0) await sleep(pauseMs);
  }
}
