import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { DateTimeField, EnumField, IdField, NumberField, TextField } from '../../validation/fields.js';
import { ObjectField, ObjectListField } from '../../validation/object-fields.js';

/** By what statistics can be grouped. */
export const statisticsGroupings = ['month', 'category', 'partner'] as const;
export type StatisticsGrouping = (typeof statisticsGroupings)[number];

/** The largest number of groups in a response. */
export const maxStatisticsGroups = 1000;

const exampleFrom = '2025-02-01T00:00:00.000Z';
const exampleTo = '2026-02-01T00:00:00.000Z';

export class StatisticsQuery {
  @DateTimeField({
    description: 'Counts only orders from this time on. Default: 12 months before `createdTo`.',
    optional: true,
    example: '2025-02-01T00:00:00Z',
  })
  createdFrom?: string;

  @DateTimeField({
    description: 'Counts only orders before this time. Default: now.',
    optional: true,
    example: '2026-02-01T00:00:00Z',
  })
  createdTo?: string;

  @EnumField(statisticsGroupings, {
    description:
      'Also returns the figures of each group: by calendar month of the order in UTC, by category, or by partner, which is the reseller or the provider on the other side.',
    optional: true,
    example: 'month',
  })
  groupBy?: StatisticsGrouping;
}

const count = (description: string, example: number) =>
  NumberField({ description, integer: true, min: 0, example });
const rate = (of: string, example: number) =>
  NumberField({
    description: `${of} as a share of \`items\`, from 0 to 1, with four decimal places. Null if there are no items.`,
    min: 0,
    max: 1,
    nullable: true,
    example,
  });

@ApiSchema({ name: 'OrderDurations' })
export class DurationsView {
  @NumberField({
    description: 'Half of the items took at most this long, in seconds. Null if there are none.',
    integer: true,
    min: 0,
    unit: 'seconds',
    nullable: true,
    example: 5400,
  })
  median: number | null;

  @NumberField({
    description: 'Nine of ten items took at most this long, in seconds. Null if there are none.',
    integer: true,
    min: 0,
    unit: 'seconds',
    nullable: true,
    example: 86_400,
  })
  p90: number | null;
}

@ApiSchema({ name: 'OrderAppointments' })
export class AppointmentsView {
  @count('Items that were completed or activated by the end of their appointment.', 31)
  kept: number;

  @count(
    'Items that were not, although the end of their appointment has passed. Items that were cancelled or rejected before it are not counted.',
    2,
  )
  missed: number;

  @count('Items in progress whose appointment has not ended yet.', 3)
  upcoming: number;
}

/** Numbers of orders and their items, and what they result in. */
@ApiSchema({ name: 'OrderFigures' })
export class FiguresView {
  @count('Orders with at least one of the items.', 40)
  orders: number;

  @count('Items of orders.', 50)
  items: number;

  @count('Items in progress: neither completed, active, failed, cancelled nor rejected.', 5)
  open: number;

  @count('Items whose `respondBy` has passed without an answer.', 1)
  overdue: number;

  @count('Items that the provider has accepted, whatever has happened to them since.', 44)
  accepted: number;

  @count('Items that the provider has rejected.', 3)
  rejected: number;

  @count('Items that have been cancelled by either side.', 4)
  cancelled: number;

  @count('Items that have failed, and have not been scheduled again.', 1)
  failed: number;

  @count('Items that are completed or active.', 37)
  completed: number;

  @rate('`accepted`', 0.88)
  acceptanceRate: number | null;

  @rate('`rejected`', 0.06)
  rejectionRate: number | null;

  @rate('`cancelled`', 0.08)
  cancellationRate: number | null;

  @rate('`completed`', 0.74)
  completionRate: number | null;

  @ObjectField(() => DurationsView, {
    description: 'Time from the order until the provider accepted the item.',
  })
  timeToAccept: DurationsView;

  @ObjectField(() => DurationsView, { description: 'Time from the order until the item became active.' })
  timeToActivate: DurationsView;

  @ObjectField(() => AppointmentsView, {
    description:
      'The latest appointment of each item. It ends at `scheduledUntil` or, without it, 24 hours after `scheduledFor`.',
  })
  appointments: AppointmentsView;
}

@ApiSchema({ name: 'OrderFiguresGroup' })
export class FiguresGroupView extends FiguresView {
  @TextField({
    description: 'Month such as `2026-01`, if grouped by month.',
    max: 7,
    nullable: true,
    example: '2026-01',
  })
  month: string | null;

  @TextField({
    description: 'Category, if grouped by category. Null for offers without one.',
    max: 50,
    nullable: true,
    example: null,
  })
  category: string | null;

  @IdField({
    description: 'ID of the team of the other side, if grouped by partner.',
    nullable: true,
    example: null,
  })
  partnerId: string | null;

  @TextField({
    description: 'Name of that team.',
    max: 255,
    nullable: true,
    example: null,
  })
  partnerName: string | null;
}

@ApiSchema({ name: 'OrderStatistics' })
export class StatisticsView {
  @DateTimeField({ description: 'Orders from this time on are counted.', example: exampleFrom })
  createdFrom: string;

  @DateTimeField({ description: 'Orders before this time are counted.', example: exampleTo })
  createdTo: string;

  @ObjectField(() => FiguresView, { description: 'The figures of all orders in this time.' })
  total: FiguresView;

  @ObjectListField(() => FiguresGroupView, {
    description: `The figures of each group: months in their order, other groups by the number of their items. At most ${maxStatisticsGroups} groups; empty without \`groupBy\`.`,
    maxItems: maxStatisticsGroups,
  })
  groups: FiguresGroupView[];
}
