import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventsModule } from '../events/events.module.js';
import { DeliveryReader } from './deliveries/delivery-reader.service.js';
import { DeliveryRequests } from './deliveries/delivery-requests.service.js';
import { WebhookDeliveriesController } from './deliveries/deliveries.controller.js';
import { DeletedEndpoints } from './endpoints/deleted-endpoints.js';
import { WebhookEndpointsController } from './endpoints/endpoints.controller.js';
import { WebhookEndpointsService } from './endpoints/endpoints.service.js';
import { WebhookEndpoint } from './endpoints/webhook-endpoint.entity.js';

/** The API of webhooks. `routing/` creates deliveries, and `delivery/` sends them. */
@Module({
  imports: [TypeOrmModule.forFeature([WebhookEndpoint]), EventsModule],
  controllers: [WebhookEndpointsController, WebhookDeliveriesController],
  providers: [WebhookEndpointsService, DeletedEndpoints, DeliveryReader, DeliveryRequests],
})
export class WebhooksModule {}
