import { BulkQuery, BulkSummary } from '../../bulk/bulk-result.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { BooleanField, DateTimeField, NumberField } from '../../validation/fields.js';
import { ObjectField } from '../../validation/object-fields.js';
import type { OfferStatus } from '../offer-status.js';
import { FeedNameField } from './feed-fields.js';
import type { CountedFeed } from './feeds.service.js';

export class FeedUploadQuery extends BulkQuery {
  @FeedNameField({
    description:
      'Feed to which the offers belong: a name of your choice, 1 to 100 characters long. Offers of other feeds, and offers that belong to no feed, are not changed.',
    optional: true,
  })
  feed?: string;

  @BooleanField({
    description:
      'Whether the upload lists all offers of the feed. When all lines have been applied, the active offers of the feed that it does not list become `inactive`. Requires `feed`.',
    default: false,
    optional: true,
  })
  complete?: boolean;

  @BooleanField({
    description:
      'Whether the feed takes over offers that belong to no feed and have the `id`, `sku` or `externalId` of a line. Requires `feed`.',
    default: false,
    optional: true,
  })
  adopt?: boolean;
}

const CountField = (status: OfferStatus, example: number) =>
  NumberField({
    description: `Number of offers with the status \`${status}\`.`,
    integer: true,
    min: 0,
    example,
  });

export class FeedOffers {
  @CountField('draft', 0)
  draft: number;

  @CountField('active', 1495)
  active: number;

  @CountField('inactive', 5)
  inactive: number;

  @CountField('archived', 0)
  archived: number;
}

@ApiSchema({ name: 'FeedLoadResult' })
export class FeedLoadView extends BulkSummary {
  @DateTimeField({ description: 'When the upload ended.', example: '2026-01-31T09:30:00.000Z' })
  endedAt: string;

  @BooleanField({ description: 'Whether it was a complete load.', example: true })
  complete: boolean;
}

@ApiSchema({ name: 'Feed' })
export class FeedView {
  @FeedNameField({ description: 'Name of the feed.' })
  name: string;

  @ObjectField(() => FeedOffers, { description: 'Number of offers that belong to the feed, by status.' })
  offers: FeedOffers;

  @ObjectField(() => FeedLoadView, {
    description:
      'Result of the last upload that was processed to its end; null before the first one. Dry runs do not count.',
    nullable: true,
  })
  lastLoad: FeedLoadView | null;

  @DateTimeField({ description: 'Time of the first upload.', example: '2026-01-31T09:30:00.000Z' })
  createdAt: string;

  static from(this: void, { name, offers, lastLoad, createdAt }: CountedFeed): FeedView {
    return { name, offers, lastLoad, createdAt: createdAt.toISOString() };
  }
}
