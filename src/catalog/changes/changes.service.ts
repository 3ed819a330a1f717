import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CursorCodec } from '../../paging/cursor.js';
import { DomainError } from '../../common/errors.js';
import { BackgroundJobs } from '../../common/background-jobs.js';
import { defaultLimit } from '../../paging/page.js';
import type { Statement } from '../../sql/statement.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { shownOffer } from '../listing/catalog-row.js';
import { CatalogService } from '../listing/catalog.service.js';
import { ChangeBatch } from './change-batch.js';
import { decodeChangesCursor, encodeChangesCursor, type ChangesPosition } from './changes-cursor.js';
import type { ChangesQuery } from './changes.dto.js';
import { clearLog, logEnd, offersIn, partnersEver, readLog } from './changes.query.js';
import type { Concerned, LoggedChange, LogRow, Scope } from './changes.query.js';
import type { Reseller } from '../visibility.js';

/** The members of CatalogChanges, the changes as JSON text. */
export interface Changes {
  changes: string[];
  next: string;
  more: boolean;
}

const linesAtOnce = 500;
const scopesAtOnce = 5;

/** Tells a reseller what appeared, changed or vanished in its catalog since it last asked. */
@Injectable()
export class ChangesService implements OnApplicationBootstrap {
  constructor(
    private readonly dataSource: DataSource,
    private readonly catalog: CatalogService,
    private readonly cursors: CursorCodec,
    private readonly hourly: BackgroundJobs,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.hourly.runHourly('clear the log of catalog changes', () =>
      this.dataSource.query(clearLog, [this.config.changesRetentionDays]),
    );
  }

  /** @throws DomainError INVALID_CURSOR for a cursor that is foreign or older than the log */
  async read(reseller: Reseller, { since, limit = defaultLimit }: ChangesQuery): Promise<Changes> {
    const place = since === undefined ? await this.start() : decodeChangesCursor(this.cursors, since);
    const batch = new ChangeBatch(limit);
    const { next, more } = await (place.mode === 'all'
      ? this.walkAll(reseller, place, batch)
      : this.walkLog(reseller, place, batch));
    return {
      changes: await this.changes(reseller, batch),
      next: encodeChangesCursor(this.cursors, next),
      more,
    };
  }

  private async start(): Promise<ChangesPosition> {
    const [end] = await this.run<{ horizon: string; today: string }>({ text: logEnd, values: [] });
    return {
      mode: 'all',
      xid: end?.horizon ?? '0',
      seq: '0',
      sub: null,
      asOf: end?.today ?? '',
      begun: null,
    };
  }

  /** The whole catalog by id; the log goes on from where it ended when the walk began. */
  private async walkAll(reseller: Reseller, place: ChangesPosition, batch: ChangeBatch): Promise<Step> {
    const sub = await this.expand(reseller, { kind: 'visible' }, place.sub, batch);
    return sub === null
      ? { next: { ...place, mode: 'log', sub }, more: true }
      : { next: { ...place, sub }, more: true };
  }

  private async walkLog(reseller: Reseller, from: ChangesPosition, batch: ChangeBatch): Promise<Step> {
    const rows = await this.run<LogRow>(readLog(reseller, from, linesAtOnce));
    const [first] = rows;
    if (!first) throw new Error('The log of catalog changes has no floor');
    if (BigInt(from.xid) <= BigInt(first.floor))
      throw new DomainError(
        'INVALID_CURSOR',
        'since is older than the log of changes; start again without it',
      );
    let place = from;
    if (first.today > place.asOf) {
      const begun = await this.expand(reseller, { kind: 'begun', since: place.asOf }, place.begun, batch);
      if (begun !== null) return { next: { ...place, begun }, more: true };
      place = { ...place, asOf: first.today, begun: null };
    }
    const lines = rows.filter((row): row is LogRow & LoggedChange => row.xid !== null);
    let scopes = 0;
    for (const line of lines) {
      if (batch.room === 0 || scopes === scopesAtOnce) return { next: place, more: true };
      const after = line.xid === place.xid && line.seq === place.seq ? place.sub : null;
      if (line.kind === 'offer') batch.addLogged(line, reseller);
      else scopes += 1;
      const sub =
        line.kind === 'offer' ? null : await this.expand(reseller, scopeOf(line, reseller), after, batch);
      place = { ...place, xid: line.xid, seq: line.seq, sub };
      if (sub !== null) return { next: place, more: true };
    }
    if (lines.length === linesAtOnce) return { next: place, more: true };
    return { next: { ...place, xid: first.horizon, seq: '0', sub: null }, more: false };
  }

  /** Gathers the offers of a scope as far as there is room; the id to go on after, or null at the end. */
  private async expand(
    reseller: Reseller,
    scope: Scope,
    after: string | null,
    batch: ChangeBatch,
  ): Promise<string | null> {
    const { room } = batch;
    const found = await this.run<Concerned>(offersIn(reseller, scope, after, room + 1));
    const taken = found.slice(0, room);
    for (const each of taken) batch.addConcerned(each);
    return found.length > room ? (taken.at(-1)?.id ?? after) : null;
  }

  private async changes(reseller: Reseller, batch: ChangeBatch): Promise<string[]> {
    const { entries, partnersAsked } = batch;
    if (entries.length === 0) return [];
    const rows = await this.catalog.visible(
      reseller,
      entries.map(([id]) => id),
      shownOffer,
    );
    const shown = new Map(rows.map((row) => [row.text(shownOffer.at('o.id')), shownOffer.text(row)]));
    const partners = partnersAsked.size > 0 ? await this.run<{ id: string }>(partnersEver(reseller)) : [];
    const known = new Set(partners.map(({ id }) => id));
    return entries.flatMap(([id, forget]): string[] => {
      const offer = shown.get(id);
      if (offer) return [`{"type":"upsert","id":"${id}","offer":${offer}}`];
      return forget || known.has(partnersAsked.get(id) ?? '') ? [`{"type":"remove","id":"${id}"}`] : [];
    });
  }

  private run<T>({ text, values }: Statement): Promise<T[]> {
    return this.dataSource.query(text, values);
  }
}

interface Step {
  next: ChangesPosition;
  more: boolean;
}

function scopeOf({ kind, teamId, audience }: LoggedChange, reseller: Reseller): Scope {
  if (kind === 'partner') return { kind: 'partner', teamId, wasPartner: audience === 'preferred' };
  return teamId === reseller.id ? { kind: 'all' } : { kind: 'provider', teamId };
}
