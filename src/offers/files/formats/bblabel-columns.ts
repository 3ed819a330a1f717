import type { FileColumn } from './file-column.js';
import { label } from './label-fields.js';

const compliance = 'complianceData';

const column = (name: string, meaning: string, example: string, ...fields: string[]): FileColumn => ({
  name,
  meaning,
  example,
  fields,
});
const required = (name: string, meaning: string, example: string, ...fields: string[]): FileColumn => ({
  ...column(name, meaning, example, ...fields),
  required: true,
});
const url = (name: string, meaning: string, key: string) =>
  column(name, meaning, 'https://isp.example/policy', `${compliance}.${key}`);

const speeds = (
  direction: 'download' | 'upload',
  name: 'typicalDownload' | 'typicalUpload',
): FileColumn[] => {
  const bound = { low: 'minBandwidth', high: 'maxBandwidth' };
  const marketed = (end: 'low' | 'high') =>
    direction === 'download'
      ? [
          `serviceSpecificData.${bound[end]}`,
          `${compliance}.marketedDownload${end === 'low' ? 'Low' : 'High'}Mbps`,
        ]
      : [`serviceSpecificData.marketedUpload${end === 'low' ? 'Low' : 'High'}Mbps`];
  const prefix = `bandwidth_${direction}`;
  return [
    column(`${prefix}_units`, `Unit of the ${direction} speeds: kbps, Mbps, Gbps, Tbps or Pbps.`, 'Mbps'),
    column(`${prefix}_marketed_low`, `Lowest advertised ${direction} speed.`, '300', ...marketed('low')),
    column(`${prefix}_marketed_high`, `Highest advertised ${direction} speed.`, '500', ...marketed('high')),
    column(
      `${prefix}_typical_low`,
      `Lower end of the typical ${direction} speeds.`,
      '290',
      `${label}.${name}`,
      `${label}.${name}Low`,
    ),
    column(
      `${prefix}_typical_high`,
      `Upper end of the typical ${direction} speeds.`,
      '510',
      `${label}.${name}`,
      `${label}.${name}High`,
    ),
  ];
};

/** The 56 columns, in their order. */
export const bblabelColumns: readonly FileColumn[] = [
  column('date_published', 'Date of the label.', '2026-01-31', `${compliance}.datePublished`),
  column('regulator_name', 'Regulator.', 'FCC', `${compliance}.regulatorName`),
  column(
    'regulator_version_number',
    'Version of the label, 01 to 99.',
    '01',
    `${compliance}.regulatorVersion`,
  ),
  column('connection_type', 'fixed, mobile or satellite.', 'fixed', `${compliance}.connection`),
  column(
    'fcc_registration_number',
    'FCC registration number.',
    '0005937974',
    `${compliance}.fccRegistrationNumber`,
  ),
  required(
    'unique_plan_identifier',
    'Unique plan identifier, at most 26 characters.',
    'F0005937974123ABC456EMC789',
    'externalId',
    `${label}.uniquePlanId`,
    `${compliance}.uniquePlanId`,
  ),
  column(
    'network_technology_type',
    'FCC code of the technology. It determines the type of connection: 10 DSL, 40 cable, 50 fiber, 60 satellite, 70 fixed wireless.',
    '50',
    `${label}.technologyCode`,
    'serviceSpecificData.connectionType',
  ),
  column('provider_name', 'Name of the provider.', 'Acme Data Inc.', `${compliance}.providerName`),
  required('service_plan_name', 'Name of the plan.', '10G Unlimited World', 'name'),
  ...speeds('download', 'typicalDownload'),
  ...speeds('upload', 'typicalUpload'),
  column(
    'latency_idle_low',
    'Lower end of the idle latencies in ms.',
    '7',
    `${label}.typicalLatency`,
    `${label}.typicalLatencyLow`,
  ),
  column(
    'latency_idle_high',
    'Upper end of the idle latencies in ms.',
    '28',
    `${label}.typicalLatency`,
    `${label}.typicalLatencyHigh`,
  ),
  column('currency', 'ISO 4217 code of the currency; USD if empty.', 'USD', 'currency'),
  column('price_type', 'Pre-Paid, Post-Paid or Per-Line.', 'Post-Paid', `${compliance}.priceType`),
  column('price_details', 'Details of the price.', 'With autopay', `${compliance}.priceDetails`),
  required('price_recurring', 'Regular monthly price, without fees and taxes.', '59.95', 'monthlyPrice'),
  column('fee_introductory', 'Monthly price in the first months.', '39.95', 'introductory.monthlyPrice'),
  column(
    'fee_introductory_description',
    'Description of the introductory price, with its number of months or years in digits or words; required with that price.',
    'for the first 6 months',
    'introductory.months',
  ),
  column(
    'contract_required',
    'Whether the price requires a contract: Yes or No.',
    'Yes',
    'contract.required',
  ),
  column('contract_details', 'Description of the contract, with its months.', '24 months', 'contract.months'),
  column('contract_terms_uri', 'Terms of the contract.', 'https://isp.example/terms', 'contract.termsUrl'),
  column('fee_one_time_amount', 'One-time fees, separated by ;', '25.00; 50.00', 'oneTimeFees'),
  column(
    'fee_one_time_details',
    'Names of the one-time fees, in the same order.',
    'Equipment cost; Installation',
    `${compliance}.oneTimeFeeDetails`,
  ),
  column('fee_recurring', 'Monthly fees, separated by ;', '9.99; 1.99', 'monthlyFees'),
  column(
    'fee_recurring_description',
    'Names of the monthly fees, in the same order.',
    'Router rental; Support',
    `${compliance}.monthlyFeeDetails`,
  ),
  column(
    'fee_pass_through_recurring',
    'Maximum of the monthly fees that are passed through.',
    '1.99',
    'monthlyFees',
  ),
  column(
    'fee_early_termination',
    'Fee for ending the contract early, 0 for none, or Varies.',
    '90',
    'fees.earlyTerminationFee',
    `${compliance}.earlyTerminationFeeText`,
  ),
  column(
    'fee_early_termination_description',
    'Description of that fee.',
    'Less 5 for each month',
    `${compliance}.earlyTerminationFeeDescription`,
  ),
  column('government_taxes', 'Included, Varies or Not Applicable.', 'Varies', 'taxes'),
  column(
    'policy_data_usage',
    'Whether there is a policy on data usage.',
    'Yes',
    `${compliance}.hasDataUsagePolicy`,
  ),
  column(
    'fee_data_usage',
    'Price of additional data.',
    '5',
    `${compliance}.dataUsageFee`,
    `${label}.overagePrice`,
  ),
  column(
    'fee_data_usage_description',
    'Description of that price, with the amount of data in GB.',
    'per 10 GB',
    `${compliance}.dataUsageFeeDescription`,
    `${label}.overageIncrementGb`,
  ),
  url('uri_data_usage', 'Policy on data usage.', 'dataAllowancePolicyUrl'),
  column('restrictions_apply', 'Whether restrictions apply.', 'No', `${compliance}.restrictions`),
  url('uri_policy_network_management', 'Network management policy.', 'networkManagementUrl'),
  url('uri_policy_privacy', 'Privacy policy.', 'privacyPolicyUrl'),
  url('uri_customer_support', 'Website of the support.', 'supportUrl'),
  column(
    'customer_support_phone',
    'Phone number of the support.',
    '18005550100',
    `${compliance}.supportPhone`,
  ),
  column('country_code', 'ISO 3166 alpha-3 code of the country.', 'USA', `${compliance}.countryCode`),
  column('asn', 'Number of the autonomous system.', '64496', `${compliance}.asn`),
  url('uri_policy_additional_terms', 'Additional terms.', 'additionalTermsUrl'),
  column('language', 'ISO 639-3 code of the language.', 'eng', `${compliance}.language`),
  column(
    'latency_working_low',
    'Lower end of the working latencies in ms.',
    '20',
    `${compliance}.latencyWorkingLowMs`,
  ),
  column(
    'latency_working_high',
    'Upper end of the working latencies in ms.',
    '40',
    `${compliance}.latencyWorkingHighMs`,
  ),
  column('jitter_low', 'Lower end of the jitter in ms.', '1', `${compliance}.jitterLowMs`),
  column('jitter_high', 'Upper end of the jitter in ms.', '5', `${compliance}.jitterHighMs`),
  column('uptime', 'Availability, from 0.0001 to 1.', '0.999', `${compliance}.uptime`),
];
