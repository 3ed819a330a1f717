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
    summary: 'Get Prometheus metrics',
    description:
      'Returns request counts and durations by route, and metrics of the database connection pool and the Node.js process. With several worker processes, the values are totals across all workers. Public by default; with `METRICS_ACCESS=admin`, the admin key is required.',
    response: {
      mediaType: 'text/plain',
      description: 'Metrics in Prometheus text format.',
      example: 'db_pool_waiting 0\n',
    },
    errors: ['UNAUTHORIZED', 'FORBIDDEN', 'RATE_LIMITED'],
  })
  getMetrics(): Promise<string> {
    return this.metrics.read();
  }
}
