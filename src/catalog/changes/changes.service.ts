import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CursorCodec } from '../../paging/cursor.js';
import { DomainError } from '../../common/errors.js';
import { BackgroundJobs } from '../../common/background-jobs.js';
import type { ReserveMemory } from '../../paging/answer-budget.js';
import { defaultLimit } from '../../paging/page.js';
import { readWirePage } from '../../paging/wire-page.js';
import { Sql } from '../../sql/sql.js';
import type { Statement } from '../../sql/statement.js';
import type { WireRow } from '../../sql/wire/wire-row.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { catalogOfferJson } from '../listing/catalog-json.js';
import { CatalogService } from '../listing/catalog.service.js';
import { ChangeBatch, type BatchEntry } from './change-batch.js';
import { decodeChangesCursor, encodeChangesCursor, type ChangesPosition } from './changes-cursor.js';
import type { ChangesQuery } from './changes.dto.js';
import {
  deleteOldChanges,
  logHead,
  affectedOffers,
  pastAndPresentPartners,
  readLog,
} from './changes.query.js';
import type { AffectedOffer, LoggedChange, LogRow, ChangeScope } from './changes.query.js';
import type { Reseller } from '../visibility.js';

/** The members of CatalogChanges, with the changes as JSON text. */
export interface Changes {
  changes: string[];
  next: string;
  more: boolean;
}

const maxEntries = 500;
const maxScopes = 5;

/**
 * The change feed: everything that appeared, changed or disappeared in a reseller's catalog since a cursor.
 */
@Injectable()
export class ChangesService implements OnApplicationBootstrap {
  constructor(
    private readonly dataSource: DataSource,
    private readonly sql: Sql,
    private readonly catalog: CatalogService,
    private readonly cursors: CursorCodec,
    private readonly hourly: BackgroundJobs,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.hourly.runHourly('delete old catalog changes', () =>
      this.sql.job(({ manager }) => manager.query(deleteOldChanges, [this.config.changesRetentionDays])),
    );
  }

  /**
   * Returns the changes after the cursor, within the byte budget of an answer.
   * @throws DomainError INVALID_CURSOR if the cursor is invalid or older than the log; UNAVAILABLE
   */
  async read(
    reseller: Reseller,
    { since, limit = defaultLimit }: ChangesQuery,
    reserve: ReserveMemory,
  ): Promise<Changes> {
    const position = since === undefined ? await this.start() : decodeChangesCursor(this.cursors, since);
    const batch = new ChangeBatch(limit);
    const end = await (position.mode === 'all'
      ? this.walkAll(reseller, position, batch)
      : this.walkLog(reseller, position, batch));
    const { shown, last } = await this.shown(reseller, batch, reserve);
    const { next, more } = last ? { next: last.next, more: true } : end;
    const entries = last ? batch.entries.slice(0, batch.entries.indexOf(last) + 1) : batch.entries;
    return {
      changes: await this.changes(reseller, entries, { batch, shown }),
      next: encodeChangesCursor(this.cursors, next),
      more,
    };
  }

  private async start(): Promise<ChangesPosition> {
    const [end] = await this.run<{ horizon: string; today: string }>({ text: logHead, values: [] });
    return {
      mode: 'all',
      xid: end?.horizon ?? '0',
      seq: '0',
      sub: null,
      asOf: end?.today ?? '',
      begun: null,
    };
  }

  /**
   * Scans the whole catalog by ID. The log then continues from where its head was at the start of the scan.
   */
  private async walkAll(reseller: Reseller, position: ChangesPosition, batch: ChangeBatch): Promise<Step> {
    const sub = await this.expand(reseller, { kind: 'visible' }, position.sub, batch, (after) => ({
      ...position,
      sub: after,
    }));
    return sub === null
      ? { next: { ...position, mode: 'log', sub }, more: true }
      : { next: { ...position, sub }, more: true };
  }

  private async walkLog(reseller: Reseller, from: ChangesPosition, batch: ChangeBatch): Promise<Step> {
    const rows = await this.run<LogRow>(readLog(reseller, from, maxEntries));
    const [first] = rows;
    if (!first) throw new Error('The catalog change log has no record of its oldest available position');
    if (BigInt(from.xid) <= BigInt(first.floor))
      throw new DomainError('INVALID_CURSOR', 'since is older than the change log; omit it to start again');
    let position = from;
    if (first.today > position.asOf) {
      const begun = await this.expand(
        reseller,
        { kind: 'begun', since: position.asOf },
        position.begun,
        batch,
        (after) => ({ ...from, begun: after }),
      );
      if (begun !== null) return { next: { ...position, begun }, more: true };
      position = { ...position, asOf: first.today, begun: null };
    }
    const lines = rows.filter((row): row is LogRow & LoggedChange => row.xid !== null);
    let scopes = 0;
    for (const line of lines) {
      if (batch.room === 0 || scopes === maxScopes) return { next: position, more: true };
      const after = line.xid === position.xid && line.seq === position.seq ? position.sub : null;
      const at = { ...position, xid: line.xid, seq: line.seq };
      if (line.kind === 'offer') batch.addLogged(line, reseller, { ...at, sub: null });
      else scopes += 1;
      const sub =
        line.kind === 'offer'
          ? null
          : await this.expand(reseller, scopeOf(line), after, batch, (id) => ({ ...at, sub: id }));
      position = { ...at, sub };
      if (sub !== null) return { next: position, more: true };
    }
    if (lines.length === maxEntries) return { next: position, more: true };
    return { next: { ...position, xid: first.horizon, seq: '0', sub: null }, more: false };
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
    const { rows, truncated } = await readWirePage(reserve, visibleRows, (maxBytes) =>
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
    { batch: { partnerProviders }, shown }: { batch: ChangeBatch; shown: Map<string | null, string> },
  ): Promise<string[]> {
    const partners =
      partnerProviders.size > 0 ? await this.run<{ id: string }>(pastAndPresentPartners(reseller)) : [];
    const known = new Set(partners.map(({ id }) => id));
    return entries.flatMap(({ id, sendUpsert, sendRemove }): string[] => {
      const offer = shown.get(id);
      if (offer) return sendUpsert ? [`{"type":"upsert","id":"${id}","offer":${offer}}`] : [];
      return sendRemove || known.has(partnerProviders.get(id) ?? '')
        ? [`{"type":"remove","id":"${id}"}`]
        : [];
    });
  }

  private run<T>({ text, values }: Statement): Promise<T[]> {
    return this.dataSource.query(text, values);
  }
}

const visibleRows = { json: catalogOfferJson, wireOf: (row: WireRow) => row };

interface Step {
  next: ChangesPosition;
  more: boolean;
}

function scopeOf({ kind, teamId, audience, audienceOnly }: LoggedChange): ChangeScope {
  if (kind === 'partner') return { kind: 'partner', teamId, wasPartner: audience === 'preferred' };
  return audienceOnly ? { kind: 'all' } : { kind: 'provider', teamId, wasVisible: audience === 'public' };
}
