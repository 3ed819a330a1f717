import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiTags } from '../lazy-swagger/decorators.js';
import { Endpoint } from '../http/endpoint.js';
import { Metrics } from './metrics.js';

@ApiTags('Operation')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Endpoint({
    access: 'public',
    limitsAddress: true,
    conditional: true,
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
  async getMetrics(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | undefined> {
    const content = await this.metrics.read();
    return content.send(request, reply);
  }
}
