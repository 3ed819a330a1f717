import { Module } from '@nestjs/common';
import { DeliveryMetrics } from './delivery-metrics.js';
import { DeliveryWorker } from './delivery-worker.js';

@Module({ providers: [DeliveryMetrics, DeliveryWorker] })
export class DeliveryModule {}
