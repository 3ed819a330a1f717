import { fail, missing, needsReview, notApplicable, pass, until, type CheckTest } from '../engine/checks.js';
import { nextIssueOf, stateLicensesOf } from '../engine/licenses.js';
import type { Subject } from '../engine/rule-set.js';
import {
  amountText,
  complianceOf,
  exactAmount,
  listText,
  numberOf,
  objectsOf,
  serviceOf,
  shownText,
  textOf,
} from '../engine/values.js';

/*
 * The checks of alarm companies that do not depend on the table of states.
 */

/** Kind of the team's licenses that count. */
export const alarmLicenseKind = 'alarm_company';
export const isMonitored = (subject: Subject) => {
  const type = serviceOf(subject).monitoringType;
  return type === 'professional_monitoring' || type === 'hybrid';
};

export const licensesAreComplete: CheckTest = (subject) => {
  const stated = objectsOf(complianceOf(subject).licenses);
  const wrong = stated.find(({ issuedOn, expiresOn }) => {
    const [from, to] = [textOf(issuedOn), textOf(expiresOn)];
    return from !== undefined && to !== undefined && to < from;
  });
  if (wrong) return fail(`${textOf(wrong.state) ?? ''} ${textOf(wrong.number) ?? ''}`);
  return stateLicensesOf(subject, alarmLicenseKind).length > 0
    ? pass
    : until(missing(), nextIssueOf(subject));
};

export const licensesHaveEnd: CheckTest = (subject) => {
  const licenses = stateLicensesOf(subject, alarmLicenseKind);
  if (licenses.length === 0) return notApplicable;
  const open = licenses.filter(({ expiresOn }) => expiresOn === undefined);
  return open.length === 0 ? pass : missing(listText(open.map(({ state, number }) => `${state} ${number}`)));
};

export const statesAgency: CheckTest = (subject) => {
  const stated = objectsOf(complianceOf(subject).licenses);
  if (stated.length === 0) return notApplicable;
  const without = stated.filter(({ agency }) => textOf(agency) === undefined);
  return without.length === 0 ? pass : missing(listText(without.map(({ state }) => shownText(state))));
};

export const statesMonitoringCenter: CheckTest = (subject) => {
  if (!isMonitored(subject)) return notApplicable;
  return textOf(complianceOf(subject).monitoringCenterName) === undefined ? missing() : pass;
};

/** Returns the total cost of the contract that follows from the prices, in ten-thousandths; undefined if unknown. */
function contractCostOf({ offer }: Subject): number | undefined {
  const { contract, introductory, pricing } = offer;
  const { allInMonthly, regularMonthly, setupFee } = pricing;
  if (!contract || allInMonthly === null) return undefined;
  const introMonths = introductory ? Math.min(introductory.months, contract.months) : 0;
  const extra = exactAmount(allInMonthly) - exactAmount(regularMonthly ?? allInMonthly);
  const introPrice = introductory ? exactAmount(introductory.monthlyPrice) + extra : 0;
  return (
    introPrice * introMonths +
    exactAmount(allInMonthly) * (contract.months - introMonths) +
    exactAmount(setupFee ?? 0)
  );
}

const hasContract = ({ offer: { contract } }: Subject) =>
  contract !== null && contract !== undefined && (contract.required || contract.months > 0);

export const contractIsDisclosed: CheckTest = (subject) => {
  const { contract, fees } = subject.offer;
  if (!contract || !hasContract(subject)) return notApplicable;
  if (!(contract.months > 0)) return fail('0 months');
  const { contractTotalCost, renewalTermMonths } = complianceOf(subject);
  const total = numberOf(contractTotalCost);
  const fee = fees?.earlyTerminationFee ?? contract.earlyTerminationFeePerRemainingMonth ?? undefined;
  const absent = [
    ...(total === undefined ? ['complianceData.contractTotalCost'] : []),
    ...(fee === undefined ? ['fees.earlyTerminationFee'] : []),
    ...(typeof contract.autoRenews === 'boolean' ? [] : ['contract.autoRenews']),
    ...(contract.autoRenews === true && numberOf(renewalTermMonths) === undefined
      ? ['complianceData.renewalTermMonths']
      : []),
    ...(contract.autoRenews === true && numberOf(contract.noticeDays) === undefined
      ? ['contract.noticeDays']
      : []),
  ];
  const cost = contractCostOf(subject);
  if (total !== undefined && cost !== undefined && Math.abs(exactAmount(total) - cost) > 100)
    return fail(`a total of ${amountText(total)} instead of ${amountText(cost / 10_000)}`);
  return absent.length > 0 ? missing(listText(absent)) : pass;
};

export const hasPermitNote: CheckTest = (subject) =>
  textOf(complianceOf(subject).permitNote) === undefined ? needsReview() : pass;
