import type { FileColumn } from './file-column.js';
import { defined, definedOrNone, type FileFormat } from './file-format.js';
import { parseAmount, type FileRow } from './file-row.js';
import { feeKind, label, planIdMembers, taxWords, typicalFields, typicalValue } from './label-fields.js';

const compliance = 'complianceData';

const columns: readonly FileColumn[] = [
  {
    name: 'unique_plan_id',
    meaning: 'Unique plan identifier: F or M, the FCC registration number, and the ID of the plan.',
    required: true,
    example: 'F0005937974123ABC456EMC789',
    fields: ['externalId', `${label}.uniquePlanId`, `${compliance}.uniquePlanId`],
  },
  {
    name: 'provider_name',
    meaning: 'Name of the provider.',
    example: 'Acme Data Inc.',
    fields: [`${compliance}.providerName`],
  },
  {
    name: 'service_plan_name',
    meaning: 'Name of the plan.',
    required: true,
    example: '10G Unlimited World',
    fields: ['name'],
  },
  {
    name: 'tier_plan_name',
    meaning: 'Name of the tier.',
    example: 'Gold',
    fields: [`${compliance}.tierPlanName`],
  },
  {
    name: 'connection_type',
    meaning: 'Fixed or Mobile.',
    example: 'Fixed',
    fields: [`${compliance}.connection`],
  },
  {
    name: 'monthly_price',
    meaning: 'Regular monthly price in dollars, without fees and taxes.',
    required: true,
    example: '59.95',
    fields: ['monthlyPrice'],
  },
  { name: 'intro_rate', meaning: 'Whether there is an introductory rate: Yes or No.', example: 'Yes' },
  {
    name: 'intro_rate_price',
    meaning: 'Monthly price in the first months.',
    example: '39.95',
    fields: ['introductory.monthlyPrice'],
  },
  {
    name: 'intro_rate_time',
    meaning: 'Number of months with the introductory rate.',
    example: '6',
    fields: ['introductory.months'],
  },
  {
    name: 'contract_req',
    meaning: 'Whether the price requires a contract: Yes or No.',
    example: 'Yes',
    fields: ['contract.required'],
  },
  {
    name: 'contract_time',
    meaning: 'Length of the contract in months.',
    example: '24',
    fields: ['contract.months'],
  },
  {
    name: 'contract_terms_url',
    meaning: 'Terms of the contract.',
    example: 'https://acmedata.com/terms',
    fields: ['contract.termsUrl', `${compliance}.contractTermsUrl`],
  },
  {
    name: 'early_termination_fee',
    meaning: 'Fee for ending the contract early, in dollars.',
    example: '90',
    fields: ['fees.earlyTerminationFee'],
  },
  {
    name: 'single_purchase_fee_descr',
    otherNames: ['single_purchase_fees_descr'],
    meaning: 'Names of the one-time fees, separated by ;',
    example: 'Equipment cost; installation fee',
  },
  {
    name: 'single_purchase_fees',
    otherNames: ['single_purchase_fee'],
    meaning: 'Amounts of the one-time fees, in the same order.',
    example: '25.00; 50.00',
    fields: ['oneTimeFees'],
  },
  {
    name: 'monthly_provider_fee_descr',
    otherNames: ['monthly_provider_fees_descr'],
    meaning: 'Names of the monthly fees, separated by ;',
    example: 'Equipment rental; virus protection subscription',
  },
  {
    name: 'monthly_provider_fees',
    otherNames: ['monthly_provider_fee'],
    meaning: 'Amounts of the monthly fees, in the same order.',
    example: '9.95;4.00',
    fields: ['monthlyFees'],
  },
  {
    name: 'tax',
    meaning: 'Included, Varies or an amount per month.',
    example: 'Included',
    fields: ['taxes'],
  },
  {
    name: 'bundle_discounts_url',
    meaning: 'Discounts and bundles.',
    example: 'https://www.acmedata.com/discounts',
    fields: [`${compliance}.discountsUrl`],
  },
  {
    name: 'typical_download_speed',
    meaning: 'Typical download speed in Mbps, or a range.',
    example: '67 - 622',
    fields: typicalFields('typicalDownload'),
  },
  {
    name: 'typical_upload_speed',
    meaning: 'Typical upload speed in Mbps, or a range.',
    example: '4.07',
    fields: typicalFields('typicalUpload'),
  },
  {
    name: 'typical_latency',
    meaning: 'Typical latency in ms, or a range.',
    example: '139',
    fields: typicalFields('typicalLatency'),
  },
  {
    name: 'monthly_data_allow',
    meaning: 'Included data per month in GB; NULL means unlimited.',
    example: '50',
    fields: [`${label}.dataCapGb`],
  },
  {
    name: 'over_usage_data_price',
    meaning: 'Price of additional data per increment, in dollars.',
    example: '5',
    fields: [`${label}.overagePrice`],
  },
  {
    name: 'additional_data_increments',
    otherNames: ['additional_data_increment'],
    meaning: 'Increment of additional data in GB.',
    example: '10',
    fields: [`${label}.overageIncrementGb`],
  },
  {
    name: 'data_allowance_policy_url',
    meaning: 'Policy on data usage.',
    example: 'https://www.acmedata.com/data-charges',
    fields: [`${compliance}.dataAllowancePolicyUrl`],
  },
  {
    name: 'network_management_policy_url',
    meaning: 'Network management policy.',
    example: 'https://www.acmedata.com/network',
    fields: [`${compliance}.networkManagementUrl`],
  },
  {
    name: 'privacy_policy_url',
    meaning: 'Privacy policy.',
    example: 'https://www.acmedata.com/about/privacy',
    fields: [`${compliance}.privacyPolicyUrl`],
  },
  {
    name: 'customer_support_phone',
    meaning: 'Phone number of the support, in any form.',
    example: '1 (800) 555 0100',
    fields: [`${compliance}.supportPhone`],
  },
  {
    name: 'customer_support_web',
    meaning: 'Website of the support.',
    example: 'https://www.acmedata.com/help',
    fields: [`${compliance}.supportUrl`],
  },
];

function readIntroductory(row: FileRow) {
  const isIntroductory = row.flag('intro_rate');
  const monthlyPrice = row.number('intro_rate_price');
  const months = row.integer('intro_rate_time', '6');
  if (isIntroductory === false || (monthlyPrice === undefined && months === undefined && !isIntroductory))
    return null;
  if (monthlyPrice === undefined)
    row.fail('intro_rate_price', 'is required if there is an introductory rate');
  if (months === undefined) row.fail('intro_rate_time', 'is required if there is an introductory rate');
  return { monthlyPrice, months };
}

function readContract(row: FileRow) {
  const required = row.flag('contract_req');
  const months = row.integer('contract_time', '24');
  const termsUrl = row.url('contract_terms_url');
  if (required === undefined && months === undefined)
    return { beside: defined({ contractTermsUrl: termsUrl }) };
  if (required && months === undefined) row.fail('contract_time', 'is required if contract_req is Yes');
  return { contract: defined({ months: months ?? 0, required: required ?? Boolean(months), termsUrl }) };
}

function readTaxes(row: FileRow) {
  const text = row.text('tax');
  if (text === undefined) return null;
  return parseAmount(text) ?? row.choice('tax', taxWords);
}

function readDataCap(row: FileRow): number | null | undefined {
  const text = row.text('monthly_data_allow');
  return text === undefined || /^unlimited$/i.test(text) ? null : row.number('monthly_data_allow', '50');
}

function read(row: FileRow): Record<string, unknown> {
  const id = row.text('unique_plan_id');
  const { onLabel, beside } = planIdMembers(id);
  const { contract = null, beside: besideContract } = readContract(row);
  const oneTimeFees = row.fees('single_purchase_fees', 'single_purchase_fee_descr', {
    defaultName: 'One-time fee',
  });
  const monthlyFees = row.fees('monthly_provider_fees', 'monthly_provider_fee_descr', {
    defaultName: 'Monthly fee',
  });
  return defined({
    externalId: id,
    name: row.text('service_plan_name'),
    category: 'internet',
    currency: 'USD',
    pricingType: 'fixed',
    monthlyPrice: row.number('monthly_price'),
    introductory: readIntroductory(row),
    monthlyFees: monthlyFees.map((fee) => ({ ...fee, kind: feeKind(fee.name) })),
    oneTimeFees,
    fees: { earlyTerminationFee: row.number('early_termination_fee') ?? null },
    contract,
    taxes: readTaxes(row),
    complianceData: {
      ...row.extra,
      ...defined({
        broadbandLabel: definedOrNone({
          ...onLabel,
          ...typicalValue('typicalDownload', row.range('typical_download_speed')),
          ...typicalValue('typicalUpload', row.range('typical_upload_speed')),
          ...typicalValue('typicalLatency', row.range('typical_latency')),
          dataCapGb: readDataCap(row),
          overagePrice: row.number('over_usage_data_price', '5'),
          overageIncrementGb: row.number('additional_data_increments', '10'),
        }),
        networkManagementUrl: row.url('network_management_policy_url'),
        ...beside,
        ...besideContract,
        providerName: row.text('provider_name'),
        tierPlanName: row.text('tier_plan_name'),
        connection: row.choice('connection_type', { fixed: 'Fixed', mobile: 'Mobile' }),
        discountsUrl: row.url('bundle_discounts_url'),
        dataAllowancePolicyUrl: row.url('data_allowance_policy_url'),
        privacyPolicyUrl: row.url('privacy_policy_url'),
        supportPhone: row.text('customer_support_phone'),
        supportUrl: row.url('customer_support_web'),
      }),
    },
  });
}

export const fccBroadbandLabel: FileFormat = {
  name: 'fcc-broadband-label',
  title: 'FCC broadband labels',
  source: 'Federal Communications Commission, template of May 2024 for machine-readable labels (47 CFR 8.1)',
  identifiedBy: 'unique_plan_id',
  columns,
  read,
};
