import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Product } from '../../products/product.entity.js';
import { OfferingsModule } from '../offerings/offerings.module.js';
import { SubscriptionProductsController } from './subscription-products.controller.js';
import { SubscriptionProductsService } from './subscription-products.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Product]), OfferingsModule],
  controllers: [SubscriptionProductsController],
  providers: [SubscriptionProductsService],
})
export class SubscriptionProductsModule {}
