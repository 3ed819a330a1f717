import { FeedUploadQuery } from '../feeds/feeds.dto.js';
import { EnumField } from '../../validation/fields.js';
import { categoryNames, type CategoryName } from '../categories/all-categories.js';
import { formatNames } from '../files/formats/all-formats.js';
import { languages, type Language } from '../files/row-language.js';
import { offerStatuses, type OfferStatus } from '../offer-status.js';

export class BulkOffersQuery extends FeedUploadQuery {
  @EnumField(formatNames, {
    description:
      'Format of a CSV file as the industry publishes it; `GET /provider/imports/formats` describes the formats. Without it, the columns are named by field path.',
    optional: true,
    example: 'fcc-broadband-label',
  })
  format?: string;

  @EnumField(languages, {
    description:
      'Reads only the rows in this language, and skips those in the other one. Only for `format=power-to-choose`, which lists each plan in two languages.',
    optional: true,
    example: 'English',
  })
  language?: Language;

  @EnumField(['active', 'draft'], {
    description:
      'Status of the offers in a file with a `format`. Without it, what such a file lists is on sale: new offers and drafts become active, and offers that you made inactive or archived stay so. With `active`, all of its offers become active. With `draft`, new offers are drafts, and existing ones keep their status.',
    optional: true,
    example: 'draft',
  })
  status?: 'active' | 'draft';
}

export class ExportQuery {
  @EnumField(formatNames, {
    description:
      'Returns a CSV file in this format, which `POST /provider/offers/bulk` reads with the same parameter. It lists the offers in the category of the format: the active ones, unless `status` selects others.',
    optional: true,
    example: 'fcc-broadband-label',
  })
  format?: string;

  @EnumField(offerStatuses, { description: 'Exports only offers with this status.', optional: true })
  status?: OfferStatus;

  @EnumField(categoryNames, { description: 'Exports only offers in this category.', optional: true })
  category?: CategoryName;
}
