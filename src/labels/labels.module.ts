import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/catalog.module.js';
import { OffersModule } from '../offers/offers.module.js';
import { LabelsController } from './reading/labels.controller.js';
import { LabelRetention } from './versions/label-retention.service.js';
import { LabelSales } from './versions/label-sales.service.js';
import { LabelVersions } from './versions/label-versions.service.js';
import { LabelViewsController } from './views/label-views.controller.js';
import { LabelViews } from './views/label-views.service.js';

@Module({
  imports: [OffersModule, CatalogModule],
  controllers: [LabelsController, LabelViewsController],
  providers: [LabelVersions, LabelSales, LabelRetention, LabelViews],
})
export class LabelsModule {}
