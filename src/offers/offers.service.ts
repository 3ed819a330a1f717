import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { zipCodeLimitExceeded } from '../areas/area-claim.js';
import { AreasService } from '../areas/areas.service.js';
import { assessWrite } from './assessment/assess-writes.js';
import { Assessor } from './assessment/assessor.js';
import { Clock } from '../common/clock.js';
import { retry } from '../common/retry.js';
import { allETags, requireIfMatch, requirePutConditions, type PutConditions } from '../http/etag.js';
import type { ReserveMemory } from '../paging/answer-budget.js';
import { CursorCodec, cursorScope } from '../paging/cursor.js';
import { boundedTotal, defaultLimit, takePage, type Page } from '../paging/page.js';
import { readWirePage } from '../paging/wire-page.js';
import { addressNotFound, lockAddressed, type RowAddress } from '../sql/addressed-row.js';
import { Duplicate, nameExisting, withExistingId } from '../sql/duplicate.js';
import { Sql } from '../sql/sql.js';
import type { Statement } from '../sql/statement.js';
import type { SqlRunner } from '../sql/transaction.js';
import type { WireRow } from '../sql/wire/wire-row.js';
import type { Caller } from '../teams/caller.js';
import { parseAddress, parseAddressedBody } from '../validation/resource-address.js';
import {
  identityOfOwnOffer,
  findOwnOffer,
  offerKind,
  readOwnOffer,
  whileOfferIsLocked,
} from './lookup/own-offer.js';
import { directUpdate, parseDirectUpdate } from './direct-update.js';
import type { StoredOffer } from './offer-columns.js';
import { parseNewOffer } from './input/new-offer.js';
import { applyPatch, replaceOffer, type CurrentOffer, type OfferChange } from './input/offer-change.js';
import { creationPosition, ownOfferJson, parseCurrentOffer, type OfferAnswer } from './offer-json.js';
import { Offer } from './offer.entity.js';
import { OfferView, type ListOffers } from './offers.dto.js';
import { countOwnOffers, newestOwnOffers, ownOffersCountLimit } from './offers.query.js';
import { deleteOffer, insertOffer, parseWriteResult, toDuplicate, updateOffer } from './offers.write.js';
import { reportAll, unknownResellersError } from './unknown-resellers.js';

/** Number of concurrent changes after which an update locks the offer first. */
const optimisticAttempts = 3;

/** The result of a write: the offer, and the area that it no longer uses. */
interface WrittenOffer {
  offer: OfferView;
  previousAreaId: string | null;
  created?: boolean;
}

const busy = 'The offer is being modified concurrently; try again';
const ownRows = { json: ownOfferJson, wireOf: (row: WireRow) => row };

/**
 * A provider's operations on its own offers. An offer that belongs to another team is treated as unknown. A `path` is
 * the ID of an offer, or its SKU or external ID with a prefix (`parseAddress`).
 */
@Injectable()
export class OffersService {
  constructor(
    private readonly sql: Sql,
    private readonly areas: AreasService,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
    private readonly assessor: Assessor,
  ) {}

  /**
   * Creates an offer. @throws ValidationFailed; Conflict if the SKU is already in use; DomainError
   * QUOTA_EXCEEDED if the team would store too many ZIP codes
   */
  async create(team: Caller, body: unknown): Promise<OfferView> {
    const offer = await reportAll(this.sql, body, () => parseNewOffer(team, body, this.clock.now()));
    await assessWrite(this.assessor, this.sql, offer);
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

  /** Returns a row of `ownOfferJson`. @throws NotFound; Conflict if several offers have the external ID */
  get(teamId: string, path: string): Promise<WireRow> {
    return readOwnOffer(this.sql, teamId, path);
  }

  /**
   * Creates the offer with a SKU or an external ID, or replaces all fields of the offer that has it. Of several
   * requests at the same time, only one creates an offer. A request that changes nothing leaves the version and
   * `updatedAt` unchanged.
   * @throws NotFound for the unknown ID of an offer; PreconditionFailed; all errors of `create` and `update`
   */
  async put(
    team: Caller,
    path: string,
    body: unknown,
    conditions: PutConditions,
  ): Promise<{ offer: OfferView; created: boolean }> {
    const address = parseAddress(path);
    const attempt = (runner: SqlRunner) => this.tryPut(runner, team, address, { body, conditions });
    // Nothing but the lock makes external IDs unique.
    const attempts = address.field === 'externalId' ? 0 : optimisticAttempts;
    const { offer, created } = await this.writeUnlessChanged(team.id, address, attempts, attempt);
    return { offer, created: created ?? false };
  }

  /**
   * Applies a JSON merge patch. A patch that changes nothing leaves the version and `updatedAt` unchanged. If
   * the patch can be validated without the stored offer, a single statement writes it. Otherwise, the offer
   * is read, and written only if its version has not changed in the meantime, which takes two round trips and
   * no lock.
   * @throws NotFound, PreconditionFailed, ValidationFailed; DomainError QUOTA_EXCEEDED as for `create`; Conflict if the status transition is not allowed,
   * an archived offer would change, the SKU is already in use, or several offers have the external ID
   */
  async update(team: Caller, path: string, patch: unknown, ifMatch?: string): Promise<OfferAnswer> {
    const direct =
      ifMatch === undefined && isUuid(path) ? await this.tryDirectUpdate(team, path, patch) : undefined;
    if (direct) return direct;
    const attempt = (runner: SqlRunner) => this.tryUpdate(runner, team.id, path, patch, ifMatch);
    const { offer } = await this.writeUnlessChanged(team.id, parseAddress(path), optimisticAttempts, attempt);
    return { id: offer.id, version: offer.version, json: JSON.stringify(offer) };
  }

  /**
   * Deletes the offer permanently, and returns its ID.
   * @throws NotFound, PreconditionFailed; Conflict as for `get`, and if it has been ordered
   */
  async delete(teamId: string, path: string, ifMatch?: string): Promise<string> {
    const target = { teamId, address: parseAddress(path), kind: offerKind };
    const { id, serviceAreaId } = await this.sql.transaction(async ({ manager }) => {
      const offer = await lockAddressed(manager, Offer, target);
      requireIfMatch(ifMatch, ...allETags(offer.id, offer.version));
      await deleteOffer(manager, offer.id);
      return offer;
    });
    await this.areas.deleteIfUnused(serviceAreaId);
    return id;
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
    return rows[0] && { ...identityOfOwnOffer(rows[0]), json: ownOfferJson.toText(rows[0]) };
  }

  /**
   * Repeats a write as long as the offer changes concurrently, from a number of attempts on with a lock. Then deletes the
   * area that the offer no longer uses.
   */
  private async writeUnlessChanged(
    teamId: string,
    address: RowAddress,
    optimisticLimit: number,
    attempt: (runner: SqlRunner) => Promise<WrittenOffer | undefined>,
  ): Promise<WrittenOffer> {
    const written = await retry(busy, (failures) =>
      failures < optimisticLimit
        ? nameExisting(this.sql, () => attempt(this.sql))
        : whileOfferIsLocked(this.sql, { teamId, address }, attempt),
    );
    await this.areas.deleteIfUnused(written.previousAreaId);
    return written;
  }

  /** Returns undefined after a concurrent change. */
  private async tryUpdate(
    runner: SqlRunner,
    teamId: string,
    path: string,
    patch: unknown,
    ifMatch: string | undefined,
  ): Promise<WrittenOffer | undefined> {
    const row = await readOwnOffer(runner, teamId, path);
    const current = parseCurrentOffer(row);
    requireIfMatch(ifMatch, ...allETags(current.id, current.version));
    const change = await reportAll(runner, patch, () => applyPatch(current, patch, this.clock.now()));
    return this.writeChange(runner, row, current, change);
  }

  /** Returns undefined after a concurrent change. */
  private async tryPut(
    runner: SqlRunner,
    team: Caller,
    address: RowAddress,
    { body, conditions }: { body: unknown; conditions: PutConditions },
  ): Promise<WrittenOffer | undefined> {
    const row = await findOwnOffer(runner, team.id, address);
    const parse = <T>(read: (completed: unknown) => T) =>
      reportAll(runner, body, () => parseAddressedBody(body, address, read));
    if (row) {
      const current = parseCurrentOffer(row);
      requirePutConditions(conditions, allETags(current.id, current.version));
      const change = await parse((completed) => replaceOffer(team, current, completed, this.clock.now()));
      return this.writeChange(runner, row, current, change);
    }
    if (address.field === 'id') throw addressNotFound(offerKind);
    requirePutConditions(conditions, []);
    const offer = await parse((completed) => parseNewOffer(team, completed, this.clock.now()));
    await assessWrite(this.assessor, runner, offer);
    try {
      if (!(await this.write(runner, insertOffer(offer, this.areas.zipCodeLimit), offer))) return undefined;
    } catch (cause) {
      // Another request has just created the offer, which the next attempt finds.
      if (cause instanceof Duplicate && address.field === 'sku') return undefined;
      throw cause;
    }
    return { offer: OfferView.from(offer), previousAreaId: null, created: true };
  }

  /** Returns undefined after a concurrent change. */
  private async writeChange(
    runner: SqlRunner,
    row: WireRow,
    current: CurrentOffer,
    change: OfferChange | undefined,
  ): Promise<WrittenOffer | undefined> {
    if (!change) return { offer: current, previousAreaId: null };
    const assessed = await assessWrite(this.assessor, runner, change.offer);
    const statement = updateOffer({ ...change, assessed }, this.areas.zipCodeLimit);
    if (!(await this.write(runner, statement, change.offer))) return undefined;
    const previousAreaId = change.areaChanged ? row.text(ownOfferJson.at('o.service_area_id')) : null;
    return { offer: OfferView.from(change.offer), previousAreaId };
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
