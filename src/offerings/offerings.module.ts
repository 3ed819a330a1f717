import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OfferingCatalogService } from './offering-catalog.service.js';
import { OfferingPartsService } from './offering-parts.service.js';
import { OfferingPlan } from './offering-plan.entity.js';
import { OfferingPlansController } from './offering-plans.controller.js';
import { OfferingProduct } from './offering-product.entity.js';
import { OfferingProductsController } from './offering-products.controller.js';
import { Offering } from './offering.entity.js';
import { SubscriptionOfferingsController } from './offerings.controller.js';
import { OfferingsService } from './offerings.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Offering, OfferingProduct, OfferingPlan])],
  controllers: [SubscriptionOfferingsController, OfferingProductsController, OfferingPlansController],
  providers: [OfferingsService, OfferingCatalogService, OfferingPartsService],
})
export class OfferingsModule {}
