import { hash } from 'node:crypto';
import { eventPatterns } from '../../events/event-types.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { isObject, isString } from '../../validation/checks.js';
import { field, rule, type FieldOptions } from '../../validation/field.js';
import {
  BooleanField,
  DateTimeField,
  EnumField,
  IdField,
  NumberField,
  TextField,
} from '../../validation/fields.js';
import { requireIfMatch, versionETag } from '../../http/etag.js';
import { exampleIdIn } from '../../lazy-swagger/example-ids.js';
import { ListField } from '../../validation/list-fields.js';
import { PatchType } from '../../validation/patch-type.js';
import { ServerManaged } from '../../validation/validate.js';
import { hiddenValue, hideValues, maxCustomHeaders, maxHeaderBytes } from './custom-headers.js';
import type { EndpointSecrets } from './endpoint-secrets.js';
import { maxPendingShown, type StoredEndpoint } from './endpoints.query.js';

const exampleTime = '2026-01-31T09:30:00.000Z';
const maxPatterns = 50;

const urlField = {
  description:
    'URL to which events are sent with POST. It must be https, must not contain a user name, password or fragment, and must not point to a private or local address.',
  max: 2048,
  example: 'https://example.com/hooks',
};
/** Declares a list of patterns. endpoint-input.ts checks them, because its errors name the pattern that was meant. */
export const EventPatternsField = (options: Partial<FieldOptions> = {}) =>
  ListField(
    {
      schema: { type: 'string', enum: eventPatterns },
      message: 'must be a string of at most 100 characters',
      test: (value) => isString(value) && value.length <= 100,
    },
    {
      description:
        'What is sent: types of events, `order.*` and the like for all types of a group, or `*` for all. `docs/events.md` and the webhooks of this document describe the types.',
      example: ['order.*'],
      minItems: 1,
      maxItems: maxPatterns,
      unique: true,
      ...options,
    },
  );
const enabledField = { description: 'Whether events are sent.', example: true };
const descriptionField = {
  description: 'Note for yourself.',
  max: 500,
  nullable: true,
  example: 'Order system, production',
};
const rateField = {
  description: 'Maximum number of requests per second; null for no limit of its own.',
  integer: true,
  min: 1,
  max: 1000,
  unit: 'requests per second',
  nullable: true,
  example: 50,
};

const serverManagedFields = [
  'id',
  'state',
  'disabledReason',
  'disabledAt',
  'consecutiveFailures',
  'failingSince',
  'pausedUntil',
  'pendingDeliveries',
  'previousSecretUntil',
  'createdAt',
  'updatedAt',
];

@ServerManaged(...serverManagedFields)
export class CreateWebhookEndpoint {
  @TextField({ ...urlField, min: 1 })
  url: string;

  @EventPatternsField()
  events: string[];

  @BooleanField({ ...enabledField, default: true, optional: true })
  enabled?: boolean;

  @TextField({ ...descriptionField, optional: true })
  description?: string | null;

  @NumberField({ ...rateField, optional: true })
  maxPerSecond?: number | null;

  @field(
    {
      type: 'object',
      additionalProperties: { anyOf: [{ type: 'string', maxLength: maxHeaderBytes }, { type: 'null' }] },
      maxProperties: maxCustomHeaders,
    },
    {
      description: `Headers to add to each request, such as \`authorization\`: at most ${maxCustomHeaders}, with names and values of at most ${maxHeaderBytes} characters together. They are stored encrypted, and their values are not shown again. In an update, null removes a header, and headers that are omitted, or whose value is \`${hiddenValue}\`, stay as they are.`,
      example: { authorization: 'Bearer 5f2c9a' },
      nullable: true,
      optional: true,
    },
    rule({ code: 'type' }, 'must be an object', isObject),
  )
  headers?: object | null;
}

/** A JSON merge patch (RFC 7396). */
@ServerManaged(...serverManagedFields)
export class UpdateWebhookEndpoint extends PatchType(CreateWebhookEndpoint, []) {}

export class RotateWebhookSecret {
  @NumberField({
    description:
      'Number of hours for which the old secret signs as well, so that you can replace it in your receiver. If 0, only the new secret signs from now on.',
    default: 24,
    integer: true,
    min: 0,
    max: 168,
    unit: 'hours',
    optional: true,
    example: 24,
  })
  gracePeriodHours?: number;
}

const states = ['active', 'failing', 'paused', 'disabled'] as const;

@ApiSchema({ name: 'WebhookEndpoint' })
export class WebhookEndpointView {
  @IdField({ description: 'ID of the endpoint (UUID v7).', example: exampleIdIn('/webhooks/endpoints') })
  id: string;

  @TextField(urlField)
  url: string;

  @EventPatternsField()
  events: string[];

  @BooleanField(enabledField)
  enabled: boolean;

  @TextField(descriptionField)
  description: string | null;

  @NumberField(rateField)
  maxPerSecond: number | null;

  @field(
    { type: 'object', additionalProperties: { type: 'string' } },
    {
      description: `Names of the headers that are added to each request, in lowercase. Their values are not shown.`,
      example: { authorization: hiddenValue },
    },
  )
  headers: Record<string, string>;

  @EnumField(states, {
    description:
      '`active`: the last attempt succeeded, or there was none. `failing`: the last attempts have failed. `paused`: so many have failed that nothing is sent until `pausedUntil`, and then a single request as a probe. `disabled`: nothing is sent until you enable the endpoint; with `disabledReason` `secret_lost`, until you rotate its secret.',
    example: 'active',
  })
  state: (typeof states)[number];

  @EnumField(['failing', 'gone', 'secret_lost'], {
    description:
      'Why the service disabled the endpoint: all attempts failed for too long (`failing`), it answered with status 410 (`gone`), or the operator lost the key with which its secret was encrypted (`secret_lost`). Null if it is not disabled, or you disabled it.',
    nullable: true,
    example: null,
  })
  disabledReason: string | null;

  @DateTimeField({
    description: 'When the endpoint was disabled; null if it is enabled.',
    nullable: true,
    example: null,
  })
  disabledAt: string | null;

  @NumberField({
    description: 'Attempts that have failed since the last one that succeeded.',
    integer: true,
    min: 0,
    example: 0,
  })
  consecutiveFailures: number;

  @DateTimeField({
    description: 'Time of the first of these failures; null if there are none.',
    nullable: true,
    example: null,
  })
  failingSince: string | null;

  @DateTimeField({
    description: 'When the next attempt is made after a pause; null if there is no pause.',
    nullable: true,
    example: null,
  })
  pausedUntil: string | null;

  @NumberField({
    description: `Deliveries that have not ended; ${maxPendingShown} if there are that many or more.`,
    integer: true,
    min: 0,
    max: maxPendingShown,
    example: 0,
  })
  pendingDeliveries: number;

  @DateTimeField({
    description: 'Until when the previous secret signs as well; null if it does not.',
    nullable: true,
    example: null,
  })
  previousSecretUntil: string | null;

  @DateTimeField({ description: 'Time of creation.', example: exampleTime })
  createdAt: string;

  @DateTimeField({ description: 'Time of the last change of the settings.', example: exampleTime })
  updatedAt: string;

  /** @param secrets null if their key is lost */
  static from(stored: StoredEndpoint, secrets: EndpointSecrets | null, now: Date): WebhookEndpointView {
    const isPaused = stored.breaker !== 'closed';
    return {
      id: stored.id,
      url: stored.url,
      events: stored.events,
      enabled: stored.enabled,
      description: stored.description,
      maxPerSecond: stored.maxPerSecond,
      headers: hideValues(secrets?.headers ?? {}),
      state:
        !stored.enabled || !secrets
          ? 'disabled'
          : isPaused
            ? 'paused'
            : stored.failures > 0
              ? 'failing'
              : 'active',
      disabledReason: stored.disabledReason ?? (secrets ? null : 'secret_lost'),
      disabledAt: toIso(stored.disabledAt),
      consecutiveFailures: stored.failures,
      failingSince: toIso(stored.failingSince),
      pausedUntil: isPaused ? toIso(stored.openUntil) : null,
      pendingDeliveries: stored.pending,
      previousSecretUntil: toIso(
        stored.previousSecretUntil && new Date(stored.previousSecretUntil) > now
          ? stored.previousSecretUntil
          : null,
      ),
      createdAt: new Date(stored.createdAt).toISOString(),
      updatedAt: new Date(stored.updatedAt).toISOString(),
    };
  }
}

/** An endpoint with its secret, which is shown only once. */
@ApiSchema({ name: 'WebhookEndpointWithSecret' })
export class WebhookEndpointWithSecret extends WebhookEndpointView {
  @TextField({
    description:
      'The secret that signs requests. It is returned only now and cannot be retrieved later; if you lose it, rotate it.',
    max: 200,
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwX0Vg9hM1c2c=',
  })
  secret: string;
}

const toIso = (time: string | null) => time && new Date(time).toISOString();

/**
 * Returns the entity tag of an endpoint. It changes with the state of the deliveries, too, but `If-Match` compares only
 * the version, which counts the changes of the settings.
 */
export const endpointETag = (view: WebhookEndpointView, version: number) =>
  `"v${version}-${hash('sha1', JSON.stringify(view), 'base64url').slice(0, 12)}"`;

/** Checks `If-Match` against the version of an endpoint. @throws PreconditionFailed */
export const requireEndpointMatch = (ifMatch: string | undefined, version: number): void =>
  requireIfMatch(ifMatch?.replace(/"v(\d+)-[\w-]+/g, '"v$1'), versionETag(version));
