import type { Statement } from '../../sql/statement.js';
import type { RawRow } from '../../sql/transaction.js';
import { unansweredStatuses, type ItemStatus } from '../lifecycle/item-status.js';
import {
  maxStatisticsGroups,
  type DurationsView,
  type FiguresView,
  type StatisticsGrouping,
} from './order-statistics.dto.js';

/** The side whose orders are counted. */
export type StatisticsSide = 'provider' | 'reseller';

/** Times in ISO 8601 format. */
interface TimeRange {
  from: string;
  to: string;
}

const isOneOf = (statuses: readonly ItemStatus[]) =>
  `i.status IN (${statuses.map((status) => `'${status}'`).join(', ')})`;
const deliveredStatuses = ['completed', 'active'] as const satisfies ItemStatus[];
const openStatuses = [
  ...unansweredStatuses,
  'accepted',
  'scheduled',
  'in_progress',
] as const satisfies ItemStatus[];

const isDelivered = isOneOf(deliveredStatuses);
const isOpen = isOneOf(openStatuses);
/** The end of the appointment. Without a known end, there is no day to end it, because the time zone is unknown. */
const due = "coalesce(i.scheduled_until, i.scheduled_for + interval '24 hours')";
const isKept = `(i.completed_at <= ${due})`;
/** Whether the item was withdrawn before its appointment. */
const isWithdrawn = `(${isOneOf(['cancelled', 'rejected'])} AND i.ended_at <= ${due})`;

const countIf = (condition: string) => `count(*) FILTER (WHERE ${condition})`;
const secondsTo = (column: string) => `extract(epoch FROM i.${column} - i.created_at)::float8`;
const percentile = (share: number, seconds: string) =>
  `round(percentile_cont(${share}) WITHIN GROUP (ORDER BY ${seconds}))`;

/** The columns of the statement. */
const figures = {
  orders: 'count(DISTINCT i.order_id)',
  items: 'count(*)',
  open: countIf(isOpen),
  overdue: countIf(`${isOneOf(unansweredStatuses)} AND i.respond_by < now()`),
  accepted: countIf('i.accepted_at IS NOT NULL'),
  rejected: countIf(isOneOf(['rejected'])),
  cancelled: countIf(isOneOf(['cancelled'])),
  failed: countIf(isOneOf(['failed'])),
  completed: countIf(isDelivered),
  kept: countIf(isKept),
  missed: countIf(`${due} < now() AND ${isKept} IS NOT TRUE AND ${isWithdrawn} IS NOT TRUE`),
  upcoming: countIf(`${due} >= now() AND ${isOpen}`),
  acceptMedian: percentile(0.5, secondsTo('accepted_at')),
  acceptP90: percentile(0.9, secondsTo('accepted_at')),
  activateMedian: percentile(0.5, secondsTo('activated_at')),
  activateP90: percentile(0.9, secondsTo('activated_at')),
};
type FigureName = keyof typeof figures;
const figureNames = Object.keys(figures) as FigureName[];

const columnsOf = {
  provider: { team: 'provider_team_id', partner: 'reseller_team_id' },
  reseller: { team: 'reseller_team_id', partner: 'provider_team_id' },
} as const;

const groupKey = (side: StatisticsSide, groupBy: StatisticsGrouping): string =>
  ({
    month: "to_char(i.created_at AT TIME ZONE 'UTC', 'YYYY-MM')",
    category: 'i.category',
    partner: `i.${columnsOf[side].partner}`,
  })[groupBy];

/**
 * Counts the items of a team's orders in a time range, in total and by group. The first row is the total. The table is read
 * once, along an index that contains all of the columns.
 */
export function orderStatistics(
  side: StatisticsSide,
  teamId: string,
  { from, to }: TimeRange,
  groupBy: StatisticsGrouping | undefined,
): Statement {
  const key = groupBy && groupKey(side, groupBy);
  const counted = `SELECT ${key ? `grouping(${key})` : 1} AS is_total, ${key ?? 'NULL'} AS key,
      ${figureNames.map((name) => `${figures[name]} AS "${name}"`).join(',\n      ')}
    FROM order_items i
    WHERE i.${columnsOf[side].team} = $1 AND i.created_at >= $2 AND i.created_at < $3
    ${key ? `GROUP BY GROUPING SETS ((), (${key}))` : ''}`;
  const isByPartner = groupBy === 'partner';
  return {
    text: `SELECT c.key, ${isByPartner ? 't.name' : 'NULL'}, ${figureNames.map((name) => `c."${name}"`).join(', ')}
    FROM (${counted}) c ${isByPartner ? 'LEFT JOIN teams t ON t.id = c.key' : ''}
    ORDER BY c.is_total DESC, ${groupBy === 'month' ? 'c.key' : 'c.items DESC, c.key'} LIMIT ${maxStatisticsGroups + 1}`,
    values: [teamId, from, to],
  };
}

/** A row of the statement. */
export interface StatisticsRow {
  /** Null in the first row, and for items without a category. */
  key: string | null;
  partnerName: string | null;
  figures: FiguresView;
}

/** Reads a row of `orderStatistics`. */
export function toStatisticsRow([key = null, partnerName = null, ...values]: RawRow): StatisticsRow {
  const numberOrNull = (name: FigureName) => {
    const text = values[figureNames.indexOf(name)] ?? null;
    return text === null ? null : Number(text);
  };
  const number = (name: FigureName) => numberOrNull(name) ?? 0;
  const items = number('items');
  const rate = (name: FigureName) =>
    items === 0 ? null : Math.round((number(name) / items) * rateScale) / rateScale;
  const durations = (median: FigureName, p90: FigureName): DurationsView => ({
    median: numberOrNull(median),
    p90: numberOrNull(p90),
  });
  return {
    key,
    partnerName,
    figures: {
      orders: number('orders'),
      items,
      open: number('open'),
      overdue: number('overdue'),
      accepted: number('accepted'),
      rejected: number('rejected'),
      cancelled: number('cancelled'),
      failed: number('failed'),
      completed: number('completed'),
      acceptanceRate: rate('accepted'),
      rejectionRate: rate('rejected'),
      cancellationRate: rate('cancelled'),
      completionRate: rate('completed'),
      timeToAccept: durations('acceptMedian', 'acceptP90'),
      timeToActivate: durations('activateMedian', 'activateP90'),
      appointments: { kept: number('kept'), missed: number('missed'), upcoming: number('upcoming') },
    },
  };
}

/** Rates have four decimal places. */
const rateScale = 10_000;
