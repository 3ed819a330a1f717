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
import { Encryption } from '../encryption/encryption.js';
import { EventLog } from '../events/event-log.js';
import { newEvent } from '../events/new-event.js';
import { Sql } from '../sql/sql.js';
import type { Transaction } from '../sql/transaction.js';
import type { Caller } from '../teams/caller.js';
import { Team } from '../teams/team.entity.js';
import { idsAt, unknownId } from '../validation/unknown-ids.js';
import { validate } from '../validation/validate.js';
import { AddPartner } from './partners.dto.js';
import { PreferredPartner } from './preferred-partner.entity.js';

/** The provider whose partners are changed. */
type Provider = Pick<Caller, 'id' | 'name'>;

/**
 * Adds, lists and removes the preferred partners of a provider. A change takes effect with the reseller's
 * next request.
 */
@Injectable()
export class PartnersService {
  constructor(
    @InjectRepository(PreferredPartner) private readonly partners: Repository<PreferredPartner>,
    private readonly dataSource: DataSource,
    private readonly sql: Sql,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
    private readonly encryption: Encryption,
    private readonly events: EventLog,
  ) {}

  /**
   * Adds a preferred partner, effective from today (UTC) by default. For an existing one, the members that are
   * sent replace its tier, effective date and notes; omitted members keep their values, and null clears one. The reseller
   * learns of a new partnership and of a new date.
   * @throws ValidationFailed, also unless the team is a reseller or hybrid team other than the provider's own
   */
  async addOrUpdate(
    provider: Provider,
    body: unknown,
  ): Promise<{ partner: PreferredPartner; created: boolean }> {
    const { value, errors } = validate(AddPartner, body);
    for (const { id, path } of idsAt(['resellerTeamId'], value.resellerTeamId, errors))
      if (id === provider.id) errors.push(fieldError(path, 'range', 'must not be your own team'));
      else if (!(await this.dataSource.manager.existsBy(Team, { id, role: In(['reseller', 'hybrid']) })))
        errors.push(unknownId(path, 'a reseller'));
    if (errors.length > 0) throw new ValidationFailed(errors);
    return this.sql.transaction(async (tx) => {
      const previous = await this.lock(tx, provider.id, value.resellerTeamId);
      const { created, ...partner } = await this.store(tx, provider.id, value);
      const { resellerTeamId, effectiveDate } = partner;
      if (effectiveDate !== previous) {
        const previousEffectiveDate = previous ?? null;
        const data = { ...providerOf(provider), effectiveDate, previousEffectiveDate };
        const about = { teamId: resellerTeamId, subject: provider.id, at: this.clock.now() };
        await this.events.write(tx, [newEvent(this.encryption, { type: 'partner.added', ...about, data })]);
      }
      return { partner, created };
    });
  }

  /** Locks a partnership. @returns its effective date; undefined if there is none */
  private async lock(
    { manager }: Transaction,
    providerTeamId: string,
    resellerTeamId: string,
  ): Promise<string | undefined> {
    const [row]: { date: string }[] = await manager.query(
      `SELECT effective_date::text AS date FROM preferred_partners
        WHERE provider_team_id = $1 AND reseller_team_id = $2 FOR UPDATE`,
      [providerTeamId, resellerTeamId],
    );
    return row?.date;
  }

  private async store(
    { manager }: Transaction,
    providerTeamId: string,
    { resellerTeamId, tier, effectiveDate, notes }: AddPartner,
  ): Promise<PreferredPartner & { created: boolean }> {
    const [row]: (PreferredPartner & { created: boolean })[] = await manager.query(
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
        resellerTeamId,
        tier ?? null,
        effectiveDate ?? this.clock.today(),
        notes ?? null,
        ...[tier, effectiveDate, notes].map((value) => value !== undefined),
      ],
    );
    if (!row) throw new Error('The upsert returned no row');
    return row;
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

  /** Removes a preferred partner, and tells the reseller. @throws NotFound */
  remove(provider: Provider, resellerTeamId: string): Promise<void> {
    return this.sql.transaction(async (tx) => {
      const partner = { providerTeamId: provider.id, resellerTeamId };
      const { affected } = isUuid(resellerTeamId)
        ? await tx.manager.delete(PreferredPartner, partner)
        : { affected: 0 };
      if (!affected) throw new NotFound('Preferred partner');
      const about = { teamId: resellerTeamId, subject: provider.id, at: this.clock.now() };
      const event = { type: 'partner.removed', ...about, data: providerOf(provider) } as const;
      await this.events.write(tx, [newEvent(this.encryption, event)]);
    });
  }
}

const providerOf = ({ id, name }: Provider) => ({ providerTeamId: id, providerName: name });
