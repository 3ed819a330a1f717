import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { EnumField, IdField, DateTimeField, NumberField, TextField } from '../../validation/fields.js';
import { ServerManaged } from '../../validation/validate.js';
import type { ApiKey, ApiKeyStatus } from './api-key.entity.js';

const nameField = {
  description: 'Purpose of the key, for example the system or environment that uses it.',
  example: 'Production sync job',
};
const exampleTime = '2026-01-31T09:30:00.000Z';
const serverManagedFields = [
  'id',
  'prefix',
  'last4',
  'status',
  'createdAt',
  'lastUsedAt',
  'retiresAt',
  'revokedAt',
  'rotatedFromId',
];

@ServerManaged(...serverManagedFields)
export class CreateApiKey {
  @TextField({ ...nameField, kind: 'name', min: 1, max: 255 })
  name: string;

  @DateTimeField({
    description:
      'When the key expires; must be in the future, and not later than the end of the key that makes this request. If omitted, the new key ends with the key that makes this request; if that key does not expire, or the admin key makes the request, neither does the new one. If null, the key does not expire.',
    optional: true,
    nullable: true,
    example: '2035-01-31T00:00:00Z',
  })
  expiresAt?: string | null;
}

export class RotateApiKey {
  @NumberField({
    description:
      'Number of seconds for which the old key remains valid, but never beyond its own expiry. If 0, it is revoked immediately.',
    default: 0,
    integer: true,
    min: 0,
    max: 86_400,
    optional: true,
    example: 3600,
  })
  gracePeriodSeconds?: number;

  @DateTimeField({
    description:
      'When the new key expires; must be in the future, and not later than the end of the key that makes this request. If null, the new key does not expire. If omitted, it lives as long as the old key was meant to live, from now on, but not longer than the key that makes this request.',
    optional: true,
    nullable: true,
    example: '2035-01-31T00:00:00Z',
  })
  expiresAt?: string | null;
}

@ApiSchema({ name: 'ApiKey' })
export class ApiKeyView {
  @IdField({ description: 'ID of the key (UUID v7).' })
  id: string;
  @TextField({ ...nameField, max: 255 })
  name: string;
  @TextField({ description: 'First 16 characters of the key.', max: 40, example: 'od_live_Zk81mQ0a' })
  prefix: string;
  @TextField({ description: 'Last four characters of the key.', max: 4, example: '9fQz' })
  last4: string;
  @EnumField(['active', 'expired', 'revoked'], {
    description:
      'Status of the key. Only an active key is accepted. A key is `expired` after its expiry and after the grace period of its rotation.',
    example: 'active',
  })
  status: ApiKeyStatus;
  @DateTimeField({ description: 'When the key was created.', example: exampleTime })
  createdAt: string;
  @DateTimeField({ description: 'When the key expires; null if it does not.', nullable: true, example: null })
  expiresAt: string | null;
  @DateTimeField({
    description: 'End of the grace period after a rotation; null if the key was not rotated.',
    nullable: true,
    example: null,
  })
  retiresAt: string | null;
  @DateTimeField({
    description: 'When the key was revoked; null if it was not.',
    nullable: true,
    example: null,
  })
  revokedAt: string | null;
  @DateTimeField({
    description: 'When the key was last used, updated within about 10 seconds; null if it was never used.',
    nullable: true,
    example: exampleTime,
  })
  lastUsedAt: string | null;
  @IdField({
    description: 'ID of the key that this key replaced by rotation; null if it did not replace a key.',
    nullable: true,
  })
  rotatedFromId: string | null;

  static from(key: ApiKey, now: Date): ApiKeyView {
    return {
      id: key.id,
      name: key.name,
      prefix: key.prefix,
      last4: key.last4,
      status: key.statusAt(now),
      createdAt: key.createdAt.toISOString(),
      expiresAt: key.expiresAt?.toISOString() ?? null,
      retiresAt: key.retiresAt?.toISOString() ?? null,
      revokedAt: key.revokedAt?.toISOString() ?? null,
      lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
      rotatedFromId: key.rotatedFromId,
    };
  }
}

/** A newly created key with its secret. */
@ApiSchema({ name: 'NewApiKey' })
export class NewApiKeyView extends ApiKeyView {
  @TextField({
    description:
      'The secret to send in the `x-api-key` header. It is returned only once and cannot be retrieved later.',
    max: 200,
    example: 'od_live_Zk81mQ0a_3hT7cV0pXr5LqYb2WnEj8sKd4UfGm6AzQ1iR0000009fQz',
  })
  key: string;

  static withSecret({ apiKey, secret }: { apiKey: ApiKey; secret: string }, now: Date): NewApiKeyView {
    return { ...ApiKeyView.from(apiKey, now), key: secret };
  }
}
