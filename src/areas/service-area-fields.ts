import { field, itemRule, rule, sizeRule, type FieldOptions } from '../validation/field.js';
import { states, zipOf } from './zip-states.js';

const maxZipCodes = 45_000;
const isZip = (value: unknown) => typeof value === 'string' && zipOf(value) !== undefined;

/**
 * Declares an array of up to `max` ZIP or ZIP+4 codes. normalizeArea() truncates ZIP+4 codes and removes
 * duplicates.
 */
export function ZipCodesField(options: FieldOptions, max = maxZipCodes) {
  return field(
    { type: 'array', items: { type: 'string', pattern: '^\\d{5}(-\\d{4})?$' }, maxItems: max },
    options,
    rule({ code: 'type' }, 'must be an array', Array.isArray),
    sizeRule(0, max),
    itemRule({ code: 'format' }, 'must be a ZIP code such as 94102 or 94102-1234', isZip),
  );
}

/** The area in which an offer is available: any of the ZIP codes or states. */
export class ServiceAreaFields {
  @ZipCodesField({
    description:
      'Up to 45,000 ZIP codes. ZIP+4 codes are truncated to five digits; responses are sorted and contain no duplicates.',
    optional: true,
    nullable: true,
    example: ['94102', '94103'],
  })
  zipCodes?: string[] | null;

  @field(
    { type: 'array', items: { type: 'string', enum: states }, maxItems: states.length },
    {
      description: 'Two-letter codes of states and territories.',
      optional: true,
      nullable: true,
      example: ['CA'],
    },
    rule({ code: 'type' }, 'must be an array', Array.isArray),
    sizeRule(0, states.length),
    itemRule({ code: 'enum' }, 'must be a two-letter state or territory code such as CA', (value) =>
      states.includes(value as string),
    ),
  )
  states?: string[] | null;
}
