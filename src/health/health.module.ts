import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { ShutdownState } from './shutdown-state.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';
import { ProblemsController } from './problems.controller.js';

@Module({
  controllers: [HealthController, MetricsController, ProblemsController],
  providers: [ShutdownState, Metrics],
})
export class HealthModule {}
