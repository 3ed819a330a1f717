import { MoneyField } from '../../../money/money-fields.js';
import { NumberField, TextField, UrlField } from '../../../validation/fields.js';
import { dollars, joined, months } from '../../../validation/hints/converters.js';
import { Hints } from '../../../validation/hints/hints.js';
import { Compared } from '../compared.js';
import { LicensesField, type OfferLicense } from './offer-license.js';
import { DisclosureField, ValidForField, type ValidFor } from './validity.js';

/** State licensing of alarm companies. */
@Hints({
  licensesText: { otherNames: ['license', 'licenseNumber', 'licenseNumbers'], convert: joined },
  bondAmount: { otherNames: ['bond', 'suretyBond'], convert: dollars },
  insuranceCertUrl: { otherNames: ['insuranceCertificateUrl', 'certificateOfInsuranceUrl', 'coiUrl'] },
  monitoringCenterName: { otherNames: ['monitoringCenter', 'centralStation', 'monitoringStation'] },
  monitoringCenterLicense: { otherNames: ['centralStationLicense'] },
  contractTotalCost: { otherNames: ['totalContractCost', 'totalCost'], convert: dollars },
  renewalTermMonths: { otherNames: ['autoRenewalTerm', 'renewalTerm'], convert: months },
  permitNote: { otherNames: ['alarmPermitNote', 'permit'] },
  disclosureText: { otherNames: ['disclosure'] },
  qualifyingAgentName: { otherNames: ['qualifyingAgent', 'agentName'] },
})
export class SecurityComplianceData {
  @TextField({
    description: 'State licenses, as free text.',
    max: 10_000,
    optional: true,
    example: 'TX B12345, CA ACO7000',
  })
  licensesText?: string;

  @Compared({ unit: 'USD' })
  @NumberField({ description: 'Surety bond in dollars.', min: 0, optional: true, example: 25_000 })
  bondAmount?: number;

  @UrlField({
    description: 'URL of the certificate of insurance.',
    optional: true,
    example: 'https://alarm.example/coi.pdf',
  })
  insuranceCertUrl?: string;

  @TextField({
    description: 'Name of the qualifying agent.',
    max: 255,
    optional: true,
    example: 'The licensed agent',
  })
  qualifyingAgentName?: string;

  @LicensesField('State licenses of the alarm company.')
  licenses?: OfferLicense[];

  @TextField({
    description: 'Name of the monitoring center, if alarms are monitored professionally.',
    max: 255,
    optional: true,
    example: 'Central Watch Inc.',
  })
  monitoringCenterName?: string;

  @TextField({
    description: 'Number of the license of the monitoring center, in states that license it separately.',
    max: 100,
    optional: true,
    example: '1042',
  })
  monitoringCenterLicense?: string;

  @MoneyField({
    description:
      "Total cost of the contract with all mandatory monthly and one-time fees, in the offer's currency. It is compared with the prices.",
    optional: true,
    example: 1079.64,
  })
  contractTotalCost?: number;

  @NumberField({
    description: 'Months by which the contract renews itself, if it does.',
    integer: true,
    min: 1,
    max: 120,
    unit: 'months',
    optional: true,
    example: 12,
  })
  renewalTermMonths?: number;

  @TextField({
    description: 'Note for customers on local permits for alarms.',
    max: 2000,
    optional: true,
    example: 'Many cities require a permit for an alarm. Ask your city before the installation.',
  })
  permitNote?: string;

  @DisclosureField('Florida license EF0001234.')
  disclosureText?: string;

  @ValidForField()
  validFor?: ValidFor;
}
