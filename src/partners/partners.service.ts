import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, In, Repository } from 'typeorm';
import { validate as isUuid } from 'uuid';
import type { ReserveMemory } from '../paging/answer-budget.js';
import { CursorCodec } from '../paging/cursor.js';
import { Clock } from '../common/clock.js';
import { NotFound, ValidationFailed } from '../common/errors.js';
import { keysetPage } from '../paging/keyset.js';
import type { Page, PageQuery } from '../paging/page.js';
import { fieldError } from '../common/field-path.js';
import { Team } from '../teams/team.entity.js';
import { idsAt, unknownId } from '../validation/unknown-ids.js';
import { validate } from '../validation/validate.js';
import { AddPartner } from './partners.dto.js';
import { PreferredPartner } from './preferred-partner.entity.js';

/**
 * Adds, lists and removes the preferred partners of a provider. A change takes effect with the reseller's
 * next request.
 */
@Injectable()
export class PartnersService {
  constructor(
    @InjectRepository(PreferredPartner) private readonly partners: Repository<PreferredPartner>,
    private readonly dataSource: DataSource,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
  ) {}

  /**
   * Adds a preferred partner, effective from today (UTC) by default. For an existing one, the members that are
   * sent replace its tier, effective date and notes; omitted members keep their values, and null clears one.
   * @throws ValidationFailed, also unless the team is a reseller or hybrid team other than the provider's own
   */
  async addOrUpdate(
    providerTeamId: string,
    body: unknown,
  ): Promise<{ partner: PreferredPartner; created: boolean }> {
    const { value, errors } = validate(AddPartner, body);
    for (const { id, path } of idsAt(['resellerTeamId'], value.resellerTeamId, errors))
      if (id === providerTeamId) errors.push(fieldError(path, 'range', 'must not be your own team'));
      else if (!(await this.dataSource.manager.existsBy(Team, { id, role: In(['reseller', 'hybrid']) })))
        errors.push(unknownId(path, 'a reseller'));
    if (errors.length > 0) throw new ValidationFailed(errors);
    const { tier, effectiveDate, notes } = value;
    const [row]: (PreferredPartner & { created: boolean })[] = await this.dataSource.query(
      `INSERT INTO preferred_partners AS p
              (provider_team_id, reseller_team_id, tier, effective_date, notes, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, now(), now())
       ON CONFLICT (provider_team_id, reseller_team_id) DO UPDATE
          SET tier = CASE WHEN $6 THEN excluded.tier ELSE p.tier END,
              effective_date = CASE WHEN $7 THEN excluded.effective_date ELSE p.effective_date END,
              notes = CASE WHEN $8 THEN excluded.notes ELSE p.notes END,
              updated_at = excluded.updated_at
       RETURNING provider_team_id AS "providerTeamId", reseller_team_id AS "resellerTeamId", tier,
                 effective_date::text AS "effectiveDate", notes, xmax = 0 AS created,
                 created_at AS "createdAt", updated_at AS "updatedAt"`,
      [
        providerTeamId,
        value.resellerTeamId,
        tier ?? null,
        effectiveDate ?? this.clock.today(),
        notes ?? null,
        ...[tier, effectiveDate, notes].map((value) => value !== undefined),
      ],
    );
    if (!row) throw new Error('The upsert returned no row');
    const { created, ...partner } = row;
    return { partner, created };
  }

  list(providerTeamId: string, query: PageQuery, reserve: ReserveMemory): Promise<Page<PreferredPartner>> {
    const list = this.partners.createQueryBuilder('partner').where({ providerTeamId });
    return keysetPage(list, query, {
      name: `partners ${providerTeamId}`,
      cursors: this.cursors,
      id: 'resellerTeamId',
      reserve,
    });
  }

  /** Removes a preferred partner. @throws NotFound */
  async remove(providerTeamId: string, resellerTeamId: string): Promise<void> {
    const { affected } = isUuid(resellerTeamId)
      ? await this.partners.delete({ providerTeamId, resellerTeamId })
      : { affected: 0 };
    if (!affected) throw new NotFound('Preferred partner');
  }
}
