import { chargesOf } from '../../offers/categories/energy.js';
import { priceAt } from '../../offers/pricing/energy-bill.js';
import { businessUsages, labelUsages } from '../../offers/pricing/per-kwh.js';
import {
  fail,
  isHttps,
  missing,
  needsReview,
  notApplicable,
  pass,
  until,
  type CheckTest,
} from '../engine/checks.js';
import { dayAfter } from '../engine/days.js';
import type { Subject } from '../engine/rule-set.js';
import {
  amountText,
  complianceOf,
  listText,
  numberOf,
  numberOrNaN,
  objectOf,
  objectsOf,
  serviceOf,
  shownText,
  textOf,
} from '../engine/values.js';

/*
 * How the checks of the Texas Electricity Facts Label read an offer.
 */

const factsOf = (subject: Subject) => objectOf(complianceOf(subject).electricityFactsLabel);
const repOf = (subject: Subject) => objectOf(complianceOf(subject).rep);
const coversTexas = ({ states }: Subject) => states === null || states.includes('TX');

/** Delivery utilities of competitive Texas, by the codes that offers use. */
export const texasUtilities: readonly string[] = [
  'ONCOR',
  'CENTERPOINT',
  'AEP_CENTRAL',
  'AEP_NORTH',
  'TNMP',
  'LPL',
  'NUECES',
];

/** Returns whether the offer is of electricity, or does not say, and for Texas by its area or its utility. */
export function isTexanElectricity(subject: Subject): boolean {
  const { energyType, utility } = serviceOf(subject);
  if (energyType !== undefined && energyType !== 'electricity') return false;
  const isTexan = texasUtilities.includes(utility as string);
  if (subject.states === null) return utility === undefined || isTexan;
  return coversTexas(subject) || isTexan;
}

export const isElectricityInTexas: CheckTest = (subject) => {
  const { energyType, utility } = serviceOf(subject);
  if (!coversTexas(subject)) return fail(shownText(utility));
  return energyType === undefined ? missing() : pass;
};

const repLicenses = (subject: Subject) => subject.provider.licenses.filter(({ kind }) => kind === 'puct_rep');

const tenOrEleven = /^1?\d{10}$/;
const formatting = /[\s().+-]/g;

export const namesTheRep: CheckTest = (subject) => {
  const rep = repOf(subject);
  const phone = textOf(rep.phone);
  if (phone !== undefined && !tenOrEleven.test(phone.replace(formatting, ''))) return fail(phone);
  const holder = repLicenses(subject).find((license) => license.holder !== null)?.holder;
  const absent = [
    ...(textOf(rep.certifiedName) === undefined && !holder ? ['certifiedName'] : []),
    ...['mailingAddress', 'email', 'url', 'phone', 'phoneHours'].filter(
      (key) => textOf(rep[key]) === undefined,
    ),
  ];
  return absent.length > 0 ? missing(listText(absent)) : pass;
};

const tollFree = /^1?8(00|33|44|55|66|77|88)/;

export const phoneIsTollFree: CheckTest = (subject) => {
  const phone = textOf(repOf(subject).phone);
  if (phone === undefined) return notApplicable;
  return tollFree.test(phone.replace(formatting, '')) ? pass : fail(phone);
};

export const hasCertificate: CheckTest = (subject) => {
  const stated = textOf(complianceOf(subject).puctCertNumber);
  const held = repLicenses(subject).filter(({ number }) => stated === undefined || number === stated);
  const valid = held.find(({ expiresOn }) => expiresOn === null || expiresOn >= subject.on);
  const [first] = held;
  if (valid) return until(pass, valid.expiresOn === null ? undefined : dayAfter(valid.expiresOn));
  if (first) return fail(first.number, first.expiresOn ?? '');
  return stated === undefined ? missing() : pass;
};

const fiveDigits = /^\d{5}$/;

export const certificateHasForm: CheckTest = (subject) => {
  const number = textOf(complianceOf(subject).puctCertNumber) ?? repLicenses(subject)[0]?.number;
  if (number === undefined) return notApplicable;
  return fiveDigits.test(number) ? pass : fail(number);
};

/** Returns the months of the contract: of the contract, or of the service data. */
const termOf = (subject: Subject) =>
  subject.offer.contract?.months ?? numberOf(serviceOf(subject).contractLengthMonths);

export const statesProductType: CheckTest = (subject) => {
  const { rateType } = serviceOf(subject);
  if (rateType === undefined) return missing('rateType');
  if (rateType !== 'fixed') return pass;
  const term = termOf(subject);
  if (term === undefined) return missing('contractLengthMonths');
  return term >= 3 ? pass : fail(term);
};

const isCommercial = (subject: Subject) => serviceOf(subject).customerClass === 'small_commercial';

export const residentialIsNotIndexed: CheckTest = (subject) => {
  const { rateType } = serviceOf(subject);
  if (rateType === undefined || isCommercial(subject)) return notApplicable;
  return rateType === 'indexed' ? fail() : pass;
};

/** Returns the stated average prices by usage. */
function statedAverages(subject: Subject): { usage: number; cents: unknown }[] {
  const facts = factsOf(subject);
  const usages = isCommercial(subject) ? businessUsages : labelUsages;
  return usages.map((usage) => ({ usage, cents: facts[`avgPrice${usage}kwh`] }));
}

/** Returns a price in tenths of a cent. */
const tenths = (cents: number) => Math.round(cents * 10);
const hasOneDecimal = (cents: unknown) =>
  typeof cents === 'number' && Math.abs(cents * 10 - tenths(cents)) < 1e-9;

export const statesAverages: CheckTest = (subject) => {
  const averages = statedAverages(subject);
  const absent = averages.filter(({ cents }) => cents === undefined);
  if (absent.length > 0) return missing(listText(absent.map(({ usage }) => String(usage))));
  const wrong = averages.find(({ cents }) => !hasOneDecimal(cents));
  return wrong ? fail(shownText(wrong.cents), wrong.usage) : pass;
};

/** Compares the stated averages with those that follow from the charges; a tenth of a cent is allowed. */
export const averagesFollowFromCharges: CheckTest = (subject) => {
  const averages = statedAverages(subject).filter(({ cents }) => numberOf(cents) !== undefined);
  if (averages.length === 0) return notApplicable;
  const service = serviceOf(subject);
  if (service.charges === undefined) return missing();
  if (service.demandMeter === true) return needsReview();
  const computed = isCommercial(subject) ? commercialAverages(subject) : subject.offer.pricing.perKwh;
  for (const { usage, cents } of averages) {
    const expected = (computed as Partial<Record<number, number | null>>)[usage];
    if (typeof expected !== 'number') return needsReview();
    if (Math.abs(tenths(numberOrNaN(cents)) - tenths(expected)) > 1)
      return fail(numberOrNaN(cents), usage, expected);
  }
  return pass;
};

function commercialAverages(subject: Subject): Record<number, number> {
  const charges = chargesOf(serviceOf(subject));
  if (!charges) return {};
  const { currency } = subject.offer;
  const price = (usage: number) => [usage, priceAt(charges, usage, currency).centsPerKwh] as const;
  return Object.fromEntries(businessUsages.map(price));
}

/** Warns of a usage at which one more kWh changes the bill by a credit or a fee, or of averages that dip at 1,000 kWh. */
export const priceHasNoCliff: CheckTest = (subject) => {
  const charges = objectOf(serviceOf(subject).charges);
  const credit = objectsOf(charges.credits).find(
    ({ fromKwh, toKwh, amount }) =>
      numberOrNaN(amount) > 0 && (numberOrNaN(fromKwh) > 1 || typeof toKwh === 'number'),
  );
  if (credit) {
    const starts = numberOrNaN(credit.fromKwh) > 1;
    return fail(numberOrNaN(starts ? credit.fromKwh : credit.toKwh), amountText(numberOrNaN(credit.amount)));
  }
  const { belowKwh, amount } = objectOf(charges.minimumUsageFee);
  if (numberOrNaN(amount) > 0 && numberOrNaN(belowKwh) > 1)
    return fail(numberOrNaN(belowKwh), amountText(numberOrNaN(amount)));
  const facts = factsOf(subject);
  const [at500, at1000, at2000] = [500, 1000, 2000].map((usage) => numberOf(facts[`avgPrice${usage}kwh`]));
  if (at500 === undefined || at1000 === undefined || at2000 === undefined)
    return serviceOf(subject).charges === undefined ? notApplicable : pass;
  const dips = tenths(at1000) * 4 < tenths(at500) * 3 && tenths(at2000) * 20 > tenths(at1000) * 21;
  return dips ? needsReview(at500, at1000, at2000) : pass;
};

export const statesTerm: CheckTest = (subject) => {
  const { contract } = subject.offer;
  const inService = numberOf(serviceOf(subject).contractLengthMonths);
  if (contract && inService !== undefined && contract.months !== inService)
    return fail(contract.months, inService);
  return termOf(subject) === undefined ? missing() : pass;
};

export const statesEnergyTerminationFee: CheckTest = (subject) => {
  const { fees, contract } = subject.offer;
  const fee =
    fees?.earlyTerminationFee ??
    contract?.earlyTerminationFeePerRemainingMonth ??
    textOf(serviceOf(subject).cancelFee);
  if (fee === undefined) return termOf(subject) === 0 ? pass : missing();
  return typeof fee === 'string' || fee >= 0 ? pass : fail(shownText(fee));
};

export const listsOtherFees: CheckTest = (subject) => {
  const { fees, oneTimeFees } = subject.offer;
  const facts = factsOf(subject);
  const text = textOf(facts.otherFees) ?? textOf(serviceOf(subject).feesAndCredits);
  const { minimumUsageFeesOrCredits, charges } = serviceOf(subject);
  const { minimumUsageFee, credits } = objectOf(charges);
  const isDescribed = text !== undefined || minimumUsageFee !== undefined || objectsOf(credits).length > 0;
  if (minimumUsageFeesOrCredits === true && !isDescribed) return fail();
  return fees === null && oneTimeFees === null && text === undefined ? missing() : pass;
};

export const statesRenewableShare: CheckTest = (subject) => {
  const { renewablePercent } = factsOf(subject);
  const { renewablePercentage } = serviceOf(subject);
  const share = renewablePercentage ?? renewablePercent;
  if (share === undefined) return missing();
  const number = numberOf(share);
  if (number === undefined || number < 0 || number > 100) return fail(shownText(share), '0 to 100');
  return renewablePercent === undefined || renewablePercent === share
    ? pass
    : fail(shownText(share), shownText(renewablePercent));
};

export const hasPrepaidDisclosure: CheckTest = (subject) => {
  const { prepaid, prepaidUrl } = serviceOf(subject);
  if (prepaid !== true) return notApplicable;
  const url = complianceOf(subject).prepaidDisclosureUrl ?? prepaidUrl;
  if (url === undefined) return missing();
  return isHttps(url) ? pass : fail(shownText(url));
};

export const givesNotice: CheckTest = (subject) => {
  const { changeNoticeDays } = complianceOf(subject);
  if (changeNoticeDays === undefined) return missing();
  return numberOrNaN(changeNoticeDays) >= 14 ? pass : fail(shownText(changeNoticeDays));
};
