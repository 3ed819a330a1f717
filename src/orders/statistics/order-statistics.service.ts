import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { Sql } from '../../sql/sql.js';
import type {
  FiguresGroupView,
  StatisticsGrouping,
  StatisticsQuery,
  StatisticsView,
} from './order-statistics.dto.js';
import {
  orderStatistics,
  toStatisticsRow,
  type StatisticsRow,
  type StatisticsSide,
} from './order-statistics.query.js';

/** Counts the orders of a team. */
@Injectable()
export class OrderStatistics {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  /** Runs one statement. @throws ValidationFailed if the range is empty */
  async of(side: StatisticsSide, teamId: string, query: StatisticsQuery): Promise<StatisticsView> {
    const to = query.createdTo === undefined ? this.clock.now() : new Date(query.createdTo);
    const from = query.createdFrom === undefined ? yearBefore(to) : new Date(query.createdFrom);
    if (from >= to)
      throw new ValidationFailed([
        fieldError(['createdFrom'], 'range', `must be before ${query.createdTo ?? 'now'}`),
      ]);
    const range = { from: from.toISOString(), to: to.toISOString() };
    const rows = await this.sql.rows(orderStatistics(side, teamId, range, query.groupBy));
    const [total, ...groups] = rows.map(toStatisticsRow);
    if (!total) throw new Error('The statistics have no total');
    return {
      createdFrom: range.from,
      createdTo: range.to,
      total: total.figures,
      groups: query.groupBy ? groups.map((row) => groupView(row, query.groupBy)) : [],
    };
  }
}

const groupView = (
  { key, partnerName, figures }: StatisticsRow,
  groupBy: StatisticsGrouping | undefined,
): FiguresGroupView => ({
  month: groupBy === 'month' ? key : null,
  category: groupBy === 'category' ? key : null,
  partnerId: groupBy === 'partner' ? key : null,
  partnerName,
  ...figures,
});

/** The earliest time that Postgres accepts in this format, which knows no year 0. */
const earliest = Date.parse('0001-01-01T00:00:00Z');

function yearBefore(time: Date): Date {
  const earlier = new Date(time);
  earlier.setUTCFullYear(earlier.getUTCFullYear() - 1);
  return new Date(Math.max(earlier.getTime(), earliest));
}
