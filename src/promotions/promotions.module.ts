import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TeamsModule } from '../teams/teams.module.js';
import { Discount } from './discounts/discount.entity.js';
import { DiscountsController } from './discounts/discounts.controller.js';
import { DiscountsService } from './discounts/discounts.service.js';
import { PromoCodeCheckService } from './promo-code-check.service.js';
import { Promotion, PromotionTarget } from './promotion.entity.js';
import { PromotionsController } from './promotions.controller.js';
import { PromotionsService } from './promotions.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Discount, Promotion, PromotionTarget]), TeamsModule],
  controllers: [PromotionsController, DiscountsController],
  providers: [DiscountsService, PromotionsService, PromoCodeCheckService],
  exports: [PromoCodeCheckService],
})
export class PromotionsModule {}
