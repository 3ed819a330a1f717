import { bblabelColumns } from './bblabel-columns.js';
import { feeDetails, noSetupFees } from './cells.js';
import { defined, definedOrNone, type FileFormat } from './file-format.js';
import { parseAmount, type FileRow, type NumberRange } from './file-row.js';
import {
  feeKind,
  monthlyFee,
  oneTimeFee,
  planIdMembers,
  readTaxes,
  readTerminationFee,
  toMbps,
  typicalValue,
} from './label-fields.js';
import { gigabytesIn, mbpsPerUnit, monthsIn, passThroughFee, units, writeBblabel } from './write-bblabel.js';

/** Types of connection by the FCC's code of the technology. A mobile connection is of none of them. */
const connectionTypes: readonly [pattern: RegExp, type: string][] = [
  [/^(10|11|12|20|30)$/, 'dsl'],
  [/^4\d$/, 'cable'],
  [/^50$/, 'fiber'],
  [/^6\d$/, 'satellite'],
  [/^7\d$/, 'fixed_wireless'],
];

/** Returns the ends of a range; with one of them only, both are equal. */
function readRange(row: FileRow, prefix: string): NumberRange | undefined {
  const [low, high] = [row.number(`${prefix}_low`, '67'), row.number(`${prefix}_high`, '622')];
  const [from, to] = [low ?? high, high ?? low];
  return from === undefined || to === undefined ? undefined : { low: from, high: to };
}

/** Returns a range of speeds in Mbps. */
function readSpeeds(row: FileRow, direction: 'download' | 'upload', kind: 'marketed' | 'typical') {
  const range = readRange(row, `bandwidth_${direction}_${kind}`);
  if (!range) return undefined;
  const unit = row.choice(`bandwidth_${direction}_units`, units);
  if (unit === undefined) return row.fail(`bandwidth_${direction}_units`, 'is required with a speed');
  return { low: toMbps(range.low, mbpsPerUnit[unit]), high: toMbps(range.high, mbpsPerUnit[unit]) };
}

/** The number of months is only in the description, such as "for the first 6 months". Without it, no cost is true. */
function readIntroductory(row: FileRow) {
  const monthlyPrice = row.number('fee_introductory');
  const description = row.text('fee_introductory_description');
  const months = monthsIn(description);
  // No fee and no words about it mean that there is no introductory price.
  if (monthlyPrice !== undefined && months === undefined && (monthlyPrice > 0 || description !== undefined))
    row.fail(
      'fee_introductory_description',
      'must contain for how many months or years the introductory price applies, such as: for the first 6 months',
    );
  return monthlyPrice === undefined || months === undefined
    ? {
        introductory: null,
        beside: { introductoryPrice: monthlyPrice, introductoryDescription: description },
      }
    : { introductory: { monthlyPrice, months }, beside: { introductoryDescription: description } };
}

function readContract(row: FileRow) {
  const required = row.flag('contract_required');
  const details = row.text('contract_details');
  const months = required === false ? 0 : monthsIn(details);
  return required === undefined || months === undefined
    ? {
        contract: null,
        beside: {
          contractRequired: required,
          contractDetails: details,
          contractTermsUrl: row.url('contract_terms_uri'),
        },
      }
    : {
        contract: defined({ months, required, termsUrl: row.mergedUrl('contract_terms_uri') }),
        beside: { contractDetails: details },
      };
}

function readMonthlyFees(row: FileRow) {
  const fees = row
    .fees('fee_recurring', 'fee_recurring_description', { defaultName: monthlyFee, isText: true })
    .map((fee) => ({ ...fee, kind: feeKind(fee.name) as string }));
  const details = feeDetails(fees, row.text('fee_recurring_description'), monthlyFee);
  const amount = row.number('fee_pass_through_recurring', '1.99');
  return { details, fees: amount ? [...fees, { name: passThroughFee, amount, kind: 'passThrough' }] : fees };
}

function readService(row: FileRow) {
  const code = String(row.integer('network_technology_type', '50') ?? '');
  const [, connectionType] = connectionTypes.find(([pattern]) => pattern.test(code)) ?? [];
  const marketed = readSpeeds(row, 'download', 'marketed');
  const upload = readSpeeds(row, 'upload', 'marketed');
  const uploads = { marketedUploadLowMbps: upload?.low, marketedUploadHighMbps: upload?.high };
  if (marketed && connectionType !== undefined)
    return {
      service: defined({
        minBandwidth: marketed.low,
        maxBandwidth: marketed.high,
        connectionType,
        ...uploads,
      }),
      beside: {},
    };
  const downloads = { marketedDownloadLowMbps: marketed?.low, marketedDownloadHighMbps: marketed?.high };
  return { service: null, beside: { ...downloads, ...uploads } };
}

/** Reads what the schema of the label does not define, under keys of its own. */
const readRest = (row: FileRow) => ({
  downloadUnits: row.choice('bandwidth_download_units', units),
  uploadUnits: row.choice('bandwidth_upload_units', units),
  providerName: row.text('provider_name'),
  fccRegistrationNumber: row.text('fcc_registration_number'),
  connection: row.choice('connection_type', { fixed: 'Fixed', mobile: 'Mobile', satellite: 'Satellite' }),
  datePublished: row.text('date_published'),
  regulatorName: row.text('regulator_name'),
  regulatorVersion: row.text('regulator_version_number'),
  priceType: row.text('price_type'),
  priceDetails: row.text('price_details'),
  earlyTerminationFeeDescription: row.text('fee_early_termination_description'),
  hasDataUsagePolicy: row.flag('policy_data_usage'),
  dataUsageFee: row.text('fee_data_usage'),
  dataUsageFeeDescription: row.text('fee_data_usage_description'),
  dataAllowancePolicyUrl: row.url('uri_data_usage'),
  restrictions: row.textOrFlag('restrictions_apply'),
  privacyPolicyUrl: row.url('uri_policy_privacy'),
  supportUrl: row.url('uri_customer_support'),
  supportPhone: row.text('customer_support_phone'),
  countryCode: row.text('country_code'),
  asn: row.text('asn'),
  additionalTermsUrl: row.url('uri_policy_additional_terms'),
  language: row.text('language'),
  latencyWorkingLowMs: row.number('latency_working_low', '20'),
  latencyWorkingHighMs: row.number('latency_working_high', '40'),
  jitterLowMs: row.number('jitter_low', '1'),
  jitterHighMs: row.number('jitter_high', '5'),
  uptime: row.number('uptime', '0.999'),
});

function read(row: FileRow): Record<string, unknown> {
  const id = row.text('unique_plan_identifier');
  const { onLabel, beside } = planIdMembers(id);
  const introductory = readIntroductory(row);
  const contract = readContract(row);
  const termination = readTerminationFee(row, 'fee_early_termination');
  const monthly = readMonthlyFees(row);
  const oneTimeFees = row.fees('fee_one_time_amount', 'fee_one_time_details', {
    defaultName: oneTimeFee,
    isText: true,
  });
  const service = readService(row);
  const overagePrice = parseAmount(row.text('fee_data_usage') ?? '');
  const increment = gigabytesIn(row.text('fee_data_usage_description'));
  return defined({
    externalId: id,
    name: row.text('service_plan_name'),
    category: 'internet',
    currency: row.text('currency') ?? 'USD',
    pricingType: 'fixed',
    monthlyPrice: row.number('price_recurring'),
    introductory: introductory.introductory,
    monthlyFees: monthly.fees,
    oneTimeFees,
    fees: {
      ...(row.has('fee_one_time_amount') ? noSetupFees : {}),
      earlyTerminationFee: termination.amount,
    },
    contract: contract.contract,
    taxes: readTaxes(row, 'government_taxes'),
    serviceSpecificData: service.service,
    complianceData: {
      ...row.extra,
      ...defined({
        broadbandLabel: definedOrNone({
          ...onLabel,
          ...typicalValue('typicalDownload', readSpeeds(row, 'download', 'typical')),
          ...typicalValue('typicalUpload', readSpeeds(row, 'upload', 'typical')),
          ...typicalValue('typicalLatency', readRange(row, 'latency_idle')),
          technologyCode: row.integer('network_technology_type', '50'),
          ...(overagePrice !== undefined && increment !== undefined
            ? { overagePrice, overageIncrementGb: increment }
            : {}),
        }),
        networkManagementUrl: row.url('uri_policy_network_management'),
        ...beside,
        ...introductory.beside,
        ...contract.beside,
        ...service.beside,
        earlyTerminationFeeText: termination.text,
        monthlyFeeDetails: monthly.details,
        oneTimeFeeDetails: feeDetails(oneTimeFees, row.text('fee_one_time_details'), oneTimeFee),
        ...readRest(row),
      }),
    },
  });
}

export const bblabel: FileFormat = {
  name: 'bblabel-1',
  title: 'Broadband labels bblabel-1',
  source: 'BITAG and J. Livingood, draft of July 2024, https://github.com/jlivingood/Broadband-Labels',
  identifiedBy: 'unique_plan_identifier',
  category: 'internet',
  extraIn: 'complianceData',
  emptyCell: '',
  columns: bblabelColumns,
  read,
  write: writeBblabel,
};
