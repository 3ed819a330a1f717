import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { BooleanField, TextField, TextListField, UnlimitedTextField } from '../../validation/fields.js';
import { ObjectListField } from '../../validation/object-fields.js';

const text = (description: string, example: string) =>
  UnlimitedTextField({ description, example, optional: false });

@ApiSchema({ name: 'ImportColumn' })
export class ImportColumnView {
  @text('Name of the column. Case, brackets and punctuation do not matter.', 'service_plan_name')
  name: string;

  @TextListField({
    description: 'Other spellings of the name.',
    maxItems: 10,
    maxLength: 100,
    example: ['[kwh500]'],
  })
  otherNames: string[];

  @text('What the column contains, and in which unit.', 'Name of the plan.')
  meaning: string;

  @BooleanField({
    description: 'Whether the file must have the column, and each row a value.',
    example: true,
  })
  required: boolean;

  @text('A valid value.', '10G Unlimited World')
  example: string;

  @TextListField({
    description: 'Paths of the fields of the offer that are read from the column.',
    maxItems: 10,
    maxLength: 255,
    example: ['name'],
  })
  fields: string[];
}

@ApiSchema({ name: 'ImportParameter' })
export class ImportParameterView {
  @TextField({ description: 'Name of the query parameter.', max: 50, example: 'status' })
  name: string;

  @text('What it does, and its values.', 'New offers become active, or drafts with `draft`.')
  meaning: string;
}

@ApiSchema({ name: 'ImportFormat' })
export class ImportFormatView {
  @TextField({ description: 'Value of the parameter `format`.', max: 50, example: 'fcc-broadband-label' })
  name: string;

  @text('Title of the format.', 'FCC broadband labels')
  title: string;

  @text('Who defines the format.', 'Federal Communications Commission')
  source: string;

  @text('The columns that identify a row; their value is the `externalId` of the offer.', 'unique_plan_id')
  identifiedBy: string;

  @ObjectListField(() => ImportParameterView, {
    description: 'Query parameters of the upload for this format.',
    maxItems: 10,
  })
  parameters: ImportParameterView[];

  @ObjectListField(() => ImportColumnView, {
    description: 'The columns, in the order of the format. Files can have them in any order.',
    maxItems: 200,
  })
  columns: ImportColumnView[];
}
