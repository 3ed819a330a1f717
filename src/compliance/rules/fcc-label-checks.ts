import { fail, missing, needsReview, notApplicable, pass, type CheckTest } from '../engine/checks.js';
import type { Subject } from '../engine/rule-set.js';
import {
  amountText,
  complianceOf,
  exactAmount,
  listText,
  numberOf,
  numberOrNaN,
  objectOf,
  serviceOf,
  shownText,
  textOf,
} from '../engine/values.js';

/*
 * How the checks of the FCC broadband label read an offer.
 */

export const labelOf = (subject: Subject) => objectOf(complianceOf(subject).broadbandLabel);

/** Returns the unique plan identifier; imports keep one in another form beside the label. */
export const planIdOf = (subject: Subject) =>
  textOf(labelOf(subject).uniquePlanId) ?? textOf(complianceOf(subject).uniquePlanId);

const registrations = (subject: Subject) =>
  subject.provider.licenses.filter(({ kind }) => kind === 'fcc_registration').map(({ number }) => number);

/** Returns the registration numbers that the offer or its provider states, apart from the plan identifier. */
function registrationNumbersOf(subject: Subject): string[] {
  const { fccRegistrationNumber, fccId } = complianceOf(subject);
  const stated = textOf(fccRegistrationNumber) ?? textOf(fccId);
  return stated === undefined ? registrations(subject) : [stated];
}

const tenDigits = /^\d{10}$/;

export const hasRegistrationNumber: CheckTest = (subject) => {
  const stated = registrationNumbersOf(subject);
  const wrong = stated.find((number) => !tenDigits.test(number));
  if (wrong !== undefined) return fail(wrong);
  return stated.length > 0 || tenDigits.test(planIdOf(subject)?.slice(1, 11) ?? '') ? pass : missing();
};

const planId = /^[FM]\d{10}[A-Z0-9]{1,15}$/;

export const hasPlanId: CheckTest = (subject) => {
  const id = planIdOf(subject);
  if (id === undefined) return missing();
  return planId.test(id) ? pass : fail(id);
};

export const planIdHasRegistration: CheckTest = (subject) => {
  const id = planIdOf(subject);
  const numbers = registrationNumbersOf(subject).filter((number) => tenDigits.test(number));
  if (id === undefined || numbers.length === 0 || !planId.test(id)) return notApplicable;
  return numbers.includes(id.slice(1, 11)) ? pass : fail(id.slice(1, 11), listText(numbers));
};

/** Returns whether the service is fixed or mobile, as the offer says or as its technology implies. */
function connectionOf(subject: Subject): 'fixed' | 'mobile' | undefined {
  const stated = textOf(complianceOf(subject).connection)?.toLowerCase();
  if (stated !== undefined) return stated === 'mobile' ? 'mobile' : 'fixed';
  const code = numberOf(labelOf(subject).technologyCode);
  if (code !== undefined) return code >= 300 ? 'mobile' : 'fixed';
  if (textOf(serviceOf(subject).connectionType) !== undefined) return 'fixed';
  const letter = planIdOf(subject)?.[0];
  return letter === 'M' ? 'mobile' : letter === 'F' ? 'fixed' : undefined;
}

export const statesConnection: CheckTest = (subject) => {
  const connection = connectionOf(subject);
  if (connection === undefined) return missing();
  // All types of connection in the service data, also 5g_home, are fixed.
  const type = textOf(serviceOf(subject).connectionType);
  return type !== undefined && connection === 'mobile' ? fail(type) : pass;
};

export const planIdFitsConnection: CheckTest = (subject) => {
  const id = planIdOf(subject);
  const connection = connectionOf(subject);
  if (id === undefined || connection === undefined || !planId.test(id)) return notApplicable;
  return id.startsWith('M') === (connection === 'mobile') ? pass : fail(id[0] ?? '', connection);
};

export const planIdIsFull: CheckTest = (subject) => {
  const id = planIdOf(subject);
  if (id === undefined || !planId.test(id)) return notApplicable;
  return id.length === 26 ? pass : fail(id.length - 11);
};

export const showsMonthlyPrice: CheckTest = (subject) => {
  const { monthlyPrice } = subject.offer;
  if (monthlyPrice === null) return missing();
  const stated = numberOf(labelOf(subject).monthlyPrice);
  return stated === undefined || exactAmount(stated) === exactAmount(monthlyPrice)
    ? pass
    : fail(amountText(stated), amountText(monthlyPrice));
};

export const hasPriceAfterIntroduction: CheckTest = (subject) => {
  const { introductory, monthlyPrice } = subject.offer;
  if (!introductory)
    return numberOf(complianceOf(subject).introductoryPrice) === undefined
      ? notApplicable
      : missing('months');
  const { months } = introductory;
  if (!Number.isInteger(months) || months < 1) return fail(shownText(months));
  return monthlyPrice === null ? missing('monthlyPrice') : pass;
};

export const introductionIsCheaper: CheckTest = ({ offer: { introductory, monthlyPrice } }) => {
  if (!introductory || monthlyPrice === null) return notApplicable;
  return exactAmount(monthlyPrice) >= exactAmount(introductory.monthlyPrice)
    ? pass
    : fail(amountText(monthlyPrice), amountText(introductory.monthlyPrice));
};

export const statesContract: CheckTest = ({ offer: { contract } }) => {
  if (!contract) return missing();
  return contract.required && !(contract.months > 0) ? fail() : pass;
};

export const feeNamesAreUnique =
  (list: 'monthlyFees' | 'oneTimeFees'): CheckTest =>
  ({ offer }) => {
    const fees = offer[list];
    if (fees === null) return list === 'oneTimeFees' && offer.fees !== null ? pass : missing();
    const names = fees.map(({ name }) => shownText(name).toLowerCase());
    const twice = names.findIndex((name, index) => names.indexOf(name) < index);
    return twice === -1 ? pass : fail(fees[twice]?.name ?? '');
  };

/** Names of fees that stand for several ones, such as the column of the 56-column format. */
const combined = /\bmax(imum)?\b|^(all |other )?(pass.?through|state and local|government) (fees|charges)\b/i;

export const passThroughFeesAreItemized: CheckTest = ({ offer: { monthlyFees } }) => {
  const fees = monthlyFees?.filter(({ kind }) => kind === 'passThrough') ?? [];
  if (fees.length === 0) return notApplicable;
  const together = fees.find(({ name }) => combined.test(name));
  return together ? fail(together.name) : pass;
};

/** Returns the fee for ending the contract early: an amount, or a text that says that it varies. */
const terminationFeeOf = (subject: Subject): unknown =>
  subject.offer.fees?.earlyTerminationFee ??
  subject.offer.contract?.earlyTerminationFeePerRemainingMonth ??
  textOf(complianceOf(subject).earlyTerminationFeeText);

export const statesTerminationFee: CheckTest = (subject) => {
  const fee = terminationFeeOf(subject);
  if (fee === undefined || fee === null) return subject.offer.contract?.required === false ? pass : missing();
  return typeof fee === 'string' || numberOrNaN(fee) >= 0 ? pass : fail(shownText(fee));
};

export const noTerminationFeeWithoutContract: CheckTest = (subject) => {
  const fee = terminationFeeOf(subject);
  if (subject.offer.contract?.required !== false) return notApplicable;
  return typeof fee === 'number' && fee > 0 ? fail(amountText(fee)) : pass;
};

const taxWords: readonly unknown[] = ['included', 'varies', 'notApplicable'];

export const statesTaxes: CheckTest = ({ offer: { taxes } }) => {
  if (taxes === null || taxes === undefined) return missing();
  return taxWords.includes(taxes) || (typeof taxes === 'number' && taxes >= 0)
    ? pass
    : fail(shownText(taxes));
};

type TypicalValue = 'typicalDownload' | 'typicalUpload' | 'typicalLatency';

/** Returns the ends of a typical value; both are the same if it is not a range. */
function typicalOf(subject: Subject, name: TypicalValue): { low: unknown; high: unknown } {
  const label = labelOf(subject);
  const value = label[name];
  return value === undefined
    ? { low: label[`${name}Low`], high: label[`${name}High`] }
    : { low: value, high: value };
}

export const hasTypical =
  (name: TypicalValue): CheckTest =>
  (subject) => {
    const { low, high } = typicalOf(subject, name);
    if (low === undefined || high === undefined) return missing();
    const [from, to] = [numberOf(low), numberOf(high)];
    return from !== undefined && to !== undefined && from > 0 && from <= to
      ? pass
      : fail(low === high ? shownText(low) : `${shownText(low)} to ${shownText(high)}`);
  };

/** Compares a typical speed, or the end of its range that is closest, with the advertised one. */
export const isNearAdvertised =
  (name: 'typicalDownload' | 'typicalUpload', advertised: string): CheckTest =>
  (subject) => {
    const typical = typicalOf(subject, name);
    const [low, high] = [numberOf(typical.low), numberOf(typical.high)];
    const speed = numberOf(serviceOf(subject)[advertised]);
    if (low === undefined || high === undefined || speed === undefined || speed <= 0) return notApplicable;
    const closest = Math.min(Math.max(speed, low), high);
    // In thousandths, so that a difference of exactly 20 percent passes.
    const difference = Math.abs(Math.round(closest * 1000) - Math.round(speed * 1000));
    return difference * 5 > Math.round(speed * 1000) ? fail(closest, speed) : pass;
  };

/** Returns the included data in GB, null for unlimited, or undefined if it is not stated. */
function includedDataOf(subject: Subject): unknown {
  const { dataCap } = serviceOf(subject);
  return dataCap === undefined ? labelOf(subject).dataCapGb : dataCap;
}

export const isCapped = (subject: Subject) => typeof includedDataOf(subject) === 'number';

export const statesIncludedData: CheckTest = (subject) => {
  const data = includedDataOf(subject);
  if (data === undefined) return missing();
  return data === null || (numberOf(data) ?? -1) >= 0 ? pass : fail(shownText(data));
};

export const statesOverage: CheckTest = (subject) => {
  if (!isCapped(subject)) return notApplicable;
  const { overagePrice, overageIncrementGb } = labelOf(subject);
  if (overagePrice === undefined) return missing('overagePrice');
  if (overagePrice === 0) return pass;
  if (overageIncrementGb === undefined) return missing('overageIncrementGb');
  return numberOrNaN(overagePrice) > 0 && numberOrNaN(overageIncrementGb) > 0
    ? pass
    : fail(shownText(overagePrice), shownText(overageIncrementGb));
};

const formatting = /[\s().+-]/g;
const phoneDigits = /^\d{10,15}$/;

export const hasSupportPhone: CheckTest = (subject) => {
  const phone = textOf(complianceOf(subject).supportPhone);
  if (phone === undefined) return missing();
  return phoneDigits.test(phone.replace(formatting, '')) ? pass : fail(phone);
};

/** Compares the stated total with the monthly price and the mandatory monthly fees, to half a cent. */
export const totalAddsUp: CheckTest = (subject) => {
  const stated = numberOf(labelOf(subject).allInMonthlyPrice);
  if (stated === undefined) return notApplicable;
  const { monthlyPrice, monthlyFees } = subject.offer;
  if (monthlyPrice === null) return missing();
  const base = exactAmount(monthlyPrice);
  let sum = base;
  for (const { amount, mandatory } of monthlyFees ?? []) if (mandatory !== false) sum += exactAmount(amount);
  const total = exactAmount(stated);
  return Math.abs(total - sum) <= 50 && total >= base
    ? pass
    : fail(amountText(stated), amountText(sum / 10_000));
};

export const isArchived: CheckTest = (subject) => {
  const url = textOf(labelOf(subject).url);
  return url === undefined ? pass : needsReview(url);
};

export const fitsTheFile: CheckTest = (subject) => {
  const id = planIdOf(subject);
  const { monthlyPrice } = subject.offer;
  const absent = [
    ...(id === undefined ? ['the unique plan identifier'] : []),
    ...(monthlyPrice === null ? ['the monthly price'] : []),
    ...(connectionOf(subject) === undefined ? ['whether it is fixed or mobile'] : []),
  ];
  if (absent.length > 0) return missing(listText(absent));
  return planId.test(id ?? '') ? pass : fail(id ?? '');
};
