import type { FileColumn } from './file-column.js';
import { defined, definedOrNone, type FileFormat } from './file-format.js';
import type { FileRow } from './file-row.js';
import { feeKind, label, planIdMembers, toMbps, typicalFields, typicalValue } from './label-fields.js';

const compliance = 'complianceData';
/** The largest number of fees of a kind. */
const maxFees = 20;

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

const columns: readonly FileColumn[] = [
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

function readFees(row: FileRow, kind: 'monthly' | 'one_time', defaultName: string) {
  return Array.from({ length: maxFees }, (_, index) => index + 1).flatMap((number) => {
    const amount = row.number(`${kind}_fee_price_${number}`);
    const name = row.text(`${kind}_fee_name_${number}`);
    if (amount === undefined && name !== undefined)
      row.fail(`${kind}_fee_price_${number}`, `is required for the fee ${name}`);
    return amount === undefined ? [] : [{ name: name ?? `${defaultName} ${number}`, amount }];
  });
}

/** Returns the identifier that the label shows: the registration number, and the ID of the plan with leading zeros. */
function readPlanId(row: FileRow): string | undefined {
  const [registration, plan] = [row.text('fcc_id'), row.text('data_service_id')];
  const type = row.choice('fixed_or_mobile', { fixed: 'F', mobile: 'M' });
  if (registration === undefined || plan === undefined || type === undefined) return undefined;
  return `${type}${registration}${plan.padStart(15, '0')}`;
}

/** Reads a speed as the generator does: an integer is in kbps, a number with decimals in Mbps. */
function readSpeed(row: FileRow, name: string) {
  const speed = row.number(name, '100000');
  if (speed === undefined) return undefined;
  const mbps = toMbps(speed, row.text(name)?.includes('.') ? 1 : 0.001);
  return { low: mbps, high: mbps };
}

function readIntroductory(row: FileRow) {
  const monthlyPrice = row.number('introductory_price_per_month', '60.00');
  const months = row.integer('introductory_period_in_months', '6');
  if (monthlyPrice === undefined && !months) return null;
  if (monthlyPrice === undefined)
    row.fail('introductory_price_per_month', 'is required for an introductory period');
  if (months === undefined)
    row.fail('introductory_period_in_months', 'is required for an introductory price');
  return { monthlyPrice, months };
}

function read(row: FileRow): Record<string, unknown> {
  const id = readPlanId(row);
  const { onLabel, beside } = planIdMembers(id);
  const months = row.integer('contract_duration', '24') ?? 0;
  return defined({
    externalId: id,
    name: row.text('data_service_name'),
    category: 'internet',
    currency: 'USD',
    pricingType: 'fixed',
    monthlyPrice: row.number('data_service_price'),
    introductory: readIntroductory(row),
    monthlyFees: readFees(row, 'monthly', 'Monthly fee').map((fee) => ({ ...fee, kind: feeKind(fee.name) })),
    oneTimeFees: readFees(row, 'one_time', 'One-time fee'),
    fees: { earlyTerminationFee: row.number('early_termination_fee') ?? null },
    contract: defined({ months, required: months > 0, termsUrl: row.url('contract_url') }),
    complianceData: {
      ...row.extra,
      ...defined({
        broadbandLabel: definedOrNone({
          ...onLabel,
          ...typicalValue('typicalDownload', readSpeed(row, 'dl_speed_in_kbps')),
          ...typicalValue('typicalUpload', readSpeed(row, 'ul_speed_in_kbps')),
          ...typicalValue('typicalLatency', row.range('latency_in_ms')),
          dataCapGb: row.number('data_included_in_monthly_price', '50') ?? null,
          overagePrice: row.number('overage_fee', '10.00'),
          overageIncrementGb: row.number('overage_data_amount', '5'),
        }),
        networkManagementUrl: row.url('network_management_url'),
        ...beside,
        billingFrequencyMonths: row.integer('billing_frequency_in_months', '1'),
        providerName: row.text('company_name'),
        fccId: row.text('fcc_id'),
        dataServiceId: row.text('data_service_id'),
        connection: row.choice('fixed_or_mobile', { fixed: 'Fixed', mobile: 'Mobile' }),
        acp: row.flag('acp'),
        discountsUrl: row.url('discounts_and_bundles_url'),
        privacyPolicyUrl: row.url('privacy_policy_url'),
        supportPhone: row.text('customer_support_phone'),
        supportUrl: row.url('customer_support_url'),
      }),
    },
  });
}

export const sonarBcd: FileFormat = {
  name: 'sonarbcd',
  title: 'Label generator sonarbcd',
  source: 'https://github.com/t1nfoil/sonarbcd',
  identifiedBy:
    'fixed_or_mobile, fcc_id and data_service_id, as the unique plan identifier that the label shows',
  columns,
  read,
};
