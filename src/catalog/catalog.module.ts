import { Module } from '@nestjs/common';
import { AvailabilityService } from './availability.service.js';
import { CatalogToolsController } from './catalog-tools.controller.js';
import { CatalogController } from './catalog.controller.js';
import { CatalogService } from './catalog.service.js';
import { ChangesService } from './changes.service.js';
import { SearchService } from './search.service.js';
import { StandingAnswers } from './standing-answers.js';

@Module({
  controllers: [CatalogToolsController, CatalogController],
  providers: [CatalogService, SearchService, AvailabilityService, ChangesService, StandingAnswers],
  exports: [CatalogService],
})
export class CatalogModule {}
