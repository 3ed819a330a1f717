import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { zipCodeLimitExceeded } from '../areas/area-claim.js';
import { AreasService } from '../areas/areas.service.js';
import { Clock } from '../common/clock.js';
import { NotFound } from '../common/errors.js';
import { retry } from '../common/retry.js';
import { requireIfMatch, versionETag } from '../http/etag.js';
import type { ReserveMemory } from '../paging/answer-budget.js';
import { CursorCodec, cursorScope } from '../paging/cursor.js';
import { boundedTotal, defaultLimit, takePage, type Page } from '../paging/page.js';
import { readWirePage } from '../paging/wire-page.js';
import { lockOwn } from '../sql/own-row.js';
import { nameExisting, withExistingId } from '../sql/duplicate.js';
import { Sql } from '../sql/sql.js';
import type { Statement } from '../sql/statement.js';
import type { SqlRunner } from '../sql/transaction.js';
import type { WireRow } from '../sql/wire/wire-row.js';
import type { Caller } from '../teams/caller.js';
import { exportOffers } from './bulk/offer-export.js';
import { directUpdate, parseDirectUpdate } from './direct-update.js';
import type { StoredOffer } from './offer-columns.js';
import { applyPatch, parseNewOffer } from './offer-input.js';
import { creationPosition, ownOfferJson, parseOwnOffer } from './offer-json.js';
import { Offer } from './offer.entity.js';
import { OfferView, type ListOffers } from './offers.dto.js';
import {
  countOwnOffers,
  newestOwnOffers,
  oldestOwnOffers,
  ownOfferById,
  ownOffersCountLimit,
} from './offers.query.js';
import { insertOffer, parseWriteResult, toDuplicate, updateOffer } from './offers.write.js';
import { addUnknownResellers, unknownResellersError } from './unknown-resellers.js';

/** Number of concurrent changes after which an update locks the offer first. */
const optimisticAttempts = 3;

/** An offer as JSON text, with its version. */
export interface OfferAnswer {
  version: number;
  json: string;
}

const missing = () => new NotFound('Offer');
const ownRows = { json: ownOfferJson, wireOf: (row: WireRow) => row };

/** A provider's operations on its own offers. An offer that belongs to another team is treated as unknown. */
@Injectable()
export class OffersService {
  constructor(
    private readonly sql: Sql,
    private readonly areas: AreasService,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates an offer. @throws ValidationFailed; Conflict if the SKU is already in use; DomainError
   * QUOTA_EXCEEDED if the team would store too many ZIP codes
   */
  async create(team: Caller, body: unknown): Promise<OfferView> {
    const offer = await this.reportAll(this.sql, body, () => parseNewOffer(team, body, this.clock.now()));
    const statement = insertOffer(offer, this.areas.zipCodeLimit);
    await nameExisting(this.sql, () =>
      retry(
        'The service area is being modified concurrently; try again',
        async () => (await this.write(this.sql, statement, offer)) || undefined,
      ),
    );
    return OfferView.from(offer);
  }

  /**
   * Returns a page of rows of `ownOfferJson`, newest first, within the byte budget of an answer.
   * @throws DomainError INVALID_CURSOR, UNAVAILABLE
   */
  async list(teamId: string, query: ListOffers, reserve: ReserveMemory): Promise<Page<WireRow>> {
    const { cursor, limit = defaultLimit, count, ...filters } = query;
    const scope = cursorScope(`offers ${teamId}`, filters);
    const after = cursor === undefined ? undefined : this.cursors.decode(scope, cursor);
    const statement = newestOwnOffers(teamId, filters, { after, limit: limit + 1 });
    const { rows, truncated } = await readWirePage(reserve, ownRows, (maxBytes) =>
      this.sql.wirePage(statement, { maxRows: limit + 1, maxBytes }),
    );
    const total = count ? await this.sql.rows(countOwnOffers(teamId, filters)) : undefined;
    const { items, last } = takePage(rows, limit, truncated);
    return {
      items,
      next: last && this.cursors.encode(scope, creationPosition(last)),
      ...(total && boundedTotal(Number(total[0]?.[0]), ownOffersCountLimit)),
    };
  }

  /** Returns all of the team's offers as JSON Lines, oldest first, in chunks. */
  export(teamId: string, filters: Pick<ListOffers, 'status' | 'category'>): AsyncGenerator<Buffer> {
    return exportOffers(({ maxBytes, ...range }) =>
      this.sql.wirePage(oldestOwnOffers(teamId, filters, range), { maxRows: range.limit, maxBytes }),
    );
  }

  /** Returns a row of `ownOfferJson`. @throws NotFound */
  get(teamId: string, id: string): Promise<WireRow> {
    return readOwn(this.sql, teamId, id);
  }

  /**
   * Applies a JSON merge patch. A patch that changes nothing leaves the version and `updatedAt` unchanged. If
   * the patch can be validated without the stored offer, a single statement writes it. Otherwise, the offer
   * is read, and written only if its version has not changed in the meantime, which takes two round trips and
   * no lock.
   * @throws NotFound, PreconditionFailed, ValidationFailed; DomainError QUOTA_EXCEEDED as for `create`; Conflict if the status transition is not allowed,
   * an archived offer would change, or the SKU is already in use
   */
  async update(team: Caller, id: string, patch: unknown, ifMatch?: string): Promise<OfferAnswer> {
    const direct =
      ifMatch === undefined && isUuid(id) ? await this.tryDirectUpdate(team, id, patch) : undefined;
    if (direct) return direct;
    const { offer, previousAreaId } = await retry(
      'The offer is being modified concurrently; try again',
      async (failures) =>
        failures < optimisticAttempts
          ? nameExisting(this.sql, () => this.tryUpdate(this.sql, team.id, id, patch, ifMatch))
          : this.sql.transaction(async (tx) => {
              await lockOwn(tx.manager, Offer, { teamId: team.id, id }, missing);
              return this.tryUpdate(tx, team.id, id, patch, ifMatch);
            }),
    );
    await this.areas.deleteIfUnused(previousAreaId);
    return { version: offer.version, json: JSON.stringify(offer) };
  }

  /** Deletes the offer permanently. @throws NotFound, PreconditionFailed */
  async delete(teamId: string, id: string, ifMatch?: string): Promise<void> {
    const areaId = await this.sql.transaction(async ({ manager }) => {
      const offer = await lockOwn(manager, Offer, { teamId, id }, missing);
      requireIfMatch(ifMatch, versionETag(offer.version));
      await manager.delete(Offer, { id });
      return offer.serviceAreaId;
    });
    await this.areas.deleteIfUnused(areaId);
  }

  /**
   * Returns undefined if the patch requires the stored offer or does not apply to it.
   * @throws Conflict if the SKU is already in use
   */
  private async tryDirectUpdate(team: Caller, id: string, patch: unknown): Promise<OfferAnswer | undefined> {
    const columns = parseDirectUpdate(patch, team.currency);
    if (!columns) return undefined;
    const target = { id, teamId: team.id, currency: team.currency, updatedAt: this.clock.now() };
    const rows = await this.sql.wireRows(directUpdate(target, columns)).catch(async (cause: unknown) => {
      throw await withExistingId(this.sql, toDuplicate(cause, team.id, columns.sku));
    });
    return rows[0] && { version: versionOfOwnOffer(rows[0]), json: ownOfferJson.toText(rows[0]) };
  }

  /** Returns the updated offer and the area that it no longer uses; undefined after a concurrent change. */
  private async tryUpdate(
    runner: SqlRunner,
    teamId: string,
    id: string,
    patch: unknown,
    ifMatch: string | undefined,
  ): Promise<{ offer: OfferView; previousAreaId: string | null } | undefined> {
    const row = await readOwn(runner, teamId, id);
    const current = parseOwnOffer(row);
    requireIfMatch(ifMatch, versionETag(current.version));
    const change = await this.reportAll(runner, patch, () => applyPatch(current, patch, this.clock.now()));
    if (!change) return { offer: current, previousAreaId: null };
    const statement = updateOffer(change, this.areas.zipCodeLimit);
    if (!(await this.write(runner, statement, change.offer))) return undefined;
    const previousAreaId = change.areaChanged ? row.text(ownOfferJson.at('o.service_area_id')) : null;
    return { offer: OfferView.from(change.offer), previousAreaId };
  }

  /** Validates a body. @throws ValidationFailed listing every invalid field, unknown resellers included */
  private async reportAll<T>(runner: SqlRunner, body: unknown, parse: () => T): Promise<T> {
    try {
      return parse();
    } catch (cause) {
      const [error] = await addUnknownResellers(runner, [{ body, cause }]);
      throw error;
    }
  }

  /**
   * Runs a write.
   * @returns false if a concurrent change to the offer or its area prevented the write
   * @throws ValidationFailed for IDs in `allowedResellers` that do not belong to resellers; Conflict if the SKU
   * is already in use; DomainError QUOTA_EXCEEDED if the team would store too many ZIP codes
   */
  private async write(
    runner: SqlRunner,
    statement: Statement,
    { teamId, sku, area }: Pick<StoredOffer, 'teamId' | 'sku' | 'area'>,
  ): Promise<boolean> {
    const rows = await runner.rows(statement).catch((cause: unknown) => {
      throw toDuplicate(cause, teamId, sku);
    });
    const { written, unknownResellers, zipCodesUsed } = parseWriteResult(rows);
    if (unknownResellers.length > 0) throw unknownResellersError(unknownResellers);
    if (area && zipCodesUsed !== null)
      throw zipCodeLimitExceeded(area, zipCodesUsed, this.areas.zipCodeLimit);
    return written;
  }
}

export const versionOfOwnOffer = (row: WireRow) => Number(row.text(ownOfferJson.at('o.version')));

async function readOwn(runner: SqlRunner, teamId: string, id: string): Promise<WireRow> {
  const [row] = isUuid(id) ? await runner.wireRows(ownOfferById(teamId, id)) : [];
  if (!row) throw missing();
  return row;
}
