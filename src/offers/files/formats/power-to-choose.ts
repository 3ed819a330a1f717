import type { labelUsages } from '../../pricing/per-kwh.js';
import { dataOf, decimalOf, flagOf, publishedText, type Cells, type ExportedOffer } from './cells.js';
import { languages, parseLanguage } from '../row-language.js';
import { defined, type FileFormat } from './file-format.js';
import { parseAmount, type FileRow } from './file-row.js';
import { powerToChooseColumns } from './power-to-choose-columns.js';

/** Names of the utilities in the regulator's file. */
const utilities: readonly [RegExp, string][] = [
  [/ONCOR/, 'ONCOR'],
  [/CENTERPOINT/, 'CENTERPOINT'],
  [/AEP.*CENTRAL/, 'AEP_CENTRAL'],
  [/AEP.*NORTH/, 'AEP_NORTH'],
  [/TNMP|TEXAS.*NEW.*MEXICO/, 'TNMP'],
  [/LUBBOCK|LPL|LP_L/, 'LPL'],
  [/NUECES/, 'NUECES'],
];

const toCode = (name: string) =>
  name
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_|_$/g, '');

function utilityOf(name: string): string {
  const code = toCode(name);
  return utilities.find(([pattern]) => pattern.test(code))?.[1] ?? code;
}

function readUtility(row: FileRow) {
  const name = row.text('tdu_area') ?? '';
  const utility = utilityOf(name);
  return { utility, utilityName: name === utility ? undefined : name };
}

const rateTypes = {
  fixed: 'fixed',
  variable: 'variable',
  indexed: 'indexed',
  'indexed (market rate)': 'indexed',
} as const;

function readLanguage(row: FileRow) {
  const text = row.text('language');
  if (text === undefined) return undefined;
  return parseLanguage(text) ?? row.fail('language', `must be ${languages.join(' or ')}`);
}

/** What follows an amount per remaining month, and what comes before it. */
const perMonth =
  /^\s{0,3}(?:usd|dollars?)?\s{0,3}(?:\/|per|for (?:each|every)|each|every|x|×|\*|times|multiplied by)\s{0,3}(?:the )?(?:number of )?(?:each )?(?:full |partial )?(?:remaining |unused )?mo(?:nth)?s?\b/i;
const monthsTimes =
  /\bmonths?(?: remaining| left)?(?: in (?:the|your) (?:contract|term))?\s{0,3}(?:x|×|\*|times|multiplied by)\s{0,3}$/i;
/** Words in the presence of which an amount alone is not the whole fee. */
const isConditional = /remaining|\bleft\b|pro-?rat|declin|\bup to\b|\bat least\b|\bm(?:in|ax)imum\b|%/i;
const isSum = (text: string) => /\bplus\b|\band\b|\+/i.test(text) && !/\bor\b|\bif\b/i.test(text);

/** The fee for ending a contract, as far as a text says it: once, and per remaining month. */
interface CancelFee {
  once?: number;
  perMonth?: number;
  /** The words, unless they are no more than an amount. */
  text?: string;
}

/**
 * Reads a fee such as `150.0`, `Cancellation Fee: $150.00` or `$20 per month remaining`. An amount that is not all that the
 * customer pays, such as one of two that depend on the date, is left to the text.
 */
function parseCancelFee(text: string | undefined): CancelFee {
  if (text === undefined) return {};
  const plain = parseAmount(text);
  if (plain !== undefined) return { once: plain };
  const [flat, monthly] = [new Set<number>(), new Set<number>()];
  for (const match of text.matchAll(/\$\s{0,3}(\d[\d,]{0,15}(?:\.\d{1,15})?)/g)) {
    const amount = parseAmount((match[1] ?? '').replace(/,$/, ''));
    if (amount === undefined) continue;
    const [start, end] = [match.index, match.index + match[0].length];
    const isPerMonth =
      perMonth.test(text.slice(end, end + 100)) ||
      monthsTimes.test(text.slice(Math.max(0, start - 100), start));
    (isPerMonth ? monthly : flat).add(amount);
  }
  const only = (amounts: ReadonlySet<number>) => (amounts.size === 1 ? [...amounts][0] : undefined);
  const isWhole = monthly.size === 0 ? !isConditional.test(text) : isSum(text);
  return { once: isWhole ? only(flat) : undefined, perMonth: only(monthly), text };
}

function read(row: FileRow): Record<string, unknown> {
  const rateType =
    row.choice('rate_type', rateTypes) ??
    (row.flag('fixed') === false ? 'variable' : row.flag('fixed') && 'fixed');
  const months = row.integer('term_months');
  const fee = parseCancelFee(row.text('early_termination_fee'));
  const renewable = row.number('renewable_pct', '26');
  return defined({
    externalId: row.text('plan_id'),
    name: row.text('plan_name'),
    category: 'energy',
    currency: 'USD',
    description: row.text('special_terms') ?? null,
    pricingType: rateType === undefined ? undefined : rateType === 'fixed' ? 'fixed' : 'variable',
    contract:
      months === undefined
        ? null
        : defined({
            months,
            required: months > 0,
            earlyTerminationFeePerRemainingMonth: row.has('early_termination_fee')
              ? (fee.perMonth ?? null)
              : undefined,
          }),
    fees: { earlyTerminationFee: fee.once ?? null },
    serviceArea: { states: ['TX'] },
    serviceSpecificData: {
      ...row.extra,
      ...defined({
        energyType: 'electricity',
        contractLengthMonths: months,
        renewablePercentage: renewable,
        rateType,
        ...readUtility(row),
        prepaid: row.flag('is_prepaid'),
        timeOfUse: row.flag('is_tou'),
        planId: row.text('plan_id'),
        retailer: row.text('rep_name'),
        language: readLanguage(row),
        baseChargeMonthly: row.number('base_charge_monthly', '4.95'),
        cancelFee: fee.text,
        promotion: row.flag('promotion'),
        promotionDetails: row.textOrFlag('promotion_details'),
        feesAndCredits: row.textOrFlag('fees_credits'),
        minimumUsageFeesOrCredits: row.textOrFlag('min_usage_fees'),
        enrollmentUrl: row.url('enrollment_url'),
        website: row.url('website'),
        prepaidUrl: row.url('prepaid_url'),
        enrollmentPhone: row.text('enroll_phone'),
        newCustomersOnly: row.flag('new_customer'),
      }),
    },
    complianceData: defined({
      electricityFactsLabel: defined({
        url: row.url('efl_url'),
        avgPrice500kwh: row.centsPerKwh('price_kwh_500'),
        avgPrice1000kwh: row.centsPerKwh('price_kwh_1000'),
        avgPrice2000kwh: row.centsPerKwh('price_kwh_2000'),
        renewablePercent: renewable,
      }),
      termsOfServiceUrl: row.url('terms_url'),
    }),
  });
}

/** Returns the fee for ending the contract, in the words of the retailer as long as they say the same. */
function cancelFeeText({ fees, contract, serviceSpecificData }: ExportedOffer): string | undefined {
  const text = publishedText(serviceSpecificData?.cancelFee);
  const once = fees?.earlyTerminationFee ?? undefined;
  // Without the length of the contract, the amount per month is only in the text.
  const said = parseCancelFee(text);
  const monthly = contract ? (contract.earlyTerminationFeePerRemainingMonth ?? undefined) : said.perMonth;
  if (text !== undefined && said.once === once && said.perMonth === monthly) return text;
  if (!contract || monthly === undefined) return decimalOf(once);
  const perRemaining = `$${decimalOf(monthly)} per month remaining`;
  return once === undefined ? perRemaining : `$${decimalOf(once)} plus ${perRemaining}`;
}

/** Returns an average price in dollars as the regulator's file has it; one of a dollar or more would be read as cents. */
const priceText = (cents: unknown) =>
  typeof cents === 'number' ? decimalOf(cents < 100 ? Number(`${cents}e-2`) : cents) : undefined;

const words: [string, string] = ['True', 'False'];
const capitals: [string, string] = ['TRUE', 'FALSE'];

function write(offer: ExportedOffer): Cells {
  const service = dataOf(offer.serviceSpecificData);
  const compliance = dataOf(offer.complianceData);
  const facts = dataOf(compliance.electricityFactsLabel);
  const { rateType } = service;
  const utilityName = publishedText(service.utilityName);
  const priceAt = (usage: (typeof labelUsages)[number]) =>
    priceText(facts[`avgPrice${usage}kwh`] ?? offer.pricing?.perKwh[usage]);
  const isUtility = utilityName !== undefined && utilityOf(utilityName) === service.utility;
  return {
    plan_id: publishedText(service.planId) ?? publishedText(offer.externalId),
    tdu_area: isUtility ? utilityName : publishedText(service.utility),
    rep_name: publishedText(service.retailer),
    plan_name: offer.name,
    price_kwh_500: priceAt(500),
    price_kwh_1000: priceAt(1000),
    price_kwh_2000: priceAt(2000),
    fees_credits: flagOf(service.feesAndCredits, capitals),
    is_prepaid: flagOf(service.prepaid, words),
    is_tou: flagOf(service.timeOfUse, words),
    fixed: rateType === undefined ? undefined : rateType === 'fixed' ? '1' : '0',
    rate_type:
      typeof rateType === 'string' ? rateType.replace(/^./, (first) => first.toUpperCase()) : undefined,
    renewable_pct: decimalOf(service.renewablePercentage ?? facts.renewablePercent),
    term_months: decimalOf(service.contractLengthMonths ?? offer.contract?.months),
    early_termination_fee: cancelFeeText(offer),
    website: publishedText(service.website),
    special_terms: publishedText(offer.description),
    terms_url: publishedText(compliance.termsOfServiceUrl),
    promotion: flagOf(service.promotion, words),
    promotion_details: flagOf(service.promotionDetails, words),
    efl_url: publishedText(facts.url),
    enrollment_url: publishedText(service.enrollmentUrl),
    prepaid_url: publishedText(service.prepaidUrl),
    enroll_phone: publishedText(service.enrollmentPhone),
    new_customer: flagOf(service.newCustomersOnly, words),
    min_usage_fees: flagOf(service.minimumUsageFeesOrCredits, capitals),
    language: publishedText(service.language),
    base_charge_monthly: decimalOf(service.baseChargeMonthly),
  };
}

export const powerToChoose: FileFormat = {
  name: 'power-to-choose',
  title: 'Power to Choose',
  source: 'Public Utility Commission of Texas, export of powertochoose.org',
  identifiedBy: 'plan_id',
  hasLanguages: true,
  category: 'energy',
  extraIn: 'serviceSpecificData',
  emptyCell: '',
  columns: powerToChooseColumns,
  read,
  write,
};
