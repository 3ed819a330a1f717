import {
  amountsOf,
  dataCapText,
  dataOf,
  decimalOf,
  feeDetails,
  feeNamesOf,
  flagOf,
  onlyMandatory,
  noSetupFees,
  feesAtStart,
  taxesCell,
  publishedText,
  typicalText,
  type Cells,
  type ExportedOffer,
} from './cells.js';
import { fccColumns } from './fcc-columns.js';
import { defined, definedOrNone, type FileFormat } from './file-format.js';
import type { FileRow } from './file-row.js';
import {
  feeKind,
  monthlyFee,
  oneTimeFee,
  planIdMembers,
  publishedPlanId,
  readTaxes,
  readTerminationFee,
  terminationFeeText,
  typicalValue,
} from './label-fields.js';

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
  if (required === undefined && months === undefined)
    return { beside: defined({ contractTermsUrl: row.url('contract_terms_url') }) };
  if (required && months === undefined) row.fail('contract_time', 'is required if contract_req is Yes');
  const termsUrl = row.mergedUrl('contract_terms_url');
  return { contract: defined({ months: months ?? 0, required: required ?? Boolean(months), termsUrl }) };
}

/** An empty cell means unlimited data; without the column, the cap is unknown. */
function readDataCap(row: FileRow): number | null | undefined {
  if (!row.has('monthly_data_allow')) return undefined;
  const text = row.text('monthly_data_allow');
  return text === undefined || /^unlimited$/i.test(text) ? null : row.number('monthly_data_allow', '50');
}

function read(row: FileRow): Record<string, unknown> {
  const id = row.text('unique_plan_id');
  const { onLabel, beside } = planIdMembers(id);
  const { contract = null, beside: besideContract } = readContract(row);
  const oneTimeFees = row.fees('single_purchase_fees', 'single_purchase_fee_descr', {
    defaultName: oneTimeFee,
  });
  const monthlyFees = row.fees('monthly_provider_fees', 'monthly_provider_fee_descr', {
    defaultName: monthlyFee,
  });
  const termination = readTerminationFee(row, 'early_termination_fee');
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
    fees: {
      ...(row.has('single_purchase_fees') ? noSetupFees : {}),
      earlyTerminationFee: termination.amount,
    },
    contract,
    taxes: readTaxes(row, 'tax'),
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
        earlyTerminationFeeText: termination.text,
        monthlyFeeDetails: feeDetails(monthlyFees, row.text('monthly_provider_fee_descr'), monthlyFee),
        oneTimeFeeDetails: feeDetails(oneTimeFees, row.text('single_purchase_fee_descr'), oneTimeFee),
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

function write(offer: ExportedOffer): Cells {
  const { introductory, contract } = offer;
  const data = dataOf(offer.complianceData);
  const facts = dataOf(data.broadbandLabel);
  const monthlyFees = onlyMandatory(offer.monthlyFees);
  const oneTimeFees = feesAtStart(offer);
  const introductoryPrice = decimalOf(introductory?.monthlyPrice ?? data.introductoryPrice);
  return {
    unique_plan_id: publishedPlanId(offer, facts, data),
    provider_name: publishedText(data.providerName),
    service_plan_name: offer.name,
    tier_plan_name: publishedText(data.tierPlanName),
    connection_type: connectionText(data.connection),
    monthly_price: decimalOf(offer.monthlyPrice),
    intro_rate: introductoryPrice === undefined ? 'No' : 'Yes',
    intro_rate_price: introductoryPrice,
    intro_rate_time: decimalOf(introductory?.months),
    contract_req: flagOf(contract?.required ?? data.contractRequired),
    contract_time: contract?.months || contract?.required ? decimalOf(contract.months) : undefined,
    contract_terms_url: publishedText(contract?.termsUrl) ?? publishedText(data.contractTermsUrl),
    early_termination_fee: terminationFeeText(offer),
    single_purchase_fee_descr:
      feeDetails(oneTimeFees, publishedText(data.oneTimeFeeDetails), oneTimeFee) ?? feeNamesOf(oneTimeFees),
    single_purchase_fees: amountsOf(oneTimeFees),
    monthly_provider_fee_descr:
      feeDetails(monthlyFees, publishedText(data.monthlyFeeDetails), monthlyFee) ?? feeNamesOf(monthlyFees),
    monthly_provider_fees: amountsOf(monthlyFees),
    tax: taxesCell(offer.taxes),
    bundle_discounts_url: publishedText(data.discountsUrl),
    typical_download_speed: typicalText(facts, 'typicalDownload'),
    typical_upload_speed: typicalText(facts, 'typicalUpload'),
    typical_latency: typicalText(facts, 'typicalLatency'),
    monthly_data_allow: dataCapText(offer, facts),
    over_usage_data_price: decimalOf(facts.overagePrice),
    additional_data_increments: decimalOf(facts.overageIncrementGb),
    data_allowance_policy_url: publishedText(data.dataAllowancePolicyUrl),
    network_management_policy_url: publishedText(data.networkManagementUrl),
    privacy_policy_url: publishedText(data.privacyPolicyUrl),
    customer_support_phone: publishedText(data.supportPhone),
    customer_support_web: publishedText(data.supportUrl),
  };
}

/** A connection by satellite is a fixed one in this format. */
const connectionText = (connection: unknown) =>
  connection === 'Satellite' ? 'Fixed' : publishedText(connection);

export const fccBroadbandLabel: FileFormat = {
  name: 'fcc-broadband-label',
  title: 'FCC broadband labels',
  source: 'Federal Communications Commission, template of May 2024 for machine-readable labels (47 CFR 8.1)',
  identifiedBy: 'unique_plan_id',
  category: 'internet',
  extraIn: 'complianceData',
  emptyCell: 'NULL',
  columns: fccColumns,
  read,
  write,
};
