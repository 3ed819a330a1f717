import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { requireIfMatch, versionETag } from '../../http/etag.js';
import { Sql } from '../../sql/sql.js';
import type { SqlRunner } from '../../sql/transaction.js';
import type { ComplianceSettingsView, UpdateComplianceSettings } from './compliance-settings.dto.js';

/** Settings with their version; 0 as long as the provider has set nothing. */
interface VersionedComplianceSettings {
  settings: ComplianceSettingsView;
  version: number;
}

/** Reads and changes what a provider has set for its files for regulators. */
@Injectable()
export class ComplianceSettings {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  get(teamId: string): Promise<VersionedComplianceSettings> {
    return this.read(this.sql, teamId);
  }

  /** @throws PreconditionFailed */
  update(
    teamId: string,
    { publishBroadbandLabels: asked }: UpdateComplianceSettings,
    ifMatch?: string,
  ): Promise<VersionedComplianceSettings> {
    return this.sql.transaction(async (tx) => {
      // Two changes at the same time must not both find the version that they expect.
      await tx.rows({
        text: `INSERT INTO compliance_settings (team_id, label_files_public, version, updated_at)
          VALUES ($1, false, 0, $2) ON CONFLICT (team_id) DO NOTHING`,
        values: [teamId, this.clock.now()],
      });
      const current = await this.read(tx, teamId, 'FOR UPDATE');
      requireIfMatch(ifMatch, versionETag(current.version));
      if (asked === undefined || asked === current.settings.publishBroadbandLabels) return current;
      await tx.rows({
        text: `UPDATE compliance_settings SET label_files_public = $2, version = version + 1, updated_at = $3
          WHERE team_id = $1`,
        values: [teamId, asked, this.clock.now()],
      });
      return { settings: { publishBroadbandLabels: asked }, version: current.version + 1 };
    });
  }

  private async read(
    runner: Pick<SqlRunner, 'rows'>,
    teamId: string,
    lock = '',
  ): Promise<VersionedComplianceSettings> {
    const [row] = await runner.rows({
      text: `SELECT label_files_public, version FROM compliance_settings WHERE team_id = $1 ${lock}`,
      values: [teamId],
    });
    return { settings: { publishBroadbandLabels: row?.[0] === 't' }, version: Number(row?.[1] ?? 0) };
  }
}
