import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { EnumField, IdField, TextField, UnlimitedTextField } from '../../validation/fields.js';

export class LabelFileQuery {
  @EnumField(['fcc-broadband-label', 'bblabel-1'], {
    description:
      'The 30 columns of the template of the FCC (`fcc-broadband-label`), or the 56 columns of the draft by BITAG and J. Livingood (`bblabel-1`).',
    default: 'fcc-broadband-label',
    optional: true,
    example: 'bblabel-1',
  })
  format?: 'fcc-broadband-label' | 'bblabel-1';

  @TextField({
    description:
      'Lists only the plans of this FCC registration number, for providers that have several. The file is then named after it.',
    max: 10,
    pattern: /^\d{10}$/,
    hint: 'must be an FCC registration number: 10 digits, including leading zeros',
    optional: true,
    example: '0005937974',
  })
  frn?: string;
}

const url = (description: string, example: string) =>
  UnlimitedTextField({ description, example, optional: false });

/** The published labels of a provider. */
@ApiSchema({ name: 'LabelFile' })
export class LabelFileView {
  @IdField({
    description: 'ID of the team of the provider.',
    example: '0190c3de-0000-7000-8000-000000000001',
  })
  providerId: string;

  @TextField({ description: 'Name of the provider.', max: 255, example: 'Northwind Fibre' })
  providerName: string;

  @url(
    'Address of the file with the 30 columns of the FCC; a path if the operator has not configured a public URL.',
    '/providers/0190c3de-0000-7000-8000-000000000001/broadband-labels.csv',
  )
  url: string;

  @url(
    'Address of the file with the 56 columns of the draft `bblabel-1`.',
    '/providers/0190c3de-0000-7000-8000-000000000001/broadband-labels.csv?format=bblabel-1',
  )
  bblabelUrl: string;
}
