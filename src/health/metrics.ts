import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry, type Metric } from 'prom-client';
import { DataSource } from 'typeorm';
import { CHANNEL, type Channel } from '../common/channel.js';
import { EncodedContent } from '../http/content/encoded-content.js';
import { ClusterMetrics } from './cluster-metrics.js';

/** Shorter than the interval of any scraper. */
const maxAgeMs = 500;
const mediaType = 'text/plain; version=0.0.4; charset=utf-8';

const durationName = 'http_request_duration_seconds';
const labelNames = ['method', 'route', 'status'] as const;

/** Collects the Prometheus metrics of this process. In a worker, the result of `read` covers all workers. */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly cluster: ClusterMetrics | undefined;
  private content: Promise<EncodedContent> | undefined;
  private readAt = 0;

  private readonly requests = new Counter({
    name: 'http_requests_total',
    help: 'Number of requests by method, route and status.',
    labelNames,
    registers: [this.registry],
    // The durations are counted already, and each count takes time in every request.
    collect: async () => {
      this.requests.reset();
      for (const { metricName, labels, value } of (await this.durations.get()).values)
        if (metricName === `${durationName}_count`) this.requests.inc(labels, value);
    },
  });

  private readonly durations = new Histogram({
    name: durationName,
    help: 'Time from receiving the request to sending the complete response, in seconds.',
    labelNames,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.registry],
  });

  constructor(dataSource: DataSource, @Inject(CHANNEL) channel: Channel | null) {
    if (channel) this.cluster = new ClusterMetrics(channel, () => this.registry.getMetricsAsJSON());
    collectDefaultMetrics({ register: this.registry });
    // The TypeORM driver type does not declare the pool. For Postgres, `master` is the pool of node-postgres.
    const pool = () => (dataSource.driver as unknown as { master?: Pool }).master;
    this.gauge('db_pool_connections', 'Open database connections.', () => pool()?.totalCount);
    this.gauge(
      'db_pool_idle_connections',
      'Open database connections that are not in use.',
      () => pool()?.idleCount,
    );
    this.gauge('db_pool_waiting', 'Requests waiting for a database connection.', () => pool()?.waitingCount);
  }

  /** Returns the metrics in Prometheus text format, at most half a second old. */
  read(): Promise<EncodedContent> {
    if (this.content && performance.now() - this.readAt < maxAgeMs) return this.content;
    this.readAt = performance.now();
    this.content = this.build();
    this.content.catch(() => (this.content = undefined));
    return this.content;
  }

  private async build(): Promise<EncodedContent> {
    const text = await (this.cluster?.read() ?? this.registry.metrics());
    return new EncodedContent(mediaType, Buffer.from(text));
  }

  /**
   * The onResponse hook. The route label is the path pattern, so that IDs in paths do not create new series.
   */
  readonly onResponse = (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const route = request.is404 ? 'unmatched' : (request.routeOptions.url ?? 'unmatched');
    const labelValues = { method: request.method, route, status: String(reply.statusCode) };
    this.durations.observe(labelValues, reply.elapsedTime / 1000);
    done();
  };

  /** Adds a metric that is registered nowhere else. */
  add(metric: Metric): void {
    this.registry.registerMetric(metric);
  }

  /**
   * Adds a value that is read with every report.
   * @param aggregator how the values of several workers are combined
   */
  gauge(name: string, help: string, read: () => number | undefined, aggregator: 'sum' | 'max' = 'sum'): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      aggregator,
      registers: [this.registry],
      collect: () => gauge.set(read() ?? 0),
    });
  }
}
