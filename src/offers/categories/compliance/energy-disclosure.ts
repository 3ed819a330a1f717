import { NumberField, TextField, UrlField } from '../../../validation/fields.js';
import { Hints } from '../../../validation/hints/hints.js';
import { ObjectField } from '../../../validation/object-fields.js';
import { ElectricityFactsLabel } from './electricity-facts-label.js';
import { RepContact } from './rep-contact.js';
import { ValidForField, type ValidFor } from './validity.js';

/** Texas Public Utility Commission, 16 TAC 25.475. */
@Hints({
  electricityFactsLabel: { otherNames: ['efl', 'factsLabel'] },
  puctCertNumber: {
    otherNames: ['puctNumber', 'puctCertificateNumber', 'certificateNumber', 'repCertificateNumber'],
  },
  rep: { otherNames: ['retailElectricProvider', 'retailer', 'repContact'] },
  termsOfServiceVersion: { otherNames: ['tosVersion', 'termsVersion'] },
  prepaidDisclosureUrl: { otherNames: ['pdsUrl', 'prepaidUrl'] },
  changeNoticeDays: { otherNames: ['noticeDays', 'expirationNoticeDays'] },
  termsOfServiceUrl: { otherNames: ['tosUrl', 'termsUrl', 'termsOfService'] },
  yourRightsUrl: { otherNames: ['yracUrl', 'yrac', 'yourRights'] },
})
export class EnergyComplianceData {
  @ObjectField(() => ElectricityFactsLabel, {
    description: 'Electricity Facts Label (16 TAC 25.475).',
    optional: true,
  })
  electricityFactsLabel?: ElectricityFactsLabel;

  @TextField({ description: 'PUCT certificate number.', max: 255, optional: true, example: '10001' })
  puctCertNumber?: string;

  @UrlField({
    description: 'URL of the terms of service.',
    optional: true,
    example: 'https://power.example/tos.pdf',
  })
  termsOfServiceUrl?: string;

  @UrlField({
    description: 'URL of the document "Your Rights as a Customer".',
    optional: true,
    example: 'https://power.example/yrac.pdf',
  })
  yourRightsUrl?: string;

  @ObjectField(() => RepContact, {
    description: 'The retail electric provider, as the label names it.',
    optional: true,
  })
  rep?: RepContact;

  @TextField({
    description: 'Version number of the terms of service (16 TAC 25.475(f)(9)).',
    max: 255,
    optional: true,
    example: 'TOS-2026-01',
  })
  termsOfServiceVersion?: string;

  @UrlField({
    description: 'URL of the prepaid disclosure statement, for plans that are paid in advance.',
    optional: true,
    example: 'https://power.example/prepaid.pdf',
  })
  prepaidDisclosureUrl?: string;

  @NumberField({
    description:
      'Days before the end of the contract, or before a change, on which customers get a notice. At least 14 are required (16 TAC 25.475(f)(7)).',
    integer: true,
    min: 0,
    max: 366,
    unit: 'days',
    optional: true,
    example: 30,
  })
  changeNoticeDays?: number;

  @ValidForField()
  validFor?: ValidFor;
}
