import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { Choice, Flag, Num, Text, Id } from '../../validation/fields.js';
import { Nested, NestedList } from '../../validation/object-fields.js';
import { CatalogOfferView } from '../listing/catalog-offer.dto.js';

export class ChangesQuery {
  @Text({
    description: '`next` of the answer before; without it the whole catalog comes first.',
    max: 2048,
    optional: true,
  })
  since?: string;

  @Num({
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
  @Choice(['upsert', 'remove'], {
    description: 'Put the offer as it is now, or forget it.',
    example: 'upsert',
  })
  type: 'upsert' | 'remove';

  @Id({ description: 'Id of the offer.' })
  id: string;

  @Nested(() => CatalogOfferView, { description: 'The offer as it is now; upsert only.', optional: true })
  offer?: CatalogOfferView;
}

@ApiSchema({ name: 'CatalogChanges' })
export class CatalogChanges {
  @NestedList(() => CatalogChange, { description: 'In the order in which they came about.', maxItems: 100 })
  changes: CatalogChange[];

  @Text({
    description: 'Where to go on: `since` of the next request.',
    max: 2048,
    example: 'WyJsb2ciXQ.c2lnbmF0dXJl',
  })
  next: string;

  @Flag({ description: 'Whether more stands ready now; if not, ask again later.', example: false })
  more: boolean;
}
