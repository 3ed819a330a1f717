import { Problem } from '../http/problem-document.js';
import { field } from '../validation/field.js';
import { BooleanField, EnumField, NumberField, TextField } from '../validation/fields.js';
import { ObjectField } from '../validation/object-fields.js';
import { maxLineBytes, type BulkOutcome } from './bulk-row.js';

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

const Count = (description: string, example: number) =>
  NumberField({ description, integer: true, min: 0, example });

/** How often each result occurred in the upload of a feed. */
export class BulkSummary {
  @Count('Number of lines that created an offer.', 12)
  created: number;

  @Count('Number of lines that changed an offer.', 3)
  updated: number;

  @Count('Number of lines whose offer already was as the line says.', 1480)
  unchanged: number;

  @Count('Number of offers that became inactive because a complete load did not list them.', 5)
  retired: number;

  @Count('Number of lines that were refused.', 0)
  failed: number;

  @NumberField({
    description:
      'Number of rows that were not read because they are in another language than `language`; missing if there are none.',
    integer: true,
    min: 0,
    optional: true,
    example: 790,
  })
  skipped?: number;

  @TextField({
    description:
      'Why a complete load retired nothing, or did not retire everything that it did not list; missing if it did.',
    max: 1000,
    optional: true,
    example: 'Line 7 could not be read, so it is unknown which offers the feed still lists.',
  })
  notRetiredBecause?: string;
}

/** The last line of the result of an upload with `feed`. */
export class BulkSummaryLine {
  @ObjectField(() => BulkSummary, { description: 'Totals of the upload.' })
  summary: BulkSummary;
}

/** What an upload yields: the outcomes of its lines, and possibly a summary at the end. */
export type UploadResult = BulkOutcome | BulkSummaryLine;
