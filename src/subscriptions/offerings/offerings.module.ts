import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OfferingCatalogService } from './offering-catalog.service.js';
import { OfferingPartsService } from './parts/offering-parts.service.js';
import { OfferingPlan } from './parts/offering-plan.entity.js';
import { OfferingPlansController } from './parts/offering-plans.controller.js';
import { OfferingProduct } from './parts/offering-product.entity.js';
import { OfferingProductsController } from './parts/offering-products.controller.js';
import { Offering } from './offering.entity.js';
import { SubscriptionOfferingsController } from './offerings.controller.js';
import { OfferingsService } from './offerings.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Offering, OfferingProduct, OfferingPlan])],
  controllers: [SubscriptionOfferingsController, OfferingProductsController, OfferingPlansController],
  providers: [OfferingsService, OfferingCatalogService, OfferingPartsService],
})
export class OfferingsModule {}
