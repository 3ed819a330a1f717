import { states } from '../../../areas/zip-states.js';
import { DateField, EnumField, TextField, TextListField } from '../../../validation/fields.js';
import { Hints } from '../../../validation/hints/hints.js';
import { ObjectListField } from '../../../validation/object-fields.js';

/**
 * A state license that the offer itself states. Licenses of the team (`/team/licenses`) need not be repeated; they count
 * for all of its offers.
 */
@Hints({
  number: { otherNames: ['licenseNumber', 'license'] },
  expiresOn: { otherNames: ['expires', 'expirationDate', 'expiryDate', 'validUntil'] },
  issuedOn: { otherNames: ['issued', 'issueDate'] },
  agency: { otherNames: ['authority', 'issuer', 'regulator'] },
})
export class OfferLicense {
  @EnumField(states, { description: 'Two-letter code of the state that issued it.', example: 'TX' })
  state: string;

  @TextField({
    description: 'Number of the license, as the state writes it.',
    kind: 'identifier',
    min: 1,
    max: 100,
    example: 'B12345678',
  })
  number: string;

  @TextField({
    description: 'Agency that issued it.',
    max: 255,
    optional: true,
    example: 'Texas Department of Public Safety',
  })
  agency?: string;

  @DateField({ description: 'Day on which it was issued.', optional: true, example: '2025-03-01' })
  issuedOn?: string;

  @DateField({ description: 'Last day on which it is valid.', optional: true, example: '2027-02-28' })
  expiresOn?: string;

  @TextListField({
    description: 'Insurance: lines of authority of the license.',
    maxItems: 50,
    maxLength: 100,
    optional: true,
    example: ['Property', 'Casualty'],
  })
  linesOfAuthority?: string[];
}

/** Declares the state licenses that an offer states. */
export const LicensesField = (description: string) =>
  ObjectListField(() => OfferLicense, {
    description: `${description} Licenses of the team (\`/team/licenses\`) need not be repeated.`,
    maxItems: 100,
    optional: true,
  });
