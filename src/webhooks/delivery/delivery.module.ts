import { Module } from '@nestjs/common';
import { DeliveryMetrics } from './delivery-metrics.js';
import { DeliveryWorker } from './delivery-worker.js';
import { OldDeliveries } from './old-deliveries.js';

@Module({ providers: [DeliveryMetrics, DeliveryWorker, OldDeliveries] })
export class DeliveryModule {}
