import { Problem } from '../http/problem-document.js';
import { field } from '../validation/field.js';
import { BooleanField, EnumField, NumberField, TextField } from '../validation/fields.js';
import { ObjectField } from '../validation/object-fields.js';
import { maxLineBytes } from './bulk-row.js';

export class BulkQuery {
  @BooleanField({
    description:
      'Validates every line and reports the results that an upload would have, without writing anything.',
    default: false,
    optional: true,
  })
  dryRun?: boolean;
}

export const bulkResults = ['created', 'updated', 'unchanged', 'failed'] as const;

/** A result line of a bulk upload. */
export class BulkResult {
  @NumberField({
    description: 'Number of the line in the request, from 1.',
    integer: true,
    min: 1,
    example: 1,
  })
  line: number;

  @EnumField(bulkResults, { description: 'What happened to the object of the line.', example: 'created' })
  result: (typeof bulkResults)[number];

  @field(
    { type: 'string', format: 'uuid' },
    {
      description: 'ID of the object. Missing if a dry run would create it; as sent if the line failed.',
      optional: true,
      example: '0190c3de-0000-7000-8000-00000000000a',
    },
  )
  id?: string;

  @TextField({
    description: 'SKU of the line, as sent.',
    optional: true,
    max: maxLineBytes,
    example: 'FB-500',
  })
  sku?: string;

  @TextField({
    description: 'External ID of the line, as sent.',
    optional: true,
    max: maxLineBytes,
    example: 'crm-8812',
  })
  externalId?: string;

  @NumberField({
    description: 'Version of the object after the line.',
    integer: true,
    min: 1,
    optional: true,
    example: 1,
  })
  version?: number;

  @ObjectField(() => Problem, { description: 'Why the line failed.', optional: true })
  problem?: Problem;
}
