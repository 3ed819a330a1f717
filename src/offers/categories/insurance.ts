import { NumberField, TextField } from '../../validation/fields.js';
import { dollars, months } from '../../validation/hints/converters.js';
import { Hints } from '../../validation/hints/hints.js';
import type { Category } from './category.js';
import { Compared } from './compared.js';
import { InsuranceComplianceData } from './compliance/insurance-disclosure.js';

/** Names of the public Offergrid guides. */
@Hints({
  insuranceType: { otherNames: ['policyType', 'coverageType', 'lineOfBusiness'] },
  coverageAmount: {
    otherNames: ['coverageLimit', 'coverage', 'maxCoverage', 'maximumCoverage', 'limit'],
    convert: dollars,
  },
  deductible: { otherNames: ['deductibleAmount', 'excess'], convert: dollars },
  premiumTermMonths: { otherNames: ['policyTerm', 'termMonths', 'policyTermMonths'], convert: months },
  liabilityAmount: { otherNames: ['liability', 'liabilityCoverage', 'personalLiability'], convert: dollars },
})
export class InsuranceServiceData {
  @TextField({
    description: 'Type of insurance, as free text.',
    max: 255,
    optional: true,
    example: 'Renters',
  })
  insuranceType?: string;

  @Compared({ unit: 'USD' })
  @NumberField({ description: 'Coverage in dollars.', min: 0, optional: true, example: 100_000 })
  coverageAmount?: number;

  @Compared({ unit: 'USD' })
  @NumberField({ description: 'Deductible in dollars.', min: 0, optional: true, example: 500 })
  deductible?: number;

  @NumberField({
    description:
      'Length of the policy in months, over which the premium is fixed. `monthlyPrice` is the premium per month.',
    integer: true,
    min: 1,
    max: 120,
    unit: 'months',
    optional: true,
    example: 12,
  })
  premiumTermMonths?: number;

  @Compared({ unit: 'USD' })
  @NumberField({
    description: 'Personal liability coverage in dollars.',
    min: 0,
    optional: true,
    example: 300_000,
  })
  liabilityAmount?: number;
}

export const insurance: Category = {
  service: InsuranceServiceData,
  compliance: InsuranceComplianceData,
  example: {
    service: { insuranceType: 'Renters', coverageAmount: 100_000, deductible: 500 },
    compliance: { naicCode: '01234', agentLicensesText: 'NPN 1234567' },
  },
  demo: { name: 'Renters Basic', monthlyPrice: 12, keyFeatures: ['$100,000 cover'] },
  comparable: {
    insuranceType: (service) => service.insuranceType,
    coverageAmount: (service) => service.coverageAmount,
    deductible: (service) => service.deductible,
    premiumTermMonths: (service) => service.premiumTermMonths,
    liabilityAmount: (service) => service.liabilityAmount,
    naicCode: (_, compliance) => compliance.naicCode,
  },
};
