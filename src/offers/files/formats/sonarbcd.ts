import {
  dataCapText,
  dataOf,
  decimalOf,
  flagOf,
  onlyMandatory,
  noSetupFees,
  feesAtStart,
  publishedText,
  typicalText,
  type Cells,
  type ExportedOffer,
} from './cells.js';
import { defined, definedOrNone, type FileFormat } from './file-format.js';
import type { FileRow } from './file-row.js';
import {
  feeKind,
  monthlyFee,
  oneTimeFee,
  planIdMembers,
  publishedPlanId,
  readTerminationFee,
  terminationFeeText,
  toMbps,
  typicalValue,
} from './label-fields.js';
import { maxFees, sonarBcdColumns } from './sonarbcd-columns.js';

function readFees(row: FileRow, kind: 'monthly' | 'one_time', defaultName: string) {
  return Array.from({ length: maxFees }, (_, index) => index + 1).flatMap((number) => {
    const amount = row.number(`${kind}_fee_price_${number}`);
    const name = row.text(`${kind}_fee_name_${number}`);
    if (amount === undefined && name !== undefined)
      row.fail(`${kind}_fee_price_${number}`, `is required for the fee ${name}`);
    return amount === undefined ? [] : [{ name: name ?? `${defaultName} ${number}`, amount }];
  });
}

/**
 * Returns the identifier that the label shows: the registration number, and the ID of the plan with leading zeros. The
 * unique plan identifier has the leading zeros of the registration number, too, which the generator does not add.
 */
function readPlanId(row: FileRow): { shown?: string; unique?: string } {
  const [registration, plan] = [row.text('fcc_id'), row.text('data_service_id')];
  const type = row.choice('fixed_or_mobile', { fixed: 'F', mobile: 'M' });
  if (registration === undefined || plan === undefined || type === undefined) return {};
  const part = plan.padStart(15, '0');
  return { shown: type + registration + part, unique: type + registration.padStart(10, '0') + part };
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
  const termination = readTerminationFee(row, 'early_termination_fee');
  const { onLabel, beside } = planIdMembers(id.unique);
  const months = row.integer('contract_duration', '24') ?? 0;
  return defined({
    externalId: id.shown,
    name: row.text('data_service_name'),
    category: 'internet',
    currency: 'USD',
    pricingType: 'fixed',
    monthlyPrice: row.number('data_service_price'),
    introductory: readIntroductory(row),
    monthlyFees: readFees(row, 'monthly', monthlyFee).map((fee) => ({ ...fee, kind: feeKind(fee.name) })),
    oneTimeFees: readFees(row, 'one_time', oneTimeFee),
    fees: {
      ...(row.has('one_time_fee_price_1') ? noSetupFees : {}),
      earlyTerminationFee: termination.amount,
    },
    contract: defined({ months, required: months > 0, termsUrl: row.mergedUrl('contract_url') }),
    complianceData: {
      ...row.extra,
      ...defined({
        broadbandLabel: definedOrNone({
          ...onLabel,
          ...typicalValue('typicalDownload', readSpeed(row, 'dl_speed_in_kbps')),
          ...typicalValue('typicalUpload', readSpeed(row, 'ul_speed_in_kbps')),
          ...typicalValue('typicalLatency', row.range('latency_in_ms')),
          dataCapGb: row.has('data_included_in_monthly_price')
            ? (row.number('data_included_in_monthly_price', '50') ?? null)
            : undefined,
          overagePrice: row.number('overage_fee', '10.00'),
          overageIncrementGb: row.number('overage_data_amount', '5'),
        }),
        networkManagementUrl: row.url('network_management_url'),
        ...beside,
        earlyTerminationFeeText: termination.text,
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

/** Writes a speed: an integer in kbps, or else a number of Mbps with decimals. */
function speedText(label: Record<string, unknown>, name: string): string | undefined {
  const mbps = [label[name], label[`${name}Low`], label[`${name}High`]].find(
    (each) => typeof each === 'number',
  );
  if (mbps === undefined) return undefined;
  const kbps = toMbps(mbps, 1000);
  const text = decimalOf(Number.isInteger(kbps) ? kbps : mbps);
  return Number.isInteger(kbps) || text?.includes('.') ? text : `${text}.0`;
}

/** Adds the cells of fees. By assignment, because an object that begins with a spread takes ten times as long. */
function addFees(
  cells: Cells,
  kind: 'monthly' | 'one_time',
  fees: readonly { name: string; amount: number }[],
): void {
  for (const [index, { name, amount }] of fees.slice(0, maxFees).entries()) {
    cells[`${kind}_fee_name_${index + 1}`] = name;
    cells[`${kind}_fee_price_${index + 1}`] = decimalOf(amount);
  }
}

/** Returns the registration number and the ID of the plan, which the unique plan identifier consists of. */
function planIdCells(
  offer: ExportedOffer,
  data: Record<string, unknown>,
  facts: Record<string, unknown>,
): Cells {
  const [registration, plan] = [publishedText(data.fccId), publishedText(data.dataServiceId)];
  const id = publishedPlanId(offer, facts, data) ?? '';
  const [, type, number, rest] = /^([FM])(\d{10})([A-Z0-9]{1,15})$/.exec(id) ?? [];
  return {
    fcc_id: registration ?? number,
    data_service_id: plan ?? rest?.replace(/^0+(?=.)/, '') ?? id,
    fixed_or_mobile: publishedText(data.connection) ?? (type === 'M' ? 'Mobile' : 'Fixed'),
  };
}

function write(offer: ExportedOffer): Cells {
  const { introductory, contract } = offer;
  const data = dataOf(offer.complianceData);
  const facts = dataOf(data.broadbandLabel);
  const id = planIdCells(offer, data, facts);
  const cells: Cells = {
    fcc_id: id.fcc_id,
    data_service_id: id.data_service_id,
    fixed_or_mobile: id.fixed_or_mobile,
    company_name: publishedText(data.providerName),
    discounts_and_bundles_url: publishedText(data.discountsUrl),
    acp: flagOf(data.acp),
    customer_support_url: publishedText(data.supportUrl),
    customer_support_phone: publishedText(data.supportPhone),
    network_management_url: publishedText(data.networkManagementUrl),
    privacy_policy_url: publishedText(data.privacyPolicyUrl),
    data_service_name: offer.name,
    data_service_price: decimalOf(offer.monthlyPrice),
    billing_frequency_in_months: decimalOf(data.billingFrequencyMonths),
    introductory_period_in_months: decimalOf(introductory?.months),
    introductory_price_per_month: decimalOf(introductory?.monthlyPrice),
    contract_duration: contract?.months ? decimalOf(contract.months) : undefined,
    contract_url: publishedText(contract?.termsUrl),
    early_termination_fee: terminationFeeText(offer),
    dl_speed_in_kbps: speedText(facts, 'typicalDownload'),
    ul_speed_in_kbps: speedText(facts, 'typicalUpload'),
    latency_in_ms: typicalText(facts, 'typicalLatency'),
    data_included_in_monthly_price: dataCapText(offer, facts),
    overage_fee: decimalOf(facts.overagePrice),
    overage_data_amount: decimalOf(facts.overageIncrementGb),
  };
  addFees(cells, 'monthly', onlyMandatory(offer.monthlyFees));
  addFees(cells, 'one_time', feesAtStart(offer));
  return cells;
}

export const sonarBcd: FileFormat = {
  name: 'sonarbcd',
  title: 'Label generator sonarbcd',
  source: 'https://github.com/t1nfoil/sonarbcd',
  identifiedBy:
    'fixed_or_mobile, fcc_id and data_service_id, as the unique plan identifier that the label shows',
  category: 'internet',
  extraIn: 'complianceData',
  emptyCell: '',
  columns: sonarBcdColumns,
  read,
  write,
};
