import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { exampleIdIn } from '../../lazy-swagger/example-ids.js';
import {
  DateField,
  DateTimeField,
  EnumField,
  IdField,
  NumberField,
  TextField,
  UrlField,
} from '../../validation/fields.js';

class PartnerEventData {
  @IdField({ description: 'ID of the provider.' })
  providerTeamId: string;

  @TextField({ description: 'Name of the provider.', max: 255, example: 'Northwind Fibre' })
  providerName: string;
}

@ApiSchema({ name: 'PartnerAddedData' })
export class PartnerAddedData extends PartnerEventData {
  @DateField({
    description: 'First day (UTC) on which you see the `preferred` offers of the provider.',
    example: '2026-02-01',
  })
  effectiveDate: string;

  @DateField({
    description: 'The day that applied before, if the provider has only changed it; else null.',
    nullable: true,
    example: null,
  })
  previousEffectiveDate: string | null;
}

@ApiSchema({ name: 'PartnerRemovedData' })
export class PartnerRemovedData extends PartnerEventData {}

@ApiSchema({ name: 'ApiKeyExpiringData' })
export class ApiKeyExpiringData {
  @IdField({ description: 'ID of the API key.', example: exampleIdIn('/team/api-keys') })
  apiKeyId: string;

  @TextField({ description: 'Name of the key.', max: 255, example: 'Production' })
  name: string;

  @TextField({ description: 'The first characters of the key.', max: 16, example: 'od_live_Ab12Cd34' })
  prefix: string;

  @TextField({ description: 'The last four characters of the key.', max: 4, example: 'x9Yz' })
  last4: string;

  @DateTimeField({ description: 'When the key stops working.', example: '2026-02-07T09:30:00.000Z' })
  expiresAt: string;
}

class EndpointEventData {
  @IdField({ description: 'ID of the webhook endpoint.' })
  endpointId: string;

  @UrlField({ description: 'URL of the endpoint.', example: 'https://example.com/hooks' })
  url: string;
}

const failure = {
  code: (example: number | null) =>
    NumberField({
      description: 'HTTP status of the last response; null if there was none.',
      integer: true,
      min: 100,
      max: 599,
      nullable: true,
      example,
    }),
  text: () =>
    TextField({
      description: 'What was wrong with the last attempt; null if unknown.',
      max: 500,
      nullable: true,
      example: 'The receiver answered with status 503',
    }),
};

@ApiSchema({ name: 'WebhookFailingData' })
export class WebhookFailingData extends EndpointEventData {
  @DateTimeField({
    description: 'Since when all deliveries have failed.',
    example: '2026-01-28T09:30:00.000Z',
  })
  failingSince: string;

  @DateTimeField({
    description: 'When the endpoint will be disabled unless a delivery succeeds before.',
    example: '2026-01-31T09:30:00.000Z',
  })
  disabledFrom: string;

  @NumberField({
    description: 'Attempts that have failed since then.',
    integer: true,
    min: 1,
    example: 42,
  })
  failures: number;

  @failure.code(503)
  lastStatusCode: number | null;

  @failure.text()
  lastError: string | null;
}

@ApiSchema({ name: 'WebhookDisabledData' })
export class WebhookDisabledData extends EndpointEventData {
  @EnumField(['failing', 'gone'], {
    description:
      '`failing` if all deliveries have failed for too long; `gone` if the receiver answered with status 410.',
    example: 'failing',
  })
  reason: 'failing' | 'gone';

  @DateTimeField({
    description: 'Since when all deliveries have failed; null if the last one before succeeded.',
    nullable: true,
    example: '2026-01-28T09:30:00.000Z',
  })
  failingSince: string | null;

  @failure.code(503)
  lastStatusCode: number | null;

  @failure.text()
  lastError: string | null;
}

@ApiSchema({ name: 'WebhookTestData' })
export class WebhookTestData {
  @IdField({ description: 'ID of the webhook endpoint.' })
  endpointId: string;

  @TextField({
    description: 'Always the same text.',
    max: 100,
    example: 'This is a test of your endpoint.',
  })
  message: string;
}
