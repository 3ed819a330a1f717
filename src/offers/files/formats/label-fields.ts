import { scaledBy, unscaled } from '../../../money/exact.js';
import { decimalOf, publishedText, type ExportedOffer } from './cells.js';
import { defined } from './file-format.js';
import { parseAmount, type FileRow, type NumberRange } from './file-row.js';

/*
 * What the formats of broadband labels have in common. Their columns follow the FCC label (47 CFR 8.1), which does not say
 * by which technology the customer is connected. Offers whose file does not either have no `serviceSpecificData`, whose
 * schema requires it; what the schema of `complianceData` does not define is kept there under keys of its own.
 */

export const label = 'complianceData.broadbandLabel';

type LabelValue = 'typicalDownload' | 'typicalUpload' | 'typicalLatency';

/** Returns the members of a label for a typical value: the value, or the ends of its range. */
export function typicalValue(name: LabelValue, range: NumberRange | undefined): Record<string, number> {
  if (!range) return {};
  const { low, high } = range;
  return low === high ? { [name]: low } : { [`${name}Low`]: low, [`${name}High`]: high };
}

/** The fields that `typicalValue` sets. */
export const typicalFields = (name: LabelValue) =>
  [name, `${name}Low`, `${name}High`].map((each) => `${label}.${each}`);

const planId = /^[FM]\d{10}[A-Z0-9]{1,15}$/;

/**
 * Returns the unique plan identifier as a member of the label; an identifier in another form, as some providers have
 * them, is kept beside the label.
 */
export const planIdMembers = (id: string | undefined) =>
  id !== undefined && planId.test(id)
    ? { onLabel: { uniquePlanId: id } }
    : { beside: defined({ uniquePlanId: id }) };

/** Names of fees that have none. */
export const [monthlyFee, oneTimeFee] = ['Monthly fee', 'One-time fee'];

/** Returns what a monthly fee is for, by its name. */
export function feeKind(name: string): 'equipment' | 'passThrough' | 'provider' {
  if (/equipment|modem|router|gateway|rental|device|box/i.test(name)) return 'equipment';
  return /pass.?through|regulatory|recovery|surcharge|universal service/i.test(name)
    ? 'passThrough'
    : 'provider';
}

/** Returns the taxes of an offer: a word of the label, or an amount. */
export const taxWords = {
  included: 'included',
  varies: 'varies',
  'varies by location': 'varies',
  'not applicable': 'notApplicable',
} as const;

/** Reads taxes: a word, or an amount per month. */
export function readTaxes(row: FileRow, name: string) {
  const text = row.text(name);
  return text === undefined ? null : (parseAmount(text) ?? row.choice(name, taxWords));
}

/** Reads a fee that can also be in words such as Varies. */
export function readTerminationFee(row: FileRow, name: string) {
  const text = row.text(name);
  const amount = text === undefined ? undefined : parseAmount(text);
  return { amount: amount ?? null, text: amount === undefined ? text : undefined };
}

/** Returns the fee for ending a contract early: an amount, or words. */
export function terminationFeeText({ fees, contract, complianceData }: ExportedOffer): string | undefined {
  const perMonth = decimalOf(contract?.earlyTerminationFeePerRemainingMonth);
  return (
    decimalOf(fees?.earlyTerminationFee) ??
    publishedText(complianceData?.earlyTerminationFeeText) ??
    (perMonth && `${perMonth} per remaining month`)
  );
}

/** Returns the unique plan identifier, in whatever form it was given; without one, the external ID. */
export const publishedPlanId = (
  { externalId }: ExportedOffer,
  label: Record<string, unknown>,
  compliance: Record<string, unknown>,
) => publishedText(label.uniquePlanId) ?? publishedText(compliance.uniquePlanId) ?? publishedText(externalId);

/** Converts a speed, without the errors of binary fractions. */
export const toMbps = (speed: number, mbpsPerUnit: number) => unscaled(9, scaledBy(9, speed * mbpsPerUnit));
