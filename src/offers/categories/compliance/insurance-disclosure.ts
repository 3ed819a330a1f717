import { states } from '../../../areas/zip-states.js';
import { MoneyField } from '../../../money/money-fields.js';
import { BooleanField, TextField, UrlField } from '../../../validation/fields.js';
import { dollars, joined } from '../../../validation/hints/converters.js';
import { Hints } from '../../../validation/hints/hints.js';
import { EnumListField } from '../../../validation/list-fields.js';
import { LicensesField, type OfferLicense } from './offer-license.js';
import { DisclosureField, ValidForField, type ValidFor } from './validity.js';

/** State licensing of insurance producers. */
@Hints({
  agentLicensesText: { otherNames: ['agentLicenses', 'agentLicense'], convert: joined },
  producerDisclosureUrl: { otherNames: ['disclosureUrl', 'producerDisclosure'] },
  naicCode: { otherNames: ['naic', 'naicNumber', 'naicCompanyCode', 'coCode'] },
  underwriterName: { otherNames: ['underwriter', 'carrier', 'insurer', 'insurerName'] },
  producerNpn: { otherNames: ['npn', 'nationalProducerNumber', 'producerNumber'] },
  appointedStates: { otherNames: ['appointments', 'appointmentStates'] },
  termPremium: { otherNames: ['premium', 'annualPremium', 'totalPremium'], convert: dollars },
  installmentFee: { otherNames: ['installmentFees', 'instalmentFee'], convert: dollars },
  policyFormNumber: { otherNames: ['policyForm', 'formNumber'] },
  serffTrackingNumber: { otherNames: ['serff', 'serffNumber'] },
  disclosureText: { otherNames: ['disclosure'] },
  nonAdmitted: { otherNames: ['surplusLines', 'isNonAdmitted'] },
})
export class InsuranceComplianceData {
  @TextField({
    description: 'Licenses of the agents, as free text.',
    max: 10_000,
    optional: true,
    example: 'NPN 1234567',
  })
  agentLicensesText?: string;

  @UrlField({
    description: 'URL of the producer disclosure.',
    optional: true,
    example: 'https://insure.example/disclosure',
  })
  producerDisclosureUrl?: string;

  @TextField({
    description: 'NAIC company code, including leading zeros.',
    max: 20,
    optional: true,
    example: '01234',
  })
  naicCode?: string;

  @TextField({
    description: 'Legal name of the company that underwrites the policy.',
    kind: 'name',
    max: 255,
    optional: true,
    example: 'Northwind Insurance Company',
  })
  underwriterName?: string;

  @TextField({
    description: 'National Producer Number (NPN) of the producer who sells the policy, 1 to 10 digits.',
    max: 20,
    optional: true,
    example: '1234567',
  })
  producerNpn?: string;

  @LicensesField('State licenses of the producer.')
  licenses?: OfferLicense[];

  @EnumListField(states, {
    description: 'Two-letter codes of the states in which the underwriter has appointed the producer.',
    maxItems: states.length,
    optional: true,
    example: ['TX', 'OK'],
  })
  appointedStates?: string[];

  @MoneyField({
    description:
      "Premium for the whole term (`premiumTermMonths`), without fees, in the offer's currency. It is compared with `monthlyPrice`.",
    optional: true,
    example: 144,
  })
  termPremium?: number;

  @MoneyField({
    description: "Fee for each monthly payment that `monthlyPrice` contains, in the offer's currency.",
    optional: true,
    example: 0,
  })
  installmentFee?: number;

  @TextField({ description: 'Number of the policy form.', max: 100, optional: true, example: 'HO-4 05 11' })
  policyFormNumber?: string;

  @TextField({
    description: 'SERFF tracking number of the filing.',
    max: 100,
    optional: true,
    example: 'ABCD-123456789',
  })
  serffTrackingNumber?: string;

  @DisclosureField('Northwind Insurance Services. California license 0A12345.')
  disclosureText?: string;

  @BooleanField({
    description: 'Whether the insurer is not admitted in the state (surplus lines).',
    optional: true,
    example: false,
  })
  nonAdmitted?: boolean;

  @TextField({
    description: 'Disclosure for surplus lines, if the insurer is not admitted.',
    max: 5000,
    optional: true,
    example: 'This policy is not covered by the guaranty fund of the state.',
  })
  surplusLinesDisclosure?: string;

  @BooleanField({
    description:
      'Whether resellers only refer customers to the producer. Resellers that transact insurance need a license of their own.',
    optional: true,
    example: false,
  })
  referralOnly?: boolean;

  @ValidForField()
  validFor?: ValidFor;
}
