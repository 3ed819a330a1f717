import { rule } from '../../validation/field.js';
import { BooleanField, TextField } from '../../validation/fields.js';
import { ObjectListField } from '../../validation/object-fields.js';

export class FormField {
  @TextField({
    description: 'Name of the field, unique within the form.',
    min: 1,
    max: 255,
    example: 'customerName',
  })
  name: string;

  @TextField({
    description: 'Input type, such as text, tel or email.',
    min: 1,
    max: 50,
    optional: true,
    example: 'text',
  })
  type?: string;

  @BooleanField({ description: 'Whether the field is required in an order.', optional: true, example: true })
  required?: boolean;
}

const uniqueNames = rule(
  { code: 'unique', afterMembers: true },
  'must not contain duplicate names',
  (fields) =>
    new Set((fields as FormField[]).map(({ name }) => name)).size === (fields as FormField[]).length,
);

/** Form to fill in for an order. Additional members are stored unchanged. */
export class SubmissionConfig {
  @uniqueNames
  @ObjectListField(() => FormField, {
    description: 'Fields of the form.',
    maxItems: 100,
    optional: true,
    allowUnknown: true,
  })
  formFields?: FormField[];
}
