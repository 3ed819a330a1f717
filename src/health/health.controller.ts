import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ApiTags } from '../lazy-swagger/decorators.js';
import { Endpoint } from '../http/endpoint.js';
import { DomainError } from '../common/errors.js';
import { runInScope } from '../common/request/request-scope.js';
import { pendingMigrations } from '../database/migrate.js';
import { HealthView, HelloView, ReadyView } from './health.dto.js';
import { ShutdownState } from './shutdown-state.js';

/** Is on for a standby, and if an operator has made the database read-only. */
const readOnly = "SELECT current_setting('transaction_read_only') AS read_only";

/** A load balancer must learn in time that the database does not answer. */
const timeoutMs = 500;

@ApiTags('Operation')
@Controller()
export class HealthController {
  /** The check in progress, which further requests share, so that they do not take up all connections. */
  private checking: Promise<readonly string[] | undefined> | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly shutdown: ShutdownState,
  ) {}

  @Get()
  @Endpoint({
    access: 'public',
    summary: 'Get service information',
    description: 'Returns the name of the service and the paths of its documentation.',
    response: { type: HelloView, description: 'The name of the service and the paths of its documentation.' },
  })
  getServiceInfo(): HelloView {
    return { name: 'Offerdock', docs: '/docs', openapi: '/openapi.json' };
  }

  @Get('health')
  @Endpoint({
    access: 'public',
    summary: 'Check the health of the service',
    description: 'Equivalent to `GET /health/live`.',
    response: { type: HealthView, description: 'The service is running.' },
  })
  getHealth(): HealthView {
    return { status: 'ok' };
  }

  @Get('health/live')
  @Endpoint({
    access: 'public',
    summary: 'Check liveness',
    description: 'Does not check the database. If a process does not respond, restart it.',
    response: { type: HealthView, description: 'The process is running.' },
  })
  checkLiveness(): HealthView {
    return { status: 'ok' };
  }

  @Get('health/ready')
  @Endpoint({
    access: 'public',
    summary: 'Check readiness',
    description:
      'Returns 503 if the database is unreachable, slow or read-only, migrations are pending or the process is shutting down. In that case, load balancers should stop sending requests to this process.',
    response: { type: ReadyView, description: 'The process is ready to serve requests.' },
  })
  async checkReadiness(): Promise<ReadyView> {
    const pending = await this.pendingMigrations();
    const checks = {
      database: pending !== undefined,
      migrations: pending?.length === 0,
      draining: this.shutdown.isDraining,
    };
    if (!checks.database || !checks.migrations || checks.draining)
      throw new DomainError(
        'UNAVAILABLE',
        'The process is not ready to serve requests',
        { checks },
        { 'retry-after': '2' },
      );
    return { status: 'ok', ...checks };
  }

  /**
   * Returns the names of the migrations that have not run; undefined if the database is read-only or does not answer
   * in time.
   */
  private pendingMigrations(): Promise<readonly string[] | undefined> {
    // As work of no request, because it continues if the client of the first one leaves.
    this.checking ??= runInScope(undefined, () =>
      this.readPending().finally(() => (this.checking = undefined)),
    );
    return Promise.race([this.checking, sleep(timeoutMs, undefined, { ref: false })]);
  }

  private async readPending(): Promise<readonly string[] | undefined> {
    try {
      const [session] = await this.dataSource.query<{ read_only: string }[]>(readOnly);
      if (session?.read_only !== 'off') return undefined;
      return await pendingMigrations((sql) => this.dataSource.query(sql));
    } catch {
      return undefined;
    }
  }
}
