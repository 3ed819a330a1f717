import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { EnumField, BooleanField, NumberField, TextField, IdField } from '../../validation/fields.js';
import { ObjectField, ObjectListField } from '../../validation/object-fields.js';
import { CatalogOfferView } from '../listing/catalog-offer.dto.js';

export class ChangesQuery {
  @TextField({
    description: '`next` of the answer before; without it the whole catalog comes first.',
    max: 2048,
    optional: true,
  })
  since?: string;

  @NumberField({
    description: 'Changes in one answer.',
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
    description: 'Put the offer as it is now, or forget it.',
    example: 'upsert',
  })
  type: 'upsert' | 'remove';

  @IdField({ description: 'Id of the offer.' })
  id: string;

  @ObjectField(() => CatalogOfferView, {
    description: 'The offer as it is now; upsert only.',
    optional: true,
  })
  offer?: CatalogOfferView;
}

@ApiSchema({ name: 'CatalogChanges' })
export class CatalogChanges {
  @ObjectListField(() => CatalogChange, {
    description: 'In the order in which they came about.',
    maxItems: 100,
  })
  changes: CatalogChange[];

  @TextField({
    description: 'Where to go on: `since` of the next request.',
    max: 2048,
    example: 'WyJsb2ciXQ.c2lnbmF0dXJl',
  })
  next: string;

  @BooleanField({ description: 'Whether more stands ready now; if not, ask again later.', example: false })
  more: boolean;
}
