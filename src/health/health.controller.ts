import { Controller, Get } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ApiTags } from '../lazy-swagger/decorators.js';
import { Endpoint } from '../http/endpoint.js';
import { DomainError } from '../common/errors.js';
import { pendingMigrations } from '../database/migrate.js';
import { HealthView, HelloView, ReadyView } from './health.dto.js';
import { ShutdownState } from './shutdown-state.js';

@ApiTags('Operation')
@Controller()
export class HealthController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly lifecycle: ShutdownState,
  ) {}

  @Get()
  @Endpoint({
    access: 'public',
    summary: 'What this is and where its documentation stands',
    ok: { type: HelloView, description: 'A greeting.' },
  })
  getServiceInfo(): HelloView {
    return { name: 'Offerdock', docs: '/docs', openapi: '/openapi.json' };
  }

  @Get('health')
  @Endpoint({
    access: 'public',
    summary: 'Whether the service answers',
    ok: { type: HealthView, description: 'It does.' },
  })
  getHealth(): HealthView {
    return { status: 'ok' };
  }

  @Get('health/live')
  @Endpoint({
    access: 'public',
    summary: 'Whether the process lives (restart it when not)',
    ok: { type: HealthView, description: 'It does.' },
  })
  checkLiveness(): HealthView {
    return { status: 'ok' };
  }

  @Get('health/ready')
  @Endpoint({
    access: 'public',
    summary: 'Whether to send requests here',
    description: '503 while the database is away, migrations are missing or the process is shutting down.',
    ok: { type: ReadyView, description: 'Yes.' },
  })
  async checkReadiness(): Promise<ReadyView> {
    const pending = await this.pending();
    const checks = {
      database: pending !== undefined,
      migrations: pending?.length === 0,
      draining: this.lifecycle.isDraining,
    };
    if (!checks.database || !checks.migrations || checks.draining)
      throw new DomainError('UNAVAILABLE', 'Not ready for requests', { checks }, { 'retry-after': '2' });
    return { status: 'ok', ...checks };
  }

  /** Migrations that have not run; undefined while the database is away. */
  private pending(): Promise<readonly string[] | undefined> {
    return pendingMigrations((sql) => this.dataSource.query(sql)).catch(() => undefined);
  }
}
