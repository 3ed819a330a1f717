import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ContainingOfferingsReader } from './containing-offerings.service.js';
import { OfferingReader } from './offering-reader.service.js';
import { Offering } from './offering.entity.js';
import { SubscriptionOfferingsController } from './offerings.controller.js';
import { OfferingsService } from './offerings.service.js';
import { OfferingProrationController } from './proration.controller.js';
import { OfferingPlan } from './snapshots/offering-plan.entity.js';
import { OfferingPlansController } from './snapshots/offering-plans.controller.js';
import { OfferingProduct } from './snapshots/offering-product.entity.js';
import { OfferingProductsController } from './snapshots/offering-products.controller.js';
import { OfferingSnapshotsService } from './snapshots/offering-snapshots.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Offering, OfferingProduct, OfferingPlan])],
  controllers: [
    SubscriptionOfferingsController,
    OfferingProductsController,
    OfferingPlansController,
    OfferingProrationController,
  ],
  providers: [OfferingsService, OfferingReader, OfferingSnapshotsService, ContainingOfferingsReader],
  exports: [ContainingOfferingsReader],
})
export class OfferingsModule {}
