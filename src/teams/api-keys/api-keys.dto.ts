import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { EnumField, IdField, DateTimeField, NumberField, TextField } from '../../validation/fields.js';
import { ServerManaged } from '../../validation/validate.js';
import type { ApiKey, ApiKeyStatus } from './api-key.entity.js';

const name = { description: 'What the key is for, such as its environment.', example: 'Production sync job' };
const exampleTime = '2026-01-31T09:30:00.000Z';
const serverSet = [
  'id',
  'prefix',
  'last4',
  'status',
  'createdAt',
  'lastUsedAt',
  'revokedAt',
  'rotatedFromId',
];

@ServerManaged(...serverSet)
export class CreateApiKey {
  @TextField({ ...name, min: 1, max: 255 })
  name: string;

  @DateTimeField({
    description: 'From when on the key is refused.',
    optional: true,
    nullable: true,
    example: '2027-01-31T00:00:00Z',
  })
  expiresAt?: string | null;
}

export class RotateApiKey {
  @NumberField({
    description: 'Seconds for which the old key still works, so that a roll-out loses no request.',
    default: 0,
    integer: true,
    min: 0,
    max: 86_400,
    optional: true,
    example: 3600,
  })
  gracePeriodSeconds?: number;
}

@ApiSchema({ name: 'ApiKey' })
export class ApiKeyView {
  @IdField({ description: 'Id of the key (UUID v7).' })
  id: string;
  @TextField({ ...name, max: 255 })
  name: string;
  @TextField({ description: 'Readable start of the key.', max: 40, example: 'od_live_Zk81mQ0a' })
  prefix: string;
  @TextField({ description: 'Last four characters of the key.', max: 4, example: '9fQz' })
  last4: string;
  @EnumField(['active', 'expired', 'revoked'], { description: 'Whether the key works.', example: 'active' })
  status: ApiKeyStatus;
  @DateTimeField({ description: 'When it was made.', example: exampleTime })
  createdAt: string;
  @DateTimeField({ description: 'From when on it is refused.', nullable: true, example: null })
  expiresAt: string | null;
  @DateTimeField({ description: 'When it was revoked.', nullable: true, example: null })
  revokedAt: string | null;
  @DateTimeField({
    description: 'When it was last used, some seconds late.',
    nullable: true,
    example: exampleTime,
  })
  lastUsedAt: string | null;
  @IdField({ description: 'The key it took the place of.', nullable: true })
  rotatedFromId: string | null;

  static from(key: ApiKey): ApiKeyView {
    return {
      id: key.id,
      name: key.name,
      prefix: key.prefix,
      last4: key.last4,
      status: key.statusAt(new Date()),
      createdAt: key.createdAt.toISOString(),
      expiresAt: key.expiresAt?.toISOString() ?? null,
      revokedAt: key.revokedAt?.toISOString() ?? null,
      lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
      rotatedFromId: key.rotatedFromId,
    };
  }
}

/** A key just made; the only time that its secret is shown. */
@ApiSchema({ name: 'NewApiKey' })
export class NewApiKeyView extends ApiKeyView {
  @TextField({
    description: 'The secret for `x-api-key`. It is shown this once and cannot be read again.',
    max: 200,
    example: 'od_live_Zk81mQ0a_3hT7cV0pXr5LqYb2WnEj8sKd4UfGm6AzQ1iR0000009fQz',
  })
  key: string;

  static withSecret(made: { apiKey: ApiKey; secret: string }): NewApiKeyView {
    return { ...ApiKeyView.from(made.apiKey), key: made.secret };
  }
}
