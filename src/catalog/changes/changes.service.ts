import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CursorCodec } from '../../paging/cursor.js';
import { DomainError } from '../../common/errors.js';
import type { ReserveMemory } from '../../paging/answer-budget.js';
import { defaultLimit } from '../../paging/page.js';
import { readWirePage } from '../../paging/wire-page.js';
import type { Statement } from '../../sql/statement.js';
import type { WireRow } from '../../sql/wire/wire-row.js';
import { catalogOfferJson } from '../listing/catalog-json.js';
import { CatalogService } from '../listing/catalog.service.js';
import { canHaveSeen, ChangeBatch, type BatchEntry, type PastAndPresent } from './change-batch.js';
import { ChangeLog, requireSameEpoch } from './change-log.service.js';
import { decodeChangesCursor, encodeChangesCursor, type ChangesPosition } from './changes-cursor.js';
import type { ChangesQuery } from './changes.dto.js';
import { affectedOffers, pastAndPresentLicenses, pastAndPresentPartners } from './changes.query.js';
import type { AffectedOffer, ChangeScope, LoggedChange, LogHead } from './changes.query.js';
import type { Reseller } from '../visibility.js';

/** The members of CatalogChanges, with the changes as JSON text. */
export interface Changes {
  changes: string[];
  next: string;
  more: boolean;
}

const maxScopes = 5;
/** Marks the position in the report of licenses that have expired, which follows that of partnerships. */
const lapsedPrefix = 'lapsed ';

/**
 * The change feed: everything that appeared, changed or disappeared in a reseller's catalog since a cursor.
 */
@Injectable()
export class ChangesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly log: ChangeLog,
    private readonly catalog: CatalogService,
    private readonly cursors: CursorCodec,
  ) {}

  /**
   * Returns the changes after the cursor, within the byte budget of an answer.
   * @throws DomainError INVALID_CURSOR if the cursor is invalid, older than the log or from before the database was
   * restored; UNAVAILABLE
   */
  async read(
    caller: Reseller,
    { since, limit = defaultLimit }: ChangesQuery,
    reserve: ReserveMemory,
  ): Promise<Changes> {
    const position = since === undefined ? undefined : decodeChangesCursor(this.cursors, caller.id, since);
    const batch = new ChangeBatch(limit);
    const { reseller, ...end } = await (position?.mode === 'log'
      ? this.walkLog(caller, position, batch)
      : this.walkAll(caller, position, batch));
    const { shown, last } = await this.shown(reseller, batch, reserve);
    const { next, more } = last ? { next: last.next, more: true } : end;
    const entries = last ? batch.entries.slice(0, batch.entries.indexOf(last) + 1) : batch.entries;
    return {
      changes: await this.changes(reseller, entries, shown),
      next: encodeChangesCursor(this.cursors, caller.id, next),
      more,
    };
  }

  /**
   * Scans the whole catalog by ID, from the start if there is no position. The log then continues from where its head
   * was at the start of the scan.
   */
  private async walkAll(
    { id, needsLicenses }: Reseller,
    from: ChangesPosition | undefined,
    batch: ChangeBatch,
  ): Promise<Step> {
    const head = await this.log.head(id);
    const reseller = { id, verified: head.verified, needsLicenses };
    const position = from ?? startOf(head, reseller);
    requireSameEpoch(position, head, reseller);
    if (position.mode === 'log') return { reseller, next: position, more: false };
    const sub = await this.expand(reseller, { kind: 'visible' }, position.sub, batch, (after) => ({
      ...position,
      sub: after,
    }));
    const next: ChangesPosition = sub === null ? { ...position, mode: 'log', sub } : { ...position, sub };
    return { reseller, next, more: true };
  }

  private async walkLog(caller: Reseller, from: ChangesPosition, batch: ChangeBatch): Promise<Step> {
    const { head, entries, isFull } = await this.log.after(caller, from);
    // Not the verification of the caller, which is cached and can be older than the entries.
    const reseller = { id: caller.id, verified: head.verified, needsLicenses: caller.needsLicenses };
    if (isEmptyAt(from)) {
      if (reseller.verified) return this.walkAll(reseller, undefined, batch);
      return { reseller, next: startOf(head, reseller), more: false };
    }
    if (BigInt(from.xid) <= BigInt(head.floor))
      throw new DomainError('INVALID_CURSOR', 'since is older than the change log; omit it to start again');
    let position = from;
    if (head.today > position.asOf) {
      const begun = await this.expandDays(reseller, from, batch);
      if (begun !== null) return { reseller, next: { ...position, begun }, more: true };
      position = { ...position, asOf: head.today, begun: null };
    }
    let scopes = 0;
    for (const entry of entries) {
      if (batch.room === 0 || scopes === maxScopes) return { reseller, next: position, more: true };
      const after = entry.xid === position.xid && entry.seq === position.seq ? position.sub : null;
      position = { ...position, xid: entry.xid, seq: entry.seq, sub: null };
      if (isEmptyAt(position)) return { reseller, next: position, more: true };
      if (entry.kind === 'offer') {
        batch.addLogged(entry, reseller, position);
        continue;
      }
      const scope = scopeOf(entry);
      if (scope.kind === 'license' && !reseller.needsLicenses) continue;
      scopes += 1;
      const at = position;
      const sub = await this.expand(reseller, scope, after, batch, (last) => ({ ...at, sub: last }));
      if (sub !== null) return { reseller, next: { ...position, sub }, more: true };
      // The scan has removed all offers but those that changed before it, which the log contains.
      if (entry.kind === 'team' && entry.audienceOnly)
        position = { ...position, emptyFrom: reseller.verified ? null : await this.log.nextTransaction() };
    }
    if (isFull) return { reseller, next: position, more: true };
    return { reseller, next: { ...position, xid: head.horizon, seq: '0', sub: null }, more: false };
  }

  /**
   * Adds what partnerships that have begun show since a position, and then what licenses that have expired hide.
   * @returns where to continue, or null at the end
   */
  private async expandDays(
    reseller: Reseller,
    from: ChangesPosition,
    batch: ChangeBatch,
  ): Promise<string | null> {
    const since = from.asOf;
    const isLapsing = from.begun?.startsWith(lapsedPrefix) ?? false;
    if (!isLapsing) {
      const at = (begun: string) => ({ ...from, begun });
      const begun = await this.expand(reseller, { kind: 'begun', since }, from.begun, batch, at);
      if (begun !== null || !reseller.needsLicenses) return begun;
    }
    if (batch.room === 0) return lapsedPrefix;
    const after = isLapsing ? (from.begun?.slice(lapsedPrefix.length) ?? null) : null;
    const at = (id: string) => ({ ...from, begun: lapsedPrefix + id });
    const lapsed = await this.expand(reseller, { kind: 'lapsed', since }, after || null, batch, at);
    return lapsed === null ? null : lapsedPrefix + lapsed;
  }

  /**
   * Adds the offers of a scope until the batch is full. @returns the ID after which to continue, or null at
   * the end
   */
  private async expand(
    reseller: Reseller,
    scope: ChangeScope,
    after: string | null,
    batch: ChangeBatch,
    positionAfter: (id: string) => ChangesPosition,
  ): Promise<string | null> {
    const { room } = batch;
    const found = await this.run<AffectedOffer>(affectedOffers(reseller, scope, after, room + 1));
    const taken = found.slice(0, room);
    for (const each of taken) batch.addAffected(each, positionAfter(each.id));
    return found.length > room ? (taken.at(-1)?.id ?? after) : null;
  }

  /**
   * Reads the offers of the batch that the reseller can see, as JSON by ID. If they exceed the byte budget of an answer,
   * `last` is the entry with which the response ends.
   */
  private async shown(
    reseller: Reseller,
    { entries }: ChangeBatch,
    reserve: ReserveMemory,
  ): Promise<{ shown: Map<string | null, string>; last?: BatchEntry }> {
    if (entries.length === 0) return { shown: new Map() };
    const ids = entries.map(({ id }) => id);
    const written = { ...visibleRows, otherBytes: otherBytes + entries.length * entryBytes };
    const { rows, truncated } = await readWirePage(reserve, written, (maxBytes) =>
      this.catalog.visiblePage(reseller, ids, { view: catalogOfferJson, maxBytes }),
    );
    const idOf = (row: WireRow) => row.text(catalogOfferJson.at('o.id'));
    const shown = new Map(rows.map((row) => [idOf(row), catalogOfferJson.toText(row)]));
    const lastRow = truncated ? rows.at(-1) : undefined;
    return { shown, last: lastRow && entries.find(({ id }) => id === idOf(lastRow)) };
  }

  private async changes(
    reseller: Reseller,
    entries: readonly BatchEntry[],
    shown: Map<string | null, string>,
  ): Promise<string[]> {
    const had = await this.pastAndPresent(
      reseller,
      entries.filter(({ id, sendRemove }) => !shown.has(id) && !sendRemove),
    );
    return entries.flatMap((entry): string[] => {
      const { id, sendUpsert, sendRemove } = entry;
      const offer = shown.get(id);
      if (offer) return sendUpsert ? [`{"type":"upsert","id":"${id}","offer":${offer}}`] : [];
      return sendRemove || canHaveSeen(entry, had) ? [`{"type":"remove","id":"${id}"}`] : [];
    });
  }

  /** Reads what the reseller needs, or has needed, to see the offers. */
  private async pastAndPresent(reseller: Reseller, entries: readonly BatchEntry[]): Promise<PastAndPresent> {
    const needed = entries.flatMap(({ seenWith }) => seenWith);
    const read = async (statement: Statement) =>
      new Set((await this.run<{ id: string }>(statement)).map(({ id }) => id));
    return {
      providers: needed.some(({ provider }) => provider !== undefined)
        ? await read(pastAndPresentPartners(reseller))
        : new Set(),
      licenses: needed.some(({ licenses }) => licenses !== undefined)
        ? await read(pastAndPresentLicenses(reseller))
        : new Set(),
    };
  }

  private run<T>({ text, values }: Statement): Promise<T[]> {
    return this.dataSource.query(text, values);
  }
}

/** What an answer contains besides its entries: the cursor, and the names of its members. */
const otherBytes = 4096;
/** What an entry contains besides its offer: its type and its ID. */
const entryBytes = 100;
const visibleRows = { json: catalogOfferJson, wireOf: (row: WireRow) => row };

interface Step {
  /** The reseller, with its verification as of the step. */
  reseller: Reseller;
  next: ChangesPosition;
  more: boolean;
}

/**
 * Returns the position from which a copy of the catalog can be built. The catalog of an unverified reseller is empty,
 * so there is nothing to scan.
 */
const startOf = (
  { verified, horizon, today, epoch }: LogHead,
  { needsLicenses }: Reseller,
): ChangesPosition => ({
  mode: verified ? 'all' : 'log',
  xid: horizon,
  seq: '0',
  sub: null,
  asOf: today,
  begun: null,
  epoch,
  emptyFrom: verified ? null : '0',
  needsLicenses,
});

/** Returns whether a reader at the position has an empty copy, to which changes make no difference. */
const isEmptyAt = ({ xid, emptyFrom }: ChangesPosition) =>
  emptyFrom !== null && BigInt(xid) >= BigInt(emptyFrom);

function scopeOf({ kind, teamId, audience, audienceOnly, licenses }: LoggedChange): ChangeScope {
  if (kind === 'license') return { kind, licenses: licenses ?? [], wasHeld: audience !== null };
  if (kind === 'partner') return { kind: 'partner', teamId, wasPartner: audience === 'preferred' };
  return audienceOnly ? { kind: 'all' } : { kind: 'provider', teamId, wasVisible: audience === 'public' };
}
