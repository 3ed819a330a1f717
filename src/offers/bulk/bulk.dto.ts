import { EnumField, BooleanField } from '../../validation/fields.js';
import { categoryNames, type CategoryName } from '../categories/all-categories.js';
import { offerStatuses, type OfferStatus } from '../offer-status.js';

export class BulkQuery {
  @BooleanField({
    description: 'Check every line and tell what would become of it, but write nothing.',
    default: false,
    optional: true,
  })
  dryRun?: boolean;
}

export class ExportQuery {
  @EnumField(offerStatuses, { description: 'Only offers in this status.', optional: true })
  status?: OfferStatus;

  @EnumField(categoryNames, { description: 'Only offers of this category.', optional: true })
  category?: CategoryName;
}
