import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { requireIfMatch, versionETag } from '../../http/etag.js';
import { Sql } from '../../sql/sql.js';
import type { SqlRunner } from '../../sql/transaction.js';
import type { Caller } from '../../teams/caller.js';
import { eventTypes, optionalEventTypes } from '../event-types.js';
import type { EventSettingsView, UpdateEventSettings } from './event-settings.dto.js';

/** Settings with their version; 0 as long as the team has set nothing. */
export interface VersionedSettings {
  settings: EventSettingsView;
  version: number;
}

const unset: VersionedSettings = { settings: { offerEvents: [] }, version: 0 };

/** Reads and changes what a team has set for its events. */
@Injectable()
export class EventSettings {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  get(teamId: string): Promise<VersionedSettings> {
    return this.read(this.sql, teamId);
  }

  /** @throws PreconditionFailed; ValidationFailed for events that the team does not receive */
  update(team: Caller, patch: UpdateEventSettings, ifMatch?: string): Promise<VersionedSettings> {
    const foreign = patch.offerEvents?.find(
      (type) => team.role === (eventTypes[type].recipient === 'provider' ? 'reseller' : 'provider'),
    );
    if (foreign)
      throw new ValidationFailed([
        fieldError(
          ['offerEvents'],
          'unexpected',
          `must not contain ${foreign}, which is not sent to a ${team.role}`,
        ),
      ]);
    return this.sql.transaction(async (tx) => {
      // Two changes at the same time must not both find the version that they expect.
      await tx.rows({
        text: `INSERT INTO event_settings (team_id, offer_events, version, updated_at) VALUES ($1, '{}', 0, $2)
          ON CONFLICT (team_id) DO NOTHING`,
        values: [team.id, this.clock.now()],
      });
      const current = await this.read(tx, team.id, 'FOR UPDATE');
      requireIfMatch(ifMatch, versionETag(current.version));
      const asked = patch.offerEvents;
      if (!asked) return current;
      const offerEvents = optionalEventTypes.filter((type) => asked.includes(type));
      if (offerEvents.join() === current.settings.offerEvents.join()) return current;
      await tx.rows({
        text: `UPDATE event_settings SET offer_events = $2, version = version + 1, updated_at = $3 WHERE team_id = $1`,
        values: [team.id, offerEvents, this.clock.now()],
      });
      return { settings: { offerEvents }, version: current.version + 1 };
    });
  }

  private async read(runner: Pick<SqlRunner, 'rows'>, teamId: string, lock = ''): Promise<VersionedSettings> {
    const [row] = await runner.rows({
      text: `SELECT to_json(offer_events), version FROM event_settings WHERE team_id = $1 ${lock}`,
      values: [teamId],
    });
    if (!row) return unset;
    const [offerEvents, version] = row;
    return {
      settings: { offerEvents: JSON.parse(offerEvents ?? '[]') as EventSettingsView['offerEvents'] },
      version: Number(version),
    };
  }
}
