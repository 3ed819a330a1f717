import { Module } from '@nestjs/common';
import { AvailabilityService } from './availability/availability.service.js';
import { AvailabilityController } from './availability/availability.controller.js';
import { ChangeLog } from './changes/change-log.service.js';
import { ChangesController } from './changes/changes.controller.js';
import { CompareController } from './compare/compare.controller.js';
import { CatalogController } from './listing/catalog.controller.js';
import { CatalogService } from './listing/catalog.service.js';
import { OfferPriceController } from './price/offer-price.controller.js';
import { ChangesService } from './changes/changes.service.js';
import { CatalogSearch } from './search/catalog-search.service.js';
import { SearchService } from './search/search.service.js';
import { VocabularyService } from './search/vocabulary.service.js';
import { NotModifiedCache } from './listing/not-modified-cache.js';

@Module({
  controllers: [
    CompareController,
    AvailabilityController,
    ChangesController,
    OfferPriceController,
    CatalogController,
  ],
  providers: [
    CatalogService,
    CatalogSearch,
    SearchService,
    VocabularyService,
    AvailabilityService,
    ChangeLog,
    ChangesService,
    NotModifiedCache,
  ],
  exports: [CatalogService],
})
export class CatalogModule {}
