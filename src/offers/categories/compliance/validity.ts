import { DateField, TextField } from '../../../validation/fields.js';
import { ObjectField } from '../../../validation/object-fields.js';

/** Days, in UTC, from the first to the last. */
export class ValidFor {
  @DateField({ description: 'First day.', optional: true, example: '2026-01-01' })
  from?: string;

  @DateField({ description: 'Last day.', optional: true, example: '2026-12-31' })
  to?: string;
}

/** Declares the days on which the data required by regulations is valid. */
export const ValidForField = () =>
  ObjectField(() => ValidFor, {
    description: 'Days on which this data is valid. An end that is omitted is open.',
    optional: true,
  });

/** Declares the text that customers see with every offer and advertisement. */
export const DisclosureField = (example: string) =>
  TextField({
    description:
      'Text that customers see with the offer and in advertisements, such as the license numbers that a state requires there.',
    max: 5000,
    optional: true,
    example,
  });
