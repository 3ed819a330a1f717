import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, In, Repository } from 'typeorm';
import { validate as isUuid } from 'uuid';
import type { ReserveMemory } from '../paging/answer-budget.js';
import { CursorCodec } from '../paging/cursor.js';
import { NotFound, ValidationFailed } from '../common/errors.js';
import { keysetPage } from '../paging/keyset.js';
import type { Page, PageQuery } from '../paging/page.js';
import { fieldError } from '../common/field-path.js';
import { Team } from '../teams/team.entity.js';
import type { AddPartner } from './partners.dto.js';
import { PreferredPartner } from './preferred-partner.entity.js';

const today = () => new Date().toISOString().slice(0, 10);

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
  ) {}

  /**
   * Adds a preferred partner, or replaces the tier, effective date and notes of an existing one.
   * @throws NotFound unless the team is a reseller or hybrid team; ValidationFailed if it is the provider's
   * own team
   */
  async addOrReplace(
    providerTeamId: string,
    body: AddPartner,
  ): Promise<{ partner: PreferredPartner; created: boolean }> {
    const resellerTeamId = body.resellerTeamId.toLowerCase();
    if (resellerTeamId === providerTeamId)
      throw new ValidationFailed([fieldError(['resellerTeamId'], 'range', 'must not be your own team')]);
    const role = In(['reseller', 'hybrid']);
    if (!(await this.dataSource.manager.existsBy(Team, { id: resellerTeamId, role })))
      throw new NotFound('Reseller');
    const values = {
      tier: body.tier ?? null,
      effectiveDate: body.effectiveDate ?? today(),
      notes: body.notes ?? null,
    };
    const [row]: { created: boolean; createdAt: Date; updatedAt: Date }[] = await this.dataSource.query(
      `INSERT INTO preferred_partners AS p
              (provider_team_id, reseller_team_id, tier, effective_date, notes, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, now(), now())
       ON CONFLICT (provider_team_id, reseller_team_id) DO UPDATE
          SET tier = excluded.tier, effective_date = excluded.effective_date, notes = excluded.notes,
              updated_at = excluded.updated_at
       RETURNING xmax = 0 AS created, created_at AS "createdAt", updated_at AS "updatedAt"`,
      [providerTeamId, resellerTeamId, values.tier, values.effectiveDate, values.notes],
    );
    if (!row) throw new Error('The upsert returned no row');
    const { created, ...timestamps } = row;
    return { partner: { providerTeamId, resellerTeamId, ...values, ...timestamps }, created };
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
