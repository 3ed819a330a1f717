import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '../lazy-swagger/decorators.js';
import { Endpoint } from '../http/endpoint.js';
import { Metrics } from './metrics.js';

@ApiTags('Operation')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Endpoint({
    access: 'public',
    summary: 'Figures of the process for Prometheus',
    description: 'Public unless `METRICS_ACCESS=admin`, which asks for the admin key.',
    response: {
      mediaType: 'text/plain',
      description: 'Prometheus text format.',
      example: 'db_pool_waiting 0\n',
    },
    errors: ['UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED'],
  })
  getMetrics(): Promise<string> {
    return this.metrics.read();
  }
}
