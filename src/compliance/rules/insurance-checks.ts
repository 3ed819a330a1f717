import { fail, isShown, missing, notApplicable, pass, until, type CheckTest } from '../engine/checks.js';
import { shownLicenseOf, shownTextsOf, stateLicensesOf } from '../engine/licenses.js';
import type { Subject } from '../engine/rule-set.js';
import {
  amountText,
  complianceOf,
  exactAmount,
  listText,
  numberOf,
  numberOrNaN,
  serviceOf,
  shownText,
  textOf,
} from '../engine/values.js';

/*
 * How the checks of insurance read an offer.
 */

/** Kind of the team's licenses that count. */
export const producerLicenseKind = 'insurance_producer';

/** The states and the District of Columbia, all of which license producers. */
const producerStates: readonly string[] = (
  'AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK OR PA ' +
  'RI SC SD TN TX UT VA VT WA WI WV WY'
).split(' ');

/** The territories whose regulators are members of the NAIC. They count if the service area names them. */
const producerTerritories: readonly string[] = ['AS', 'GU', 'MP', 'PR', 'VI'];

export const producerStatesOf = ({ states }: Subject) =>
  states === null
    ? producerStates
    : states.filter((state) => producerStates.includes(state) || producerTerritories.includes(state));
export const producerDemand = { kind: producerLicenseKind, statesOf: producerStatesOf };

const inText = /\bNPN\W{0,3}(\d{1,10})\b/i;

/** Returns the National Producer Number, also from the licenses as free text. */
export function producerNumberOf(subject: Subject): string | undefined {
  const { producerNpn, agentLicensesText } = complianceOf(subject);
  return textOf(producerNpn) ?? inText.exec(textOf(agentLicensesText)?.slice(0, 1000) ?? '')?.[1];
}

/** Words of types of insurance, and of the lines of authority that fit them. */
const lines: readonly (readonly [type: RegExp, line: RegExp])[] = [
  [/life|annuit/i, /life/i],
  [/health|medical|dental|vision|disability/i, /health|accident/i],
  [/home|rent|condo|dwelling|flood|auto|car|motor|property/i, /property|casualty|personal/i],
  [/liabilit|umbrella|casualty/i, /casualty|personal/i],
];

export const linesMatch: CheckTest = (subject) => {
  const licenses = stateLicensesOf(subject, producerLicenseKind).filter(
    ({ linesOfAuthority }) => linesOfAuthority?.length,
  );
  if (licenses.length === 0) return notApplicable;
  const type = textOf(serviceOf(subject).insuranceType);
  if (type === undefined) return missing();
  const [, line] = lines.find(([words]) => words.test(type)) ?? [];
  if (!line) return notApplicable;
  const wrong = licenses.find(
    ({ linesOfAuthority = [] }) => !linesOfAuthority.some((each) => line.test(each)),
  );
  return wrong ? fail(listText(wrong.linesOfAuthority ?? []), wrong.state, type) : pass;
};

export const isAppointed: CheckTest = (subject) => {
  const { appointedStates } = complianceOf(subject);
  const appointed: readonly unknown[] = Array.isArray(appointedStates) ? appointedStates : [];
  const absent = producerStatesOf(subject).filter((state) => !appointed.includes(state));
  return absent.length > 0 ? missing(listText(absent)) : pass;
};

export const statesPremium: CheckTest = (subject) => {
  const term = serviceOf(subject).premiumTermMonths;
  const { monthlyPrice } = subject.offer;
  const premium = complianceOf(subject).termPremium;
  const absent = [
    ...(monthlyPrice === null && premium === undefined ? ['the premium'] : []),
    ...(term === undefined ? ['its term (`premiumTermMonths`)'] : []),
  ];
  if (absent.length > 0) return missing(listText(absent));
  return numberOrNaN(term) >= 1 ? pass : fail(shownText(term));
};

export const termIsUsual: CheckTest = (subject) => {
  const term = serviceOf(subject).premiumTermMonths;
  if (term === undefined) return notApplicable;
  return term === 6 || term === 12 ? pass : fail(numberOrNaN(term));
};

/** Compares the monthly payments with the premium of the term: a cent of rounding and the installment fee are allowed. */
export const paymentsAddUp: CheckTest = (subject) => {
  const { monthlyPrice } = subject.offer;
  const term = numberOf(serviceOf(subject).premiumTermMonths);
  const { termPremium, installmentFee } = complianceOf(subject);
  const premium = numberOf(termPremium);
  if (premium === undefined || monthlyPrice === null) return notApplicable;
  if (term === undefined) return missing();
  const paid = exactAmount(monthlyPrice) * term;
  const allowed = (100 + exactAmount(numberOf(installmentFee) ?? 0)) * term;
  return Math.abs(paid - exactAmount(premium)) <= allowed
    ? pass
    : fail(term, amountText(paid / 10_000), amountText(premium));
};

/** California: Insurance Code 1725.5. */
export const showsCaliforniaLicense: CheckTest = (subject) => {
  if (!producerStatesOf(subject).includes('CA')) return notApplicable;
  const license = shownLicenseOf(subject, producerLicenseKind, 'CA');
  if (!license) return missing();
  const isComplete = license.isShown && isShown(shownTextsOf(subject), 'insurance');
  return until(isComplete ? pass : fail(license.number), license.changesOn);
};

export const disclosesSurplusLines: CheckTest = (subject) => {
  const { nonAdmitted, surplusLinesDisclosure } = complianceOf(subject);
  if (nonAdmitted !== true) return notApplicable;
  return textOf(surplusLinesDisclosure) === undefined ? missing() : pass;
};
