import {
  amountsOf,
  dataOf,
  decimalOf,
  feeDetails,
  feeNamesOf,
  flagOf,
  onlyMandatory,
  feesAtStart,
  taxesCell,
  publishedText,
  type Cells,
  type ExportedOffer,
} from './cells.js';
import { parseAmount } from './file-row.js';
import { monthlyFee, oneTimeFee, publishedPlanId, terminationFeeText, toMbps } from './label-fields.js';

/** Units of speeds, by the words that files contain in any case. */
export const units = { kbps: 'kbps', mbps: 'Mbps', gbps: 'Gbps', tbps: 'Tbps', pbps: 'Pbps' } as const;

export const mbpsPerUnit = {
  kbps: 0.001,
  Mbps: 1,
  Gbps: 1_000,
  Tbps: 1_000_000,
  Pbps: 1_000_000_000,
} as const;

type Unit = keyof typeof mbpsPerUnit;
type Data = Record<string, unknown>;

const numberWords =
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  );
const wordValues = new Map([
  ...numberWords.map((word, index) => [word, index + 1] as const),
  ['twenty-four', 24] as const,
  ['thirty', 30] as const,
  ['thirty-six', 36] as const,
]);
const countForms = [String.raw`\d{1,9}(?:\.\d{1,2})?`, ...[...wordValues.keys()].toReversed(), 'an?', 'the']
  .join('|')
  .replaceAll('-', '[- ]');
/** A number of months or years; in `3 to 6 months` and `$40 mo` there is none. */
const period = new RegExp(
  String.raw`(?<![\w.,$]|\d\s{0,3}(?:-|–|to|or|and)\s{0,3})(?:(first|initial|for)\s{1,3})?(?:(${countForms})[\s)-]{0,4})?(mo(?:nth)?s?|ye?a?rs?)\b`,
  'gi',
);

/**
 * Returns the number of months in a text such as `for the first 6 months`, `1 year` or `24-month contract`; undefined if
 * there is none, or several that could be meant.
 */
export function monthsIn(text: string | undefined): number | undefined {
  const [first, others] = [new Set<number>(), new Set<number>()];
  for (const [, before = '', count = '', unit = ''] of (text ?? '').matchAll(period)) {
    const word = count.toLowerCase().replace(' ', '-');
    const isFirst = /^(?:first|initial)$/i.test(before);
    // `a month` alone is a rate, but `for a month` and `first year` are periods.
    const number =
      wordValues.get(word) ??
      (/^\d/.test(word) ? Number(word) : (isFirst && word === '') || (before && /^an?$/.test(word)) ? 1 : 0);
    const months = Math.round(number * (/^y/i.test(unit) ? 12 : 1) * 100) / 100;
    if (months > 0 && Number.isInteger(months)) (isFirst ? first : others).add(months);
  }
  const [months, ...more] = first.size > 0 ? first : others;
  return more.length > 0 ? undefined : months;
}

/** Returns the amount of data in a text such as `per 10 GB`; undefined if there is none, or several. */
export function gigabytesIn(text: string | undefined): number | undefined {
  const amounts = new Set(
    [...(text ?? '').matchAll(/(?<![\d.,])(\d{1,9}(?:\.\d{1,9})?)\s{0,3}-?\s{0,3}GB/gi)].map(([, digits]) =>
      Number(digits),
    ),
  );
  return amounts.size === 1 ? [...amounts][0] : undefined;
}

/** The fee that stands for those that are passed through, of which only the maximum is known. */
export const passThroughFee = 'Pass-through fees (maximum)';

/** Returns a description as long as it contains the number that belongs to it, or else another one. */
const describing = (
  text: string | undefined,
  [numberIn, number]: readonly [(text: string | undefined) => number | undefined, number | undefined],
  otherwise: string,
) => (number === undefined || numberIn(text) === number ? text : otherwise);

const numberOr = (value: unknown) => (typeof value === 'number' ? value : undefined);

/** Returns the ends of a range; a single value is both. */
const endsOf = (data: Data, name: string, unit = '') => ({
  low: numberOr(data[`${name}Low${unit}`]) ?? numberOr(data[name]),
  high: numberOr(data[`${name}High${unit}`]) ?? numberOr(data[name]),
});

/** Writes speeds in the unit that the file had, or else in one that makes them short. */
function speedCells(
  direction: 'download' | 'upload',
  given: unknown,
  [marketed, typical]: readonly Ends[],
): Cells {
  const speeds = {
    marketed_low: marketed?.low,
    marketed_high: marketed?.high,
    typical_low: typical?.low,
    typical_high: typical?.high,
  };
  const highest = Math.max(...Object.values(speeds).map((speed) => speed ?? -1));
  const isUnit = typeof given === 'string' && Object.hasOwn(mbpsPerUnit, given);
  const unit = isUnit ? (given as Unit) : highest < 0 ? undefined : highest < 1000 ? 'Mbps' : 'Gbps';
  const cells: Cells = { [`bandwidth_${direction}_units`]: unit };
  for (const [name, mbps] of Object.entries(speeds))
    if (mbps !== undefined && unit !== undefined)
      cells[`bandwidth_${direction}_${name}`] = decimalOf(toMbps(mbps, 1 / mbpsPerUnit[unit]));
  return cells;
}

interface Ends {
  low: number | undefined;
  high: number | undefined;
}

function contractCells({ contract }: ExportedOffer, data: Data): Cells {
  const details = publishedText(data.contractDetails);
  const months = contract?.required ? contract.months : undefined;
  return {
    contract_required: flagOf(contract?.required ?? data.contractRequired),
    contract_details: describing(details, [monthsIn, months], `${months} months`),
    contract_terms_uri: publishedText(contract?.termsUrl) ?? publishedText(data.contractTermsUrl),
  };
}

function feeCells(offer: ExportedOffer, data: Data): Cells {
  const monthly = onlyMandatory(offer.monthlyFees);
  const passedThrough = monthly.findLast(
    ({ name, kind }) => kind === 'passThrough' && name === passThroughFee,
  );
  const recurring = monthly.filter((fee) => fee !== passedThrough);
  const oneTime = feesAtStart(offer);
  return {
    fee_one_time_amount: amountsOf(oneTime),
    fee_one_time_details:
      feeDetails(oneTime, publishedText(data.oneTimeFeeDetails), oneTimeFee) ?? feeNamesOf(oneTime),
    fee_recurring: amountsOf(recurring),
    fee_recurring_description:
      feeDetails(recurring, publishedText(data.monthlyFeeDetails), monthlyFee) ?? feeNamesOf(recurring),
    fee_pass_through_recurring: decimalOf(passedThrough?.amount),
    fee_early_termination: terminationFeeText(offer),
    fee_early_termination_description: publishedText(data.earlyTerminationFeeDescription),
  };
}

function dataUsageCells(label: Data, data: Data): Cells {
  const [price, increment] = [numberOr(label.overagePrice), numberOr(label.overageIncrementGb)];
  const fee = publishedText(data.dataUsageFee);
  const isCurrent = price === undefined || parseAmount(fee ?? '') === price;
  return {
    policy_data_usage: flagOf(data.hasDataUsagePolicy),
    fee_data_usage: isCurrent ? fee : decimalOf(price),
    fee_data_usage_description: describing(
      publishedText(data.dataUsageFeeDescription),
      [gigabytesIn, increment],
      `per ${decimalOf(increment)} GB`,
    ),
    uri_data_usage: publishedText(data.dataAllowancePolicyUrl),
  };
}

/** Writes an offer into the 56 columns. */
export function writeBblabel(offer: ExportedOffer): Cells {
  const { introductory } = offer;
  const data = dataOf(offer.complianceData);
  const label = dataOf(data.broadbandLabel);
  const service = dataOf(offer.serviceSpecificData);
  const hasService = typeof service.maxBandwidth === 'number';
  const latency = endsOf(label, 'typicalLatency');
  const cells: Cells = {
    date_published: publishedText(data.datePublished),
    regulator_name: publishedText(data.regulatorName),
    regulator_version_number: publishedText(data.regulatorVersion),
    connection_type: publishedText(data.connection)?.toLowerCase(),
    fcc_registration_number: publishedText(data.fccRegistrationNumber),
    unique_plan_identifier: publishedPlanId(offer, label, data),
    network_technology_type: decimalOf(label.technologyCode),
    provider_name: publishedText(data.providerName),
    service_plan_name: offer.name,
    latency_idle_low: decimalOf(latency.low),
    latency_idle_high: decimalOf(latency.high),
    currency: offer.currency,
    price_type: publishedText(data.priceType),
    price_details: publishedText(data.priceDetails),
    price_recurring: decimalOf(offer.monthlyPrice),
    fee_introductory: decimalOf(introductory?.monthlyPrice ?? data.introductoryPrice),
    fee_introductory_description: describing(
      publishedText(data.introductoryDescription),
      [monthsIn, introductory?.months],
      `for the first ${introductory?.months} months`,
    ),
    government_taxes: taxesCell(offer.taxes),
    restrictions_apply: flagOf(data.restrictions),
    uri_policy_network_management: publishedText(data.networkManagementUrl),
    uri_policy_privacy: publishedText(data.privacyPolicyUrl),
    uri_customer_support: publishedText(data.supportUrl),
    customer_support_phone: publishedText(data.supportPhone),
    country_code: publishedText(data.countryCode),
    asn: publishedText(data.asn),
    uri_policy_additional_terms: publishedText(data.additionalTermsUrl),
    language: publishedText(data.language),
    latency_working_low: decimalOf(data.latencyWorkingLowMs),
    latency_working_high: decimalOf(data.latencyWorkingHighMs),
    jitter_low: decimalOf(data.jitterLowMs),
    jitter_high: decimalOf(data.jitterHighMs),
    uptime: decimalOf(data.uptime),
  };
  // Not by spreads in the middle, which take ten times as long.
  return Object.assign(
    cells,
    speedCells('download', data.downloadUnits, [
      hasService
        ? { low: numberOr(service.minBandwidth), high: numberOr(service.maxBandwidth) }
        : endsOf(data, 'marketedDownload', 'Mbps'),
      endsOf(label, 'typicalDownload'),
    ]),
    speedCells('upload', data.uploadUnits, [
      endsOf(hasService ? service : data, 'marketedUpload', 'Mbps'),
      endsOf(label, 'typicalUpload'),
    ]),
    contractCells(offer, data),
    feeCells(offer, data),
    dataUsageCells(label, data),
  );
}
