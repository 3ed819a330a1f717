import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import { CHANNEL, type Channel } from '../common/channel.js';
import { ClusterMetrics } from './cluster-metrics.js';

const labels = ['method', 'route', 'status'] as const;

/** The figures of this process for Prometheus; of a worker, those of all workers. */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly shared: ClusterMetrics | undefined;

  private readonly requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests by route and status.',
    labelNames: labels,
    registers: [this.registry],
  });

  private readonly seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request line to the end of the answer.',
    labelNames: labels,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.registry],
  });

  constructor(dataSource: DataSource, @Inject(CHANNEL) channel: Channel | null) {
    if (channel) this.shared = new ClusterMetrics(channel, () => this.registry.getMetricsAsJSON());
    collectDefaultMetrics({ register: this.registry });
    // TypeORM types its driver loosely; with Postgres `master` is the pg pool.
    const pool = () => (dataSource.driver as unknown as { master?: Pool }).master;
    this.gauge('db_pool_connections', 'Open database connections.', () => pool()?.totalCount);
    this.gauge(
      'db_pool_idle_connections',
      'Open database connections that nobody uses.',
      () => pool()?.idleCount,
    );
    this.gauge('db_pool_waiting', 'Requests that wait for a connection.', () => pool()?.waitingCount);
  }

  /** In Prometheus' text format. */
  read(): Promise<string> {
    return this.shared?.read() ?? this.registry.metrics();
  }

  /** The onResponse hook. Routes are patterns, so that ids do not make new series. */
  readonly onResponse = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const route = request.is404 ? 'unmatched' : (request.routeOptions.url ?? 'unmatched');
    const series = { method: request.method, route, status: String(reply.statusCode) };
    this.requests.inc(series);
    this.seconds.observe(series, reply.elapsedTime / 1000);
  };

  private gauge(name: string, help: string, read: () => number | undefined): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.registry],
      collect: () => gauge.set(read() ?? 0),
    });
  }
}
