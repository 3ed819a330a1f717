import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { csvRow, encodeCell } from '../../bulk/csv/csv-cell.js';
import { CatalogService } from '../../catalog/listing/catalog.service.js';
import { catalogOfferJson } from '../../catalog/listing/catalog-json.js';
import { Clock } from '../../common/clock.js';
import { DomainError, NotFound, ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { newId } from '../../common/new-id.js';
import { CursorCodec, cursorScope, type CursorPosition } from '../../paging/cursor.js';
import { boundedTotal, defaultLimit, takePage, type Page } from '../../paging/page.js';
import { Sql } from '../../sql/sql.js';
import type { Caller } from '../../teams/caller.js';
import { shortestKeptMs } from '../retention-period.js';
import { labelSourceOf } from '../values/label-source.js';
import { LabelSales } from '../versions/label-sales.service.js';
import { LabelVersions } from '../versions/label-versions.service.js';
import {
  countLabelViews,
  insertLabelView,
  labelViewById,
  labelViewsCountLimit,
  newestLabelViews,
  toStoredLabelView,
  type LabelViewFilters,
  type StoredLabelView,
} from './label-views.query.js';
import {
  LabelViewRecord,
  labelViewColumns,
  type CreateLabelView,
  type ListLabelViews,
} from './label-views.dto.js';

/** How far the clock of a client may be ahead, in milliseconds. */
const aheadMs = 60_000;
const exportedAtOnce = 500;

/** Records which labels a reseller has shown to its customers. */
@Injectable()
export class LabelViews {
  /** The most records of a team. Tests lower it. */
  maxViews = 2_000_000;

  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
    private readonly cursors: CursorCodec,
    private readonly catalog: CatalogService,
    private readonly versions: LabelVersions,
    private readonly sales: LabelSales,
  ) {}

  /**
   * Records that a customer was shown the label of an offer that the reseller sees, has ordered, or has shown before.
   * @throws NotFound, also if offers of this kind have no label; ValidationFailed; DomainError QUOTA_EXCEEDED
   */
  async create(reseller: Caller, offerId: string, given: CreateLabelView): Promise<LabelViewRecord> {
    const now = this.clock.now();
    const shownAt = shownTime(given.shownAt, now);
    const version = await this.versionShown(reseller, offerId, given);
    const { orderId = null, channel = null } = given;
    const view = {
      id: newId(now.getTime()),
      teamId: reseller.id,
      offerId: offerId.toLowerCase(),
      version,
      orderId,
      channel,
      shownAt,
      createdAt: now,
    };
    const [row] = await this.sql.rows(insertLabelView(view, this.maxViews));
    if (!row) throw new NotFound('Label');
    const [plan] = row;
    if (plan === null || plan === undefined) throw this.quotaExceeded();
    return LabelViewRecord.from({ ...view, plan, shownMs: shownAt.getTime(), recordedMs: now.getTime() });
  }

  /** Runs one statement, and one more with `count`. @throws DomainError INVALID_CURSOR */
  async list(teamId: string, query: ListLabelViews): Promise<Page<LabelViewRecord>> {
    const { cursor, limit = defaultLimit, count, ...filters } = query;
    const scope = cursorScope(`label views ${teamId}`, filters);
    const after = cursor === undefined ? undefined : this.cursors.decode(scope, cursor);
    const rows = await this.sql.rows(newestLabelViews(teamId, filters, { after, limit: limit + 1 }));
    const total = count ? await this.sql.rows(countLabelViews(teamId, filters)) : undefined;
    const { items, last } = takePage(rows.map(toStoredLabelView), limit);
    return {
      items: items.map((stored) => LabelViewRecord.from(stored)),
      next: last && this.cursors.encode(scope, positionOf(last)),
      ...(total && boundedTotal(Number(total[0]?.[0]), labelViewsCountLimit)),
    };
  }

  /** @throws NotFound */
  async get(teamId: string, id: string): Promise<LabelViewRecord> {
    const [row] = isUuid(id) ? await this.sql.rows(labelViewById(teamId, id)) : [];
    if (!row) throw new NotFound('Record');
    return LabelViewRecord.from(toStoredLabelView(row));
  }

  /** Yields all records as CSV, in chunks. The next one is read when the client has received the previous one. */
  async *export(teamId: string, filters: LabelViewFilters): AsyncGenerator<Buffer> {
    yield Buffer.from(csvRow(labelViewColumns));
    let after: CursorPosition | undefined;
    do {
      const found = await this.sql.rows(newestLabelViews(teamId, filters, { after, limit: exportedAtOnce }));
      const views = found.map(toStoredLabelView);
      const lines = views.map((stored) => csvLine(LabelViewRecord.from(stored)));
      if (lines.length > 0) yield Buffer.from(lines.join(''));
      const last = views.at(-1);
      after = last && views.length === exportedAtOnce ? positionOf(last) : undefined;
    } while (after);
  }

  private async versionShown(
    reseller: Caller,
    offerId: string,
    { labelVersion, orderId }: CreateLabelView,
  ): Promise<number> {
    const sold = orderId ? await this.sales.ofOrder(reseller.id, orderId, offerId) : undefined;
    if (labelVersion !== undefined) {
      const reader = { ...reseller, isReseller: true };
      const read = this.versions.get(reader, offerId, String(labelVersion));
      await read.catch((cause: unknown) => {
        if (!(cause instanceof NotFound)) throw cause;
        throw new ValidationFailed([
          fieldError(['labelVersion'], 'unknown', 'is not a version of a label that your team can see'),
        ]);
      });
      return labelVersion;
    }
    if (sold) {
      if (!sold.label) throw new NotFound('Label');
      return sold.label.version;
    }
    const row = await this.catalog.get(reseller, offerId);
    const source = labelSourceOf(catalogOfferJson.toText(row));
    const teamId = row.text(catalogOfferJson.at('o.team_id')) ?? '';
    const { version } = await this.versions.current(source, { teamId, isActive: true });
    if (version === null) throw new NotFound('Label');
    return version;
  }

  private quotaExceeded() {
    return new DomainError(
      'QUOTA_EXCEEDED',
      `A team can store ${this.maxViews} records of label views; each is deleted after two years`,
      { limit: this.maxViews, used: this.maxViews, requested: 1 },
    );
  }
}

/** @throws ValidationFailed */
function shownTime(given: string | undefined, now: Date): Date {
  if (given === undefined) return now;
  const time = Date.parse(given);
  if (time > now.getTime() + aheadMs)
    throw new ValidationFailed([fieldError(['shownAt'], 'range', 'must not be in the future')]);
  if (time < now.getTime() - shortestKeptMs)
    throw new ValidationFailed([
      fieldError(
        ['shownAt'],
        'range',
        'must be within the last two years, because older records are deleted',
      ),
    ]);
  return new Date(Math.min(time, now.getTime()));
}

const positionOf = ({ shownMs, id }: StoredLabelView): CursorPosition => [
  new Date(shownMs).toISOString(),
  id,
];

const csvLine = (record: LabelViewRecord) =>
  csvRow(
    labelViewColumns.map((name) => {
      const value = record[name];
      // An empty cell, as NULL means something else to those who read the file with a spreadsheet.
      return value === null ? '' : (encodeCell(value, typeof value === 'number' ? 'number' : 'text') ?? '');
    }),
  );
