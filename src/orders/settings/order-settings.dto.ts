import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { NumberField } from '../../validation/fields.js';
import { PatchType } from '../../validation/patch-type.js';

/** What a provider sets for the orders of its offers. */
@ApiSchema({ name: 'OrderSettings' })
export class OrderSettingsView {
  @NumberField({
    description:
      'Hours in which you want to accept or reject an item. Applies to new orders, whose items show the resulting time in `respondBy`. Null means that there is no deadline; 48 if you have not set it.',
    integer: true,
    min: 1,
    max: 8760,
    unit: 'hours',
    nullable: true,
    example: 48,
  })
  respondWithinHours: number | null;

  @NumberField({
    description:
      'Days for which you see personal data of the customer after an item has ended: it was completed, activated, rejected or cancelled, or it failed and was not scheduled again. 90 if you have not set it.',
    integer: true,
    min: 1,
    max: 365,
    unit: 'days',
    example: 90,
  })
  personalDataDays: number;
}

/** A JSON merge patch: omitted members keep their values. */
@ApiSchema({ name: 'UpdateOrderSettings' })
export class UpdateOrderSettings extends PatchType(OrderSettingsView, []) {}
