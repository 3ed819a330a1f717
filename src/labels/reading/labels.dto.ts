import { ApiExtraModels, ApiSchema, getSchemaPath } from '../../lazy-swagger/decorators.js';
import { exampleIdIn } from '../../lazy-swagger/example-ids.js';
import { field } from '../../validation/field.js';
import { DateTimeField, EnumField, IdField, NumberField, TextField } from '../../validation/fields.js';
import { IntersectionType } from '../../validation/mapped-types.js';
import type { LabelVersion } from '../versions/label-versions.query.js';
import { labelFormats, type LabelFormat } from './label-answer.js';
import { BroadbandFactsView } from './broadband-facts.dto.js';
import { AllInPriceView, LicenseCardView } from './card.dto.js';
import { ElectricityFactsView } from './electricity-facts.dto.js';

export class LabelQuery {
  @EnumField(labelFormats, {
    description:
      'Format of the response, for clients that cannot set the header `Accept`, such as browsers. It takes precedence over the header.',
    optional: true,
    example: 'json',
  })
  format?: LabelFormat;
}

class OrderQuery {
  @IdField({
    description:
      'Returns the label that the offer had in this order of your team, even if you can no longer see the offer.',
    optional: true,
  })
  orderId?: string;
}

class OrderItemQuery {
  @IdField({
    description: 'Returns the label that the offer had in this order item of your team.',
    optional: true,
  })
  orderItemId?: string;
}

export class ResellerLabelQuery extends IntersectionType(OrderQuery, LabelQuery) {}
export class ProviderLabelQuery extends IntersectionType(OrderItemQuery, LabelQuery) {}

const kinds = [BroadbandFactsView, ElectricityFactsView, AllInPriceView, LicenseCardView];

@ApiExtraModels(...kinds)
@ApiSchema({ name: 'Label' })
export class LabelView {
  @IdField({ description: 'ID of the offer.', example: exampleIdIn('/reseller/catalog') })
  offerId: string;

  @NumberField({
    description:
      'Version of the label, which never changes. Null for an offer that is not active and never had this label while it was.',
    integer: true,
    min: 1,
    nullable: true,
    example: 1,
  })
  version: number | null;

  @TextField({
    description: 'Path of this version; null without a version.',
    max: 255,
    nullable: true,
    example: `/labels/${exampleIdIn('/reseller/catalog')}/1`,
  })
  url: string | null;

  @DateTimeField({
    description: 'When this version was first issued; null without a version.',
    nullable: true,
    example: '2026-01-31T09:30:00.000Z',
  })
  issuedAt: string | null;

  @field(
    { oneOf: kinds.map((kind) => ({ $ref: getSchemaPath(kind) })) },
    { description: 'The values of the label, by its `kind`. What the offer does not state is null.' },
  )
  label: object;
}

/** Returns the JSON of a label. */
export function labelViewJson({ offerId, version, issuedMs, json }: LabelVersion): string {
  const head = {
    offerId,
    version,
    url: version === null ? null : `/labels/${offerId}/${version}`,
    issuedAt: issuedMs === null ? null : new Date(issuedMs).toISOString(),
  } satisfies Omit<LabelView, 'label'>;
  return `${JSON.stringify(head).slice(0, -1)},"label":${json}}`;
}
