import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OfferingsModule } from '../offerings/offerings.module.js';
import { Plan } from './plan.entity.js';
import { SubscriptionPlansController } from './plans.controller.js';
import { PlansService } from './plans.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Plan]), OfferingsModule],
  controllers: [SubscriptionPlansController],
  providers: [PlansService],
})
export class PlansModule {}
