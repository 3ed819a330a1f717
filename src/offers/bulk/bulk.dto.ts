import { EnumField } from '../../validation/fields.js';
import { categoryNames, type CategoryName } from '../categories/all-categories.js';
import { offerStatuses, type OfferStatus } from '../offer-status.js';

export class ExportQuery {
  @EnumField(offerStatuses, { description: 'Exports only offers with this status.', optional: true })
  status?: OfferStatus;

  @EnumField(categoryNames, { description: 'Exports only offers in this category.', optional: true })
  category?: CategoryName;
}
