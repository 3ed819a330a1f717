import { currencyExponent } from '../../money/currency.js';
import { decimalPlaces } from '../../money/money.js';
import type { Taxes } from '../../offers/pricing/price-fields.js';
import type { EarlyTermination, LabelContract, LabelFee, LabelIntroductory } from '../values/label-fees.js';
import { labelRow, type Inline, type LabelRow } from './label-block.js';

const maxDecimals = 9;

/** What a label shows for a value that the offer does not state. */
export const notStated = 'Not stated';

const moneyFormats = new Map<string, Intl.NumberFormat>();

/**
 * Formats an amount in major units: `$1,234.50`, or `$0.005` if it has more decimal places than the currency. Without the
 * places, Intl rounds amounts in currencies such as HUF to integers.
 */
export function moneyText(amount: number, currency: string): string {
  const usual = currencyExponent(currency);
  const places = Math.max(usual, Math.min(maxDecimals, decimalPlaces(amount) ?? maxDecimals));
  const key = `${currency} ${places}`;
  const format =
    moneyFormats.get(key) ??
    new Intl.NumberFormat('en-US', {
      style: 'currency',
      currency,
      minimumFractionDigits: usual,
      maximumFractionDigits: places,
    });
  moneyFormats.set(key, format);
  return format.format(amount);
}

export const moneyOrNotStated = (amount: number | null, currency: string) =>
  amount === null ? notStated : moneyText(amount, currency);

const numbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: maxDecimals });
/** Formats a number with all of its decimal places, up to nine: `1,000` or `5.6032`. */
export const numberText = (value: number): string => numbers.format(value);

const tenths = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
/** Formats a price that was rounded to a tenth of a cent: `12.0¢`. */
export const averageText = (cents: number | null): string =>
  cents === null ? notStated : `${tenths.format(cents)}¢`;

export const monthsText = (months: number): string => (months === 1 ? '1 month' : `${months} months`);

export const linkOr = (href: string | null, text: string, otherwise: string = notStated): Inline =>
  href === null ? otherwise : { text, href };

export const taxesText = (taxes: Taxes | null, currency: string): string => {
  if (typeof taxes === 'number') return moneyText(taxes, currency);
  const words = { included: 'Included', varies: 'Varies by Location', notApplicable: 'Not Applicable' };
  return taxes === null ? notStated : words[taxes];
};

/** Returns a row with a name for a list of fees, and one for each fee. */
export function feeRows(name: string, fees: readonly LabelFee[] | null, currency: string): LabelRow[] {
  const heading = labelRow(name, fees === null ? notStated : fees.length === 0 ? 'None' : [], {
    strong: true,
  });
  const rows = (fees ?? []).map((fee) =>
    labelRow(fee.optional ? `${fee.name} (optional)` : fee.name, moneyText(fee.amount, currency), {
      indented: true,
    }),
  );
  return [heading, ...rows];
}

export function earlyTerminationText(
  { fee, feePerRemainingMonth }: EarlyTermination,
  currency: string,
): string {
  const parts = [
    ...(fee === null ? [] : [moneyText(fee, currency)]),
    ...(feePerRemainingMonth === null
      ? []
      : [`${moneyText(feePerRemainingMonth, currency)} per remaining month`]),
  ];
  return parts.length === 0 ? notStated : parts.join(' and ');
}

/** Returns the sentence on the contract, with a link to its terms. */
export function contractSentence(contract: LabelContract | null): readonly Inline[] {
  if (!contract) return ['Whether this Monthly Price requires a contract is not stated.'];
  const { required, months, termsUrl } = contract;
  if (!required) return ['This Monthly Price does not require a contract.'];
  const needs = `requires a ${months} month contract`;
  return termsUrl === null
    ? [`This Monthly Price ${needs}.`]
    : ['This Monthly Price ', { text: needs, href: termsUrl }, '.'];
}

/** Returns the rows with the duration of an introductory price and the price afterwards. */
export const introductoryRows = ({ months, priceAfter }: LabelIntroductory, currency: string): LabelRow[] => [
  labelRow('Time the introductory rate applies', monthsText(months), { indented: true }),
  labelRow('Monthly price after the introductory rate', moneyOrNotStated(priceAfter, currency), {
    indented: true,
  }),
];
