import { ApiSchema } from '../lazy-swagger/decorators.js';
import { EnumField, BooleanField, TextField } from '../validation/fields.js';

@ApiSchema({ name: 'Health' })
export class HealthView {
  @EnumField(['ok'], { description: 'Always `ok`.', example: 'ok' })
  status: 'ok';
}

@ApiSchema({ name: 'Ready' })
export class ReadyView extends HealthView {
  @BooleanField({ description: 'Whether the database is reachable and accepts writes.', example: true })
  database: boolean;
  @BooleanField({ description: 'Whether all migrations of this release have run.', example: true })
  migrations: boolean;
  @BooleanField({ description: 'Whether the process is shutting down.', example: false })
  draining: boolean;
}

@ApiSchema({ name: 'Hello' })
export class HelloView {
  @TextField({ description: 'Name of the service.', max: 50, example: 'Offerdock' })
  name: string;
  @TextField({ description: 'Path of the API documentation.', max: 50, example: '/docs' })
  docs: string;
  @TextField({ description: 'Path of the OpenAPI document.', max: 50, example: '/openapi.json' })
  openapi: string;
}
