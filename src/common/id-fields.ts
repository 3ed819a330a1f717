import { validate as isUuid } from 'uuid';
import { eachRule, field, rule, type FieldOptions } from './field.js';

const exampleId = '0190c3de-0000-7000-8000-000000000001';

/** An id, a UUID. */
export function Id(options: FieldOptions) {
  return field(
    { type: 'string', format: 'uuid' },
    { example: exampleId, ...options },
    rule({ code: 'format' }, 'must be a UUID', isUuid),
  );
}

const lower = (value: unknown) => (value as unknown[]).map((id) => String(id).toLowerCase());

/** Ids, each once; in a query separated by commas. */
export function IdList(options: FieldOptions, { min = 0, max }: { min?: number; max: number }) {
  return field(
    { type: 'array', items: { type: 'string', format: 'uuid' }, minItems: min, maxItems: max },
    { example: [exampleId], ...options },
    rule({ code: 'type', coerce: 'list' }, 'must be a list', Array.isArray),
    rule({ code: 'length' }, `must hold ${min ? `${min} to` : 'at most'} ${max} ids`, (value) => {
      const { length } = value as unknown[];
      return length >= min && length <= max;
    }),
    eachRule({ code: 'format' }, 'must be a UUID', isUuid),
    rule(
      { code: 'unique' },
      'must not hold an id twice',
      (v) => new Set(lower(v)).size === (v as unknown[]).length,
    ),
  );
}
