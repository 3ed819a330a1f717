import { MoneyField } from '../../money/money-fields.js';
import { exampleIdIn } from '../../lazy-swagger/example-ids.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { EnumField, TextField } from '../../validation/fields.js';
import { IdListField } from '../../validation/list-fields.js';
import { maxItems } from '../placing/place-order.dto.js';
import { reasonCodesFor, type ReasonCode } from './reason-codes.js';

/** Why and what a reseller cancels. */
@ApiSchema({ name: 'CancelOrder' })
export class CancelOrder {
  @TextField({
    description: 'Reason for the providers. Stored encrypted.',
    max: 5000,
    optional: true,
    nullable: true,
    example: 'The customer moves to another city.',
  })
  reason?: string | null;

  @EnumField(reasonCodesFor('cancelled'), {
    description: 'Code of the reason.',
    optional: true,
    nullable: true,
    example: 'customer_moved',
  })
  reasonCode?: ReasonCode | null;

  @IdListField(
    {
      description:
        'The items to cancel. Without it, all items are cancelled for which this is possible. Items for which it is not possible stay as they are.',
      optional: true,
      example: [exampleIdIn('/reseller/orders/{orderId}/items')],
    },
    { min: 1, max: maxItems },
  )
  itemIds?: string[];
}

/** A provider's answer to a request for cancellation. */
@ApiSchema({ name: 'AnswerCancellation' })
export class AnswerCancellation {
  @EnumField(['accept', 'decline'], {
    description: '`accept` cancels the item; with `decline`, the item stays as it is.',
    example: 'accept',
  })
  decision: 'accept' | 'decline';

  @MoneyField({
    description:
      'Fee for the cancellation in the currency of the item, if it is accepted. No more decimal places than the currency has.',
    optional: true,
    nullable: true,
    example: 25,
  })
  fee?: number | null;

  @TextField({
    description: 'Notes for the reseller. Required to decline. Stored encrypted.',
    max: 5000,
    optional: true,
    nullable: true,
    example: 'The technician was already on the way.',
  })
  providerNotes?: string | null;
}
