import { ApiSchema } from '../lazy-swagger/decorators.js';
import { EnumField, BooleanField, TextField } from '../validation/fields.js';

@ApiSchema({ name: 'Health' })
export class HealthView {
  @EnumField(['ok'], { description: 'The process answers.', example: 'ok' })
  status: 'ok';
}

@ApiSchema({ name: 'Ready' })
export class ReadyView extends HealthView {
  @BooleanField({ description: 'The database answers.', example: true })
  database: boolean;
  @BooleanField({ description: 'Every migration of this release has run.', example: true })
  migrations: boolean;
  @BooleanField({ description: 'The process is shutting down.', example: false })
  draining: boolean;
}

@ApiSchema({ name: 'Hello' })
export class HelloView {
  @TextField({ description: 'Name of the service.', max: 50, example: 'Offerdock' })
  name: string;
  @TextField({ description: 'Where the documentation stands.', max: 50, example: '/docs' })
  docs: string;
  @TextField({ description: 'Where the OpenAPI document stands.', max: 50, example: '/openapi.json' })
  openapi: string;
}
