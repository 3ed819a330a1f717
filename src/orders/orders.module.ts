import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module.js';
import { ProductOfferingsModule } from '../product-offerings/product-offerings.module.js';
import { PromotionsModule } from '../promotions/promotions.module.js';
import { TeamsModule } from '../teams/teams.module.js';
import { CustomerData } from './customers/customer-data.service.js';
import { CustomersController } from './customers/customers.controller.js';
import { Desks } from './desks/desks.service.js';
import { ItemChanges } from './lifecycle/item-changes.service.js';
import { OrderCancelling } from './lifecycle/order-cancelling.service.js';
import { ProviderMoves } from './lifecycle/provider-moves.service.js';
import { ExpiredOrderEvents } from './personal-data/expired-events.service.js';
import { PlacingService } from './placing/placing.service.js';
import { ProviderOrdersController } from './provider-orders.controller.js';
import { OrderReader } from './reading/order-reader.service.js';
import { ProviderItemReader } from './reading/provider-item-reader.service.js';
import { ResellerOrdersController } from './reseller-orders.controller.js';
import { OrderSettingsController } from './settings/order-settings.controller.js';
import { OrderSettingsService } from './settings/order-settings.service.js';
import {
  ProviderStatisticsController,
  ResellerStatisticsController,
} from './statistics/order-statistics.controller.js';
import { OrderStatistics } from './statistics/order-statistics.service.js';

@Module({
  imports: [TeamsModule, EventsModule, PromotionsModule, ProductOfferingsModule],
  controllers: [
    ResellerOrdersController,
    CustomersController,
    ProviderOrdersController,
    OrderSettingsController,
    ProviderStatisticsController,
    ResellerStatisticsController,
  ],
  providers: [
    PlacingService,
    OrderReader,
    ProviderItemReader,
    ItemChanges,
    ProviderMoves,
    OrderCancelling,
    Desks,
    OrderSettingsService,
    OrderStatistics,
    CustomerData,
    ExpiredOrderEvents,
  ],
})
export class OrdersModule {}
