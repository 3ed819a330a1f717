import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { TextField } from '../../validation/fields.js';
import { PatchType } from '../../validation/patch-type.js';

/** What a team notes for itself on an order item. */
@ApiSchema({ name: 'OrderItemInternal' })
export class InternalView {
  @TextField({
    description:
      'Person on your team who handles the item, such as a name or an e-mail address. Stored encrypted.',
    max: 200,
    nullable: true,
    example: 'Sam (field service)',
  })
  assignee: string | null;

  @TextField({
    description: 'Notes for your own team. Stored encrypted.',
    max: 5000,
    nullable: true,
    example: 'Ask for the floor plan before the visit.',
  })
  notes: string | null;
}

/** A JSON merge patch: omitted members keep their values, and null clears a member. */
@ApiSchema({ name: 'UpdateOrderItemInternal' })
export class UpdateInternal extends PatchType(InternalView, []) {}
