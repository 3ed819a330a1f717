import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { Lifecycle } from './lifecycle.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';
import { ProblemsController } from './problems.controller.js';

@Module({
  controllers: [HealthController, MetricsController, ProblemsController],
  providers: [Lifecycle, Metrics],
})
export class HealthModule {}
