import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { EnumField, BooleanField, NumberField, TextField, IdField } from '../../validation/fields.js';
import { ObjectField, ObjectListField } from '../../validation/object-fields.js';
import { CatalogOfferView } from '../listing/catalog-offer.dto.js';

export class ChangesQuery {
  @TextField({
    description: 'The value of `next` in the previous response. Omit it to start with the whole catalog.',
    max: 2048,
    optional: true,
  })
  since?: string;

  @NumberField({
    description:
      'Maximum number of changes to return. There can be fewer, because an answer has at most 4 MiB; `more` is then true.',
    default: 50,
    integer: true,
    min: 1,
    max: 100,
    optional: true,
  })
  limit?: number;
}

@ApiSchema({ name: 'CatalogChange' })
export class CatalogChange {
  @EnumField(['upsert', 'remove'], {
    description:
      'With `upsert`, store the offer in its current state. With `remove`, delete it from your copy.',
    example: 'upsert',
  })
  type: 'upsert' | 'remove';

  @IdField({ description: 'ID of the offer.' })
  id: string;

  @ObjectField(() => CatalogOfferView, {
    description: 'The current state of the offer (`upsert` only).',
    optional: true,
  })
  offer?: CatalogOfferView;
}

@ApiSchema({ name: 'CatalogChanges' })
export class CatalogChanges {
  @ObjectListField(() => CatalogChange, {
    description: 'The changes, in the order in which they occurred.',
    maxItems: 100,
  })
  changes: CatalogChange[];

  @TextField({
    description: 'Cursor for the next request. Send it as `since`.',
    max: 2048,
    example: 'WyJsb2ciXQ.c2lnbmF0dXJl',
  })
  next: string;

  @BooleanField({
    description: 'Whether more changes are available now. If false, try again later.',
    example: false,
  })
  more: boolean;
}
