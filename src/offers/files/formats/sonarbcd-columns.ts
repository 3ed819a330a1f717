import type { FileColumn } from './file-column.js';
import { label, typicalFields } from './label-fields.js';

const compliance = 'complianceData';
/** The largest number of fees of a kind. */
export const maxFees = 20;

const feeColumns = (kind: 'monthly' | 'one_time', what: string, field: string): FileColumn[] =>
  Array.from({ length: maxFees }, (_, index) => [
    { name: `${kind}_fee_name_${index + 1}`, meaning: `Name of the ${what}.`, example: 'Installation Fee' },
    {
      name: `${kind}_fee_price_${index + 1}`,
      meaning: `Amount of the ${what} in dollars.`,
      example: '33.30',
      fields: [field],
    },
  ]).flat();

export const sonarBcdColumns: readonly FileColumn[] = [
  {
    name: 'company_name',
    meaning: 'Name of the provider.',
    example: 'Moosebytes',
    fields: [`${compliance}.providerName`],
  },
  {
    name: 'discounts_and_bundles_url',
    meaning: 'Discounts and bundles.',
    example: 'https://isp.example/discounts',
    fields: [`${compliance}.discountsUrl`],
  },
  {
    name: 'acp',
    meaning: 'Whether the provider took part in the Affordable Connectivity Program, which has ended.',
    example: 'No',
    fields: [`${compliance}.acp`],
  },
  {
    name: 'customer_support_url',
    meaning: 'Website of the support.',
    example: 'https://isp.example/help',
    fields: [`${compliance}.supportUrl`],
  },
  {
    name: 'customer_support_phone',
    meaning: 'Phone number of the support.',
    example: '555-555-9876',
    fields: [`${compliance}.supportPhone`],
  },
  {
    name: 'network_management_url',
    meaning: 'Network management policy.',
    example: 'https://isp.example/network',
    fields: [`${compliance}.networkManagementUrl`],
  },
  {
    name: 'privacy_policy_url',
    meaning: 'Privacy policy.',
    example: 'https://isp.example/privacy',
    fields: [`${compliance}.privacyPolicyUrl`],
  },
  {
    name: 'fcc_id',
    meaning: 'FCC registration number.',
    required: true,
    example: '6544356',
    fields: [`${compliance}.fccId`],
  },
  {
    name: 'data_service_id',
    meaning: 'ID of the plan, unique for each registration number.',
    required: true,
    example: '51',
    fields: ['externalId', `${compliance}.dataServiceId`],
  },
  {
    name: 'data_service_name',
    meaning: 'Name of the plan.',
    required: true,
    example: '500x500',
    fields: ['name'],
  },
  {
    name: 'fixed_or_mobile',
    meaning: 'Fixed or Mobile.',
    required: true,
    example: 'Fixed',
    fields: [`${compliance}.connection`],
  },
  {
    name: 'data_service_price',
    meaning: 'Regular monthly price in dollars, without fees.',
    required: true,
    example: '74.95',
    fields: ['monthlyPrice'],
  },
  {
    name: 'billing_frequency_in_months',
    meaning: 'Length of the billing period in months.',
    example: '1',
    fields: [`${compliance}.billingFrequencyMonths`],
  },
  {
    name: 'introductory_period_in_months',
    meaning: 'Number of months with the introductory price.',
    example: '6',
    fields: ['introductory.months'],
  },
  {
    name: 'introductory_price_per_month',
    meaning: 'Monthly price in the first months.',
    example: '60.00',
    fields: ['introductory.monthlyPrice'],
  },
  {
    name: 'contract_duration',
    meaning: 'Length of the contract in months; empty if there is none.',
    example: '24',
    fields: ['contract.months'],
  },
  {
    name: 'contract_url',
    meaning: 'Terms of the contract.',
    example: 'https://isp.example/contract',
    fields: ['contract.termsUrl'],
  },
  ...feeColumns('monthly', 'monthly fee', 'monthlyFees'),
  ...feeColumns('one_time', 'one-time fee', 'oneTimeFees'),
  {
    name: 'early_termination_fee',
    meaning: 'Fee for ending the contract early, in dollars.',
    example: '150.00',
    fields: ['fees.earlyTerminationFee'],
  },
  {
    name: 'dl_speed_in_kbps',
    meaning: 'Typical download speed: an integer in kbps, or a number with decimals in Mbps.',
    example: '100000',
    fields: typicalFields('typicalDownload'),
  },
  {
    name: 'ul_speed_in_kbps',
    meaning: 'Typical upload speed: an integer in kbps, or a number with decimals in Mbps.',
    example: '100000',
    fields: typicalFields('typicalUpload'),
  },
  {
    name: 'latency_in_ms',
    meaning: 'Typical latency in ms.',
    example: '15',
    fields: typicalFields('typicalLatency'),
  },
  {
    name: 'data_included_in_monthly_price',
    meaning: 'Included data per month in GB; empty if it is unlimited.',
    example: '50',
    fields: [`${label}.dataCapGb`],
  },
  {
    name: 'overage_fee',
    meaning: 'Price of additional data in dollars.',
    example: '10.00',
    fields: [`${label}.overagePrice`],
  },
  {
    name: 'overage_data_amount',
    meaning: 'Amount of additional data in GB for that price.',
    example: '5',
    fields: [`${label}.overageIncrementGb`],
  },
];
