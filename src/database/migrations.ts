import type { MigrationInterface } from 'typeorm';
import { CreateTeams1764000000000 } from '../../migrations/1764000000000-create-teams.js';
import { CreateOffers1764000100000 } from '../../migrations/1764000100000-create-offers.js';
import { CreateProducts1764000200000 } from '../../migrations/1764000200000-create-products.js';
import { CreatePlans1764000300000 } from '../../migrations/1764000300000-create-plans.js';
import { CreateOfferings1764000310000 } from '../../migrations/1764000310000-create-offerings.js';
import { CreateProductOfferings1764000400000 } from '../../migrations/1764000400000-create-product-offerings.js';
import { CreateProductCatalogs1764000405000 } from '../../migrations/1764000405000-create-product-catalogs.js';
import { CreatePromotions1764000410000 } from '../../migrations/1764000410000-create-promotions.js';
import { CreatePreferredPartners1764000500000 } from '../../migrations/1764000500000-create-preferred-partners.js';
import { AddOfferAudienceAndArea1764000510000 } from '../../migrations/1764000510000-add-offer-audience-and-area.js';
import { AddCatalogSearch1764000520000 } from '../../migrations/1764000520000-add-catalog-search.js';
import { CreateCatalogChanges1764000530000 } from '../../migrations/1764000530000-create-catalog-changes.js';
import { RedesignSearch1764100000000 } from '../../migrations/1764100000000-redesign-search.js';
import { SlimOfferWrites1764100100000 } from '../../migrations/1764100100000-slim-offer-writes.js';
import { AddKeyRetirement1764200000000 } from '../../migrations/1764200000000-add-key-retirement.js';
import { LimitAreas1764200100000 } from '../../migrations/1764200100000-limit-areas.js';
import { AddDefaultSince1764300000000 } from '../../migrations/1764300000000-add-default-since.js';
import { NormalizeIdentifiers1764300100000 } from '../../migrations/1764300100000-normalize-identifiers.js';
import { ReadLabels1764400000000 } from '../../migrations/1764400000000-read-labels.js';
import { RefineCatalogChanges1764400100000 } from '../../migrations/1764400100000-refine-catalog-changes.js';
import { AddPromotionChanges1764500000000 } from '../../migrations/1764500000000-add-promotion-changes.js';
import { IndexTargetGroups1764500100000 } from '../../migrations/1764500100000-index-target-groups.js';
import { TrackVisibleChanges1764600000000 } from '../../migrations/1764600000000-track-visible-changes.js';
import { AddPricing1764700000000 } from '../../migrations/1764700000000-add-pricing.js';
import { AddExternalIds1764800000000 } from '../../migrations/1764800000000-add-external-ids.js';
import { SearchProductOfferings1764800100000 } from '../../migrations/1764800100000-search-product-offerings.js';
import { AddFeeds1764900000000 } from '../../migrations/1764900000000-add-feeds.js';
import { AddOneTimePrices1764900100000 } from '../../migrations/1764900100000-add-one-time-prices.js';
import { CreateIdempotencyKeys1765000000000 } from '../../migrations/1765000000000-create-idempotency-keys.js';
import { CreateOrders1765100000000 } from '../../migrations/1765100000000-create-orders.js';
import { IndexOrderWarnings1765100100000 } from '../../migrations/1765100100000-index-order-warnings.js';
import { IndexOrderStatistics1765200000000 } from '../../migrations/1765200000000-index-order-statistics.js';
import { CreateEvents1765300000000 } from '../../migrations/1765300000000-create-events.js';
import { DeleteEndpointsLater1765320000000 } from '../../migrations/1765320000000-delete-endpoints-later.js';
import { CreateLicenses1765400000000 } from '../../migrations/1765400000000-create-licenses.js';
import { AddAssessments1765410000000 } from '../../migrations/1765410000000-add-assessments.js';
import { CreateLabels1765420000000 } from '../../migrations/1765420000000-create-labels.js';
import { PublishLabelFiles1765430000000 } from '../../migrations/1765430000000-publish-label-files.js';
import { LogResellerLicenses1765440000000 } from '../../migrations/1765440000000-log-reseller-licenses.js';
import { LogOfferEvents1765450000000 } from '../../migrations/1765450000000-log-offer-events.js';
import { LightenOfferWrites1765500000000 } from '../../migrations/1765500000000-lighten-offer-writes.js';
import { LeaveSetupFeeUnknown1765510000000 } from '../../migrations/1765510000000-leave-setup-fee-unknown.js';
import { SeparateSymbols1765520000000 } from '../../migrations/1765520000000-separate-symbols.js';

/** All migrations, oldest first. Each one is defined in `migrations/<timestamp>-verb-noun.ts`. */
export const migrations: (new () => MigrationInterface)[] = [
  CreateTeams1764000000000,
  CreateOffers1764000100000,
  CreateProducts1764000200000,
  CreatePlans1764000300000,
  CreateOfferings1764000310000,
  CreateProductOfferings1764000400000,
  CreateProductCatalogs1764000405000,
  CreatePromotions1764000410000,
  CreatePreferredPartners1764000500000,
  AddOfferAudienceAndArea1764000510000,
  AddCatalogSearch1764000520000,
  CreateCatalogChanges1764000530000,
  RedesignSearch1764100000000,
  SlimOfferWrites1764100100000,
  AddKeyRetirement1764200000000,
  LimitAreas1764200100000,
  AddDefaultSince1764300000000,
  NormalizeIdentifiers1764300100000,
  ReadLabels1764400000000,
  RefineCatalogChanges1764400100000,
  AddPromotionChanges1764500000000,
  IndexTargetGroups1764500100000,
  TrackVisibleChanges1764600000000,
  AddPricing1764700000000,
  AddExternalIds1764800000000,
  SearchProductOfferings1764800100000,
  AddFeeds1764900000000,
  AddOneTimePrices1764900100000,
  CreateIdempotencyKeys1765000000000,
  CreateOrders1765100000000,
  IndexOrderWarnings1765100100000,
  IndexOrderStatistics1765200000000,
  CreateEvents1765300000000,
  DeleteEndpointsLater1765320000000,
  CreateLicenses1765400000000,
  AddAssessments1765410000000,
  CreateLabels1765420000000,
  PublishLabelFiles1765430000000,
  LogResellerLicenses1765440000000,
  LogOfferEvents1765450000000,
  LightenOfferWrites1765500000000,
  LeaveSetupFeeUnknown1765510000000,
  SeparateSymbols1765520000000,
];
