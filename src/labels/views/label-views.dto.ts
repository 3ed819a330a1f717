import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { exampleIdIn } from '../../lazy-swagger/example-ids.js';
import { PageQuery } from '../../paging/page.js';
import { DateTimeField, IdField, NumberField, TextField } from '../../validation/fields.js';
import { IntersectionType } from '../../validation/mapped-types.js';
import { ServerManaged } from '../../validation/validate.js';
import type { LabelViewFilters, StoredLabelView } from './label-views.query.js';

const exampleTime = '2026-01-31T09:30:00.000Z';
const exampleOffer = exampleIdIn('/reseller/catalog');
const version = {
  description: 'Version of the label that was shown.',
  integer: true,
  min: 1,
  max: 999_999_999,
  example: 1,
};
const channel = {
  description: 'Where it was shown, in your own words, such as web, phone or store.',
  kind: 'identifier' as const,
  min: 1,
  max: 50,
  example: 'store',
};
const shownAt = { description: 'When the customer was shown the label.', example: exampleTime };

@ServerManaged('id', 'offerId', 'plan', 'labelUrl', 'recordedAt')
export class CreateLabelView {
  @NumberField({
    ...version,
    description: `${version.description} If omitted, it is the label at the time of the order \`orderId\`, or else the current label.`,
    optional: true,
  })
  labelVersion?: number;

  @IdField({
    description: 'ID of the order that followed: one of your team that contains the offer.',
    nullable: true,
    optional: true,
    example: null,
  })
  orderId?: string | null;

  @TextField({ ...channel, nullable: true, optional: true })
  channel?: string | null;

  @DateTimeField({
    ...shownAt,
    description: `${shownAt.description} If omitted, it is now. Not in the future, and at most two years ago.`,
    optional: true,
  })
  shownAt?: string;
}

@ApiSchema({ name: 'LabelViewRecord' })
export class LabelViewRecord {
  @IdField({ description: 'ID of the record (UUID v7).', example: exampleIdIn('/reseller/label-views') })
  id: string;

  @IdField({ description: 'ID of the offer.', example: exampleOffer })
  offerId: string;

  @TextField({ description: 'Name of the plan on the label.', max: 255, example: 'Fibre 500' })
  plan: string;

  @NumberField(version)
  labelVersion: number;

  @TextField({
    description: 'Path of the label that was shown. It is kept at least as long as the record.',
    max: 255,
    example: `/labels/${exampleOffer}/1`,
  })
  labelUrl: string;

  @IdField({ description: 'ID of the order that followed.', nullable: true, example: null })
  orderId: string | null;

  @TextField({ ...channel, nullable: true })
  channel: string | null;

  @DateTimeField(shownAt)
  shownAt: string;

  @DateTimeField({
    description: 'When the record was stored. It is deleted two years later.',
    example: exampleTime,
  })
  recordedAt: string;

  static from(stored: StoredLabelView): LabelViewRecord {
    const { id, offerId, plan, version: labelVersion, orderId, channel: where, shownMs, recordedMs } = stored;
    return {
      id,
      offerId,
      plan,
      labelVersion,
      labelUrl: `/labels/${offerId}/${labelVersion}`,
      orderId,
      channel: where,
      shownAt: new Date(shownMs).toISOString(),
      recordedAt: new Date(recordedMs).toISOString(),
    };
  }
}

/** The columns of the CSV file, in this order. */
export const labelViewColumns = [
  'id',
  'offerId',
  'plan',
  'labelVersion',
  'labelUrl',
  'orderId',
  'channel',
  'shownAt',
  'recordedAt',
] as const satisfies readonly (keyof LabelViewRecord)[];

class LabelViewFilterQuery implements LabelViewFilters {
  @IdField({ description: 'Returns only records about this offer.', optional: true })
  offerId?: string;

  @IdField({ description: 'Returns only records about this order.', optional: true })
  orderId?: string;

  @DateTimeField({
    description: 'Returns only records of labels that were shown from this time on.',
    optional: true,
    example: '2026-01-01T00:00:00Z',
  })
  shownFrom?: string;

  @DateTimeField({
    description: 'Returns only records of labels that were shown before this time.',
    optional: true,
    example: '2028-01-01T00:00:00Z',
  })
  shownTo?: string;
}

export class ListLabelViews extends IntersectionType(LabelViewFilterQuery, PageQuery) {}
