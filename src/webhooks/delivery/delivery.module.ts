import { Module } from '@nestjs/common';
import { AttemptCounts } from './attempt-counts.js';
import { DeliveryWorker } from './delivery-worker.js';

@Module({ providers: [AttemptCounts, DeliveryWorker] })
export class DeliveryModule {}
