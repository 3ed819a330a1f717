import { ApiSchema } from '../lazy-swagger/decorators.js';
import { Choice, Flag, Text } from '../validation/fields.js';

@ApiSchema({ name: 'Health' })
export class HealthView {
  @Choice(['ok'], { description: 'The process answers.', example: 'ok' })
  status: 'ok';
}

@ApiSchema({ name: 'Ready' })
export class ReadyView extends HealthView {
  @Flag({ description: 'The database answers.', example: true })
  database: boolean;
  @Flag({ description: 'Every migration of this release has run.', example: true })
  migrations: boolean;
  @Flag({ description: 'The process is shutting down.', example: false })
  draining: boolean;
}

@ApiSchema({ name: 'Hello' })
export class HelloView {
  @Text({ description: 'Name of the service.', max: 50, example: 'Offerdock' })
  name: string;
  @Text({ description: 'Where the documentation stands.', max: 50, example: '/docs' })
  docs: string;
  @Text({ description: 'Where the OpenAPI document stands.', max: 50, example: '/openapi.json' })
  openapi: string;
}
