import { itemRule, field, rule, type FieldOptions } from '../validation/field.js';
import { states, zipOf } from './zip-states.js';

const maxZipCodes = 45_000;
const isZip = (value: unknown) => typeof value === 'string' && zipOf(value) !== undefined;

/** ZIP codes; ZIP+4 is cut to five digits, doubles are dropped. */
export function ZipCodesField(options: FieldOptions, max = maxZipCodes) {
  return field(
    { type: 'array', items: { type: 'string', pattern: '^\\d{5}(-\\d{4})?$' }, maxItems: max },
    options,
    rule({ code: 'type' }, 'must be a list', Array.isArray),
    rule(
      { code: 'length' },
      `must hold at most ${max} entries`,
      (value) => (value as unknown[]).length <= max,
    ),
    itemRule({ code: 'format' }, 'must be a ZIP code such as 94102 or 94102-1234', isZip),
  );
}

export class ServiceAreaFields {
  @ZipCodesField({
    description: 'ZIP codes, at most 45,000; sorted and without doubles.',
    optional: true,
    nullable: true,
    example: ['94102', '94103'],
  })
  zipCodes?: string[] | null;

  @field(
    { type: 'array', items: { type: 'string', enum: states }, maxItems: states.length },
    {
      description: 'States and territories as two letters.',
      optional: true,
      nullable: true,
      example: ['CA'],
    },
    rule({ code: 'type' }, 'must be a list', Array.isArray),
    rule(
      { code: 'length' },
      `must hold at most ${states.length} entries`,
      (value) => (value as unknown[]).length <= states.length,
    ),
    itemRule({ code: 'enum' }, 'must be a state such as CA', (value) => states.includes(value as string)),
  )
  states?: string[] | null;
}
