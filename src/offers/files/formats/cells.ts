import { encodeCell } from '../../../bulk/csv/csv-cell.js';
import type { OfferFields } from '../../offer-fields.js';
import type { Taxes } from '../../pricing/price-fields.js';
import type { Pricing } from '../../pricing/pricing-view.js';
import { setupFeeNames } from '../../pricing/fees.js';
import { parseList } from './file-row.js';

/*
 * What the formats have in common when they write offers. Category data can contain anything under keys that its schema
 * does not define, so values of another type than that which an import writes are left out.
 */

/** The texts of cells, by the names of their columns. A cell without a value is undefined. */
export type Cells = Record<string, string | undefined>;

type Data = Record<string, unknown>;

/** What is written of an offer: one that is stored, or one that has just been read. */
export interface ExportedOffer extends Partial<
  Omit<OfferFields, 'serviceSpecificData' | 'complianceData' | 'serviceArea'>
> {
  serviceSpecificData?: Data | null;
  complianceData?: Data | null;
  pricing?: Pick<Pricing, 'perKwh'>;
}

/** Returns a cell from which an import reads the text: with an apostrophe before a formula. */
export const cellOf = (text: string | undefined, emptyCell: '' | 'NULL' = ''): string =>
  text === undefined || text === '' ? emptyCell : (encodeCell(text, 'text') ?? emptyCell);

/** The data of an offer, and an object within it: empty if there is none. */
export const dataOf = (value: unknown): Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Data) : {};

export const publishedText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== ''
    ? value
    : typeof value === 'number'
      ? decimalOf(value)
      : undefined;

/** Returns a number without an exponent. */
export function decimalOf(value: unknown): string | undefined {
  if (typeof value !== 'number') return undefined;
  const text = String(value);
  if (!text.includes('e')) return text;
  return text.includes('e-') ? value.toFixed(20).replace(/\.?0+$/, '') : BigInt(value).toString();
}

/** Returns a flag in the words of a format, or the text that a column has in its place. */
export const flagOf = (value: unknown, [yes, no] = ['Yes', 'No']): string | undefined =>
  typeof value === 'boolean' ? (value ? yes : no) : publishedText(value);

type Named = { name: string; amount: number };

/** Returns the amounts of fees. */
export const amountsOf = (fees: readonly Named[]): string | undefined =>
  fees.length > 0 ? fees.map(({ amount }) => moneyOf(amount)).join('; ') : undefined;

/** Writes an amount with two decimal places, or with more if it has them. */
const moneyOf = (amount: number) =>
  Number(amount.toFixed(2)) === amount ? amount.toFixed(2) : decimalOf(amount);

/** Returns the names of fees, in which a `;` would begin another name. */
export const feeNamesOf = (fees: readonly Named[]): string | undefined =>
  fees.length > 0 ? fees.map(({ name }) => name.replaceAll(';', ',')).join('; ') : undefined;

/**
 * Returns text about fees that names none of them: the fees, if there are any, have the default name.
 * @param text the cell of the names
 */
export const feeDetails = (fees: readonly Named[], text: string | undefined, defaultName: string) =>
  text !== undefined &&
  fees.every(({ name }) => name === defaultName) &&
  parseList(text).join('; ') !== feeNamesOf(fees)
    ? text
    : undefined;

/** Only mandatory fees are on a label. */
export const onlyMandatory = <T extends { mandatory?: boolean }>(
  fees: readonly T[] | null | undefined,
): T[] => (fees ?? []).filter(({ mandatory = true }) => mandatory);

const setupFees: Record<(typeof setupFeeNames)[number], string> = {
  installationFee: 'Installation fee',
  equipmentFee: 'Equipment fee',
  activationFee: 'Activation fee',
};

/** Returns the mandatory fees that are charged once, with those in `fees`. */
export function feesAtStart({ oneTimeFees, fees }: ExportedOffer): Named[] {
  const named = setupFeeNames.flatMap((name) => {
    const amount = fees?.[name];
    return amount ? [{ name: setupFees[name], amount }] : [];
  });
  return [...onlyMandatory(oneTimeFees), ...named];
}

/** Clears the fees that `feesAtStart` writes beside `oneTimeFees`: all one-time fees are in the columns of a file. */
export const noSetupFees = Object.fromEntries(setupFeeNames.map((name) => [name, null]));

const taxTexts = { included: 'Included', varies: 'Varies', notApplicable: 'Not Applicable' };

export const taxesCell = (taxes: Taxes | null | undefined): string | undefined =>
  typeof taxes === 'string' ? taxTexts[taxes] : decimalOf(taxes);

/** Returns the included data in GB; undefined if it is unlimited or unknown. */
export const dataCapText = ({ serviceSpecificData }: ExportedOffer, label: Data): string | undefined =>
  decimalOf(label.dataCapGb === undefined ? serviceSpecificData?.dataCap : label.dataCapGb);

/** Returns a typical value of a label, or its range. */
export function typicalText(label: Data, name: string): string | undefined {
  const [low, high] = [decimalOf(label[`${name}Low`]), decimalOf(label[`${name}High`])];
  if (low !== undefined && high !== undefined) return `${low} - ${high}`;
  return decimalOf(label[name]) ?? low ?? high;
}
