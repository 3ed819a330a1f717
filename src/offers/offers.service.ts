import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { AreasService } from '../areas/areas.service.js';
import { CursorCodec, cursorScope } from '../paging/cursor.js';
import { NotFound } from '../common/errors.js';
import { versionETag, requireIfMatch } from '../http/etag.js';
import { takePage, defaultLimit, type Page } from '../paging/page.js';
import { lockOwn } from '../sql/own-row.js';
import { Sql } from '../sql/sql.js';
import type { SqlRunner } from '../sql/transaction.js';
import { retry } from '../common/retry.js';
import type { Statement } from '../sql/statement.js';
import type { WireRow } from '../sql/wire/wire-row.js';
import type { Caller } from '../teams/caller.js';
import type { OfferColumns } from './offer-columns.js';
import { changeOf, newOffer, viewOf } from './offer-change.js';
import { readDirect } from './offer-input.js';
import { exportOf } from './bulk/offer-export.js';
import { ownOffer, placeOf } from './offer-row.js';
import { StoredWords } from './known-words.js';
import { Offer } from './offer.entity.js';
import { OfferView, type ListOffers } from './offers.dto.js';
import { countOffersOf, offerOf, offersOf, offersSince } from './offers.query.js';
import { conflictOf, insertOffer, notResellers, setColumns, updateOffer, writtenOf } from './offers.write.js';

/** After this many concurrent changes, an update locks the offer first. */
const optimisticAttempts = 3;

/** An offer as JSON text, and its version. */
export interface ShownOffer {
  version: number;
  body: string;
}

/** What a provider does with its own offers. Another team's offer is not found. */
@Injectable()
export class OffersService {
  constructor(
    private readonly sql: Sql,
    private readonly areas: AreasService,
    private readonly cursors: CursorCodec,
    private readonly words: StoredWords,
  ) {}

  /** @throws ValidationFailed, Conflict for a SKU in use */
  async create(team: Caller, body: unknown): Promise<OfferView> {
    const offer = newOffer(team, body, new Date());
    const words = this.words.of([offer]);
    const statement = insertOffer(offer, words);
    await retry(
      'The service area is being modified concurrently; try again',
      async () => (await write(this.sql, statement, offer.sku)) || undefined,
    );
    if (words === 'new') this.words.remember([offer]);
    return OfferView.from(offer);
  }

  /** Rows of `ownOffer`. @throws DomainError INVALID_CURSOR */
  async list(teamId: string, query: ListOffers): Promise<Page<WireRow>> {
    const { cursor, limit = defaultLimit, count, ...filters } = query;
    const scope = cursorScope(`offers ${teamId}`, filters);
    const after = cursor === undefined ? undefined : this.cursors.decode(scope, cursor);
    const rows = await this.sql.wireRows(offersOf(teamId, filters, { after, limit: limit + 1 }));
    const total = count ? await this.sql.rows(countOffersOf(teamId, filters)) : undefined;
    const { items, last } = takePage(rows, limit);
    return {
      items,
      next: last && this.cursors.encode(scope, placeOf(last)),
      total: total && Number(total[0]?.[0]),
    };
  }

  /** All offers of the team as lines of JSON, oldest first, a few at a time. */
  all(teamId: string, filters: Pick<ListOffers, 'status' | 'category'>): AsyncGenerator<Buffer> {
    return exportOf((stretch) => this.sql.wireRows(offersSince(teamId, filters, stretch)));
  }

  /** A row of `ownOffer`. @throws NotFound */
  async get(teamId: string, id: string): Promise<WireRow> {
    const [row] = isUuid(id) ? await this.sql.wireRows(offerOf(teamId, id)) : [];
    if (!row) throw new NotFound('Offer');
    return row;
  }

  /**
   * Applies a JSON merge patch. A patch that changes nothing leaves version and time as they are. What can be judged
   * by itself, such as a price, is written at once. Otherwise the offer is read, and then written if it still has the
   * version that was read: two round trips, and no lock.
   * @throws NotFound, PreconditionFailed, ValidationFailed, Conflict for an illegal move or a SKU in use
   */
  async update(team: Caller, id: string, patch: unknown, ifMatch?: string): Promise<ShownOffer> {
    const teamId = team.id;
    const direct = ifMatch === undefined && isUuid(id) ? readDirect(patch, team.currency) : undefined;
    const row = direct && (await this.set(team, id, direct));
    if (row) return { version: Number(row.text(ownOffer.at('o.version'))), body: ownOffer.text(row) };
    const { offer, left } = await retry(
      'The offer is being modified concurrently; try again',
      async (failures) =>
        failures < optimisticAttempts
          ? this.tryUpdate(this.sql, teamId, id, patch, ifMatch)
          : this.sql.transaction(async (tx) => {
              await lockOwn(tx.manager, Offer, { teamId, id }, () => new NotFound('Offer'));
              return this.tryUpdate(tx, teamId, id, patch, ifMatch);
            }),
    );
    await this.areas.release(left);
    return { version: offer.version, body: JSON.stringify(offer) };
  }

  /** Deletes for good. @throws NotFound, PreconditionFailed */
  async delete(teamId: string, id: string, ifMatch?: string): Promise<void> {
    const left = await this.sql.transaction(async ({ manager }) => {
      const offer = await lockOwn(manager, Offer, { teamId, id }, () => new NotFound('Offer'));
      requireIfMatch(ifMatch, versionETag(offer.version));
      await manager.delete(Offer, { id });
      return offer.serviceAreaId;
    });
    await this.areas.release(left);
  }

  /** A row of `ownOffer`, unless there is nothing to be done or more to be looked at. @throws Conflict */
  private async set(team: Caller, id: string, columns: Partial<OfferColumns>): Promise<WireRow | undefined> {
    const { id: teamId, currency } = team;
    const statement = setColumns({ id, teamId, currency, updatedAt: new Date() }, columns);
    const rows = await this.sql.wireRows(statement).catch((cause: unknown) => {
      throw conflictOf(cause, columns.sku);
    });
    return rows[0];
  }

  /** The offer as it is then and the area that it left; undefined when somebody else changed it meanwhile. */
  private async tryUpdate(
    sql: SqlRunner,
    teamId: string,
    id: string,
    patch: unknown,
    ifMatch: string | undefined,
  ): Promise<{ offer: OfferView; left: string | null } | undefined> {
    const row = await own(sql, teamId, id);
    const current = viewOf(row);
    requireIfMatch(ifMatch, versionETag(current.version));
    const change = changeOf(current, patch, new Date());
    if (!change) return { offer: current, left: null };
    if (!(await write(sql, updateOffer(change), change.offer.sku))) return undefined;
    const left = change.moved ? row.text(ownOffer.at('o.service_area_id')) : null;
    return { offer: OfferView.from(change.offer), left };
  }
}

async function own(sql: SqlRunner, teamId: string, id: string): Promise<WireRow> {
  const [row] = isUuid(id) ? await sql.wireRows(offerOf(teamId, id)) : [];
  if (!row) throw new NotFound('Offer');
  return row;
}

/**
 * Runs a write of an offer. @returns whether it was done; if not, somebody else was at the offer or its area
 * @throws ValidationFailed naming every id of `allowedResellers` that is no reseller's, Conflict for a SKU in use
 */
async function write(sql: SqlRunner, statement: Statement, sku: string | null): Promise<boolean> {
  const rows = await sql.rows(statement).catch((cause: unknown) => {
    throw conflictOf(cause, sku);
  });
  const { written, strangers } = writtenOf(rows);
  if (strangers.length > 0) throw notResellers(strangers);
  return written;
}
