import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../../common/clock.js';
import { defaultOrderSettings } from './default-order-settings.js';
import type { OrderSettingsView, UpdateOrderSettings } from './order-settings.dto.js';

const { respondWithinHours, personalDataDays } = defaultOrderSettings;
const columns = 'respond_within_hours AS "respondWithinHours", personal_data_days AS "personalDataDays"';

/** Reads and changes what a provider has set for its orders. */
@Injectable()
export class OrderSettingsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  async get(teamId: string): Promise<OrderSettingsView> {
    const [row]: OrderSettingsView[] = await this.dataSource.query(
      `SELECT ${columns} FROM order_settings WHERE team_id = $1`,
      [teamId],
    );
    return row ?? defaultOrderSettings;
  }

  /** Changes the members that the patch contains, in one statement. */
  async update(teamId: string, patch: UpdateOrderSettings): Promise<OrderSettingsView> {
    const has = (name: keyof UpdateOrderSettings) => patch[name] !== undefined;
    const [row]: OrderSettingsView[] = await this.dataSource.query(
      `INSERT INTO order_settings AS s (team_id, respond_within_hours, personal_data_days, version, updated_at)
         VALUES ($1, CASE WHEN $2 THEN $3::integer ELSE ${respondWithinHours} END, coalesce($4, ${personalDataDays}), 1, $5)
       ON CONFLICT (team_id) DO UPDATE SET
         respond_within_hours = CASE WHEN $2 THEN excluded.respond_within_hours ELSE s.respond_within_hours END,
         personal_data_days = coalesce($4, s.personal_data_days), version = s.version + 1, updated_at = $5
       RETURNING ${columns}`,
      [
        teamId,
        has('respondWithinHours'),
        patch.respondWithinHours ?? null,
        patch.personalDataDays ?? null,
        this.clock.now(),
      ],
    );
    return row ?? this.get(teamId);
  }
}
