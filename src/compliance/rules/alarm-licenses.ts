import {
  checksOf,
  fail,
  missing,
  needsReview,
  notApplicable,
  pass,
  until,
  type CheckTest,
} from '../engine/checks.js';
import { addYears, earlierDay } from '../engine/days.js';
import { licensePerState, licensesLast, shownLicenseOf, stateLicensesOf } from '../engine/licenses.js';
import type { RuleSet, Subject } from '../engine/rule-set.js';
import { complianceOf, listText, textOf } from '../engine/values.js';
import * as alarm from './alarm-checks.js';
import { alarmStates, type AlarmStates } from './alarm-states.js';

const compliance = '/complianceData';
const licensesAt = `${compliance}/licenses`;

/** Returns the rule set on alarm licenses for a table of states. */
export function alarmLicensesFor(table: AlarmStates): RuleSet {
  const listed = Object.keys(table).toSorted();
  const patterns = new Map(
    listed.flatMap((state) => {
      const { numberPattern } = table[state] ?? {};
      return numberPattern === undefined ? [] : [[state, new RegExp(numberPattern)] as const];
    }),
  );
  const statesOf = ({ states }: Subject) =>
    states === null ? listed : states.filter((state) => Object.hasOwn(table, state));
  const demand = { kind: alarm.alarmLicenseKind, statesOf };

  const othersAreReviewed: CheckTest = ({ states }) => {
    if (states === null) return needsReview('all other states');
    const others = states.filter((state) => !Object.hasOwn(table, state));
    return others.length > 0 ? needsReview(listText(others)) : pass;
  };

  const numbersHaveForm: CheckTest = (subject) => {
    const licenses = stateLicensesOf(subject, alarm.alarmLicenseKind).filter(({ state }) =>
      patterns.has(state),
    );
    if (licenses.length === 0) return notApplicable;
    const odd = licenses.find(({ state, number }) => patterns.get(state)?.test(number) === false);
    return odd ? fail(odd.number, odd.state, table[odd.state]?.numberExample ?? '') : pass;
  };

  const numberIsShown: CheckTest = (subject) => {
    const states = statesOf(subject).filter((state) => table[state]?.numberInAdvertising !== undefined);
    if (states.length === 0) return notApplicable;
    const absent: string[] = [];
    const hidden: string[] = [];
    let changesOn: string | undefined;
    for (const state of states) {
      const license = shownLicenseOf(subject, alarm.alarmLicenseKind, state);
      changesOn = earlierDay(changesOn, license?.changesOn);
      if (!license) absent.push(state);
      else if (!license.isShown) hidden.push(`${license.number} (${state})`);
    }
    if (hidden.length > 0) return until(fail(listText(hidden)), changesOn);
    return until(absent.length > 0 ? missing(listText(absent)) : pass, changesOn);
  };

  const statesMonitoringLicense: CheckTest = (subject) => {
    if (!alarm.isMonitored(subject)) return notApplicable;
    const states = statesOf(subject).filter((state) => table[state]?.monitoringLicense);
    if (states.length === 0) return notApplicable;
    return textOf(complianceOf(subject).monitoringCenterLicense) === undefined
      ? missing(listText(states))
      : pass;
  };

  const termsAreShort: CheckTest = (subject) => {
    const limited = stateLicensesOf(subject, alarm.alarmLicenseKind).filter(
      ({ state }) => table[state]?.validYears !== undefined,
    );
    if (limited.length === 0) return notApplicable;
    for (const { state, number, issuedOn, expiresOn } of limited) {
      const years = table[state]?.validYears ?? 0;
      if (issuedOn === undefined || expiresOn === undefined) return missing(number, state);
      if (expiresOn > addYears(issuedOn, years)) return fail(number, state, years);
    }
    return pass;
  };

  return {
    id: 'us-state-alarm-licenses',
    version: '2026-11-27',
    title: 'State licenses of alarm companies',
    jurisdiction: 'US',
    category: 'security',
    effectiveFrom: '2024-01-01',
    effectiveTo: null,
    citation: 'State licensing laws',
    source:
      'There is no federal license. The table of states is not complete; laws that are older apply from the first day of the rule set.',
    scope: 'All offers of category security.',
    data: { states: table },
    applies: () => true,
    checks: checksOf('State licensing laws', [
      {
        code: 'S01',
        severity: 'error',
        title: 'The alarm company states its licenses.',
        pointer: licensesAt,
        messages: {
          missing: 'There is no license: neither a team license of kind alarm_company nor one of the offer.',
          fail: 'The license {0} expires before it was issued.',
        },
        check: alarm.licensesAreComplete,
      },
      {
        code: 'S01a',
        severity: 'warning',
        title: 'Each license states when it expires.',
        pointer: licensesAt,
        messages: { missing: 'It is not stated when these licenses expire: {0}.' },
        check: alarm.licensesHaveEnd,
      },
      {
        code: 'S01b',
        severity: 'warning',
        title: 'Each license of the offer states the agency that issued it.',
        pointer: licensesAt,
        messages: { missing: 'The agency that issued the license of {0} is missing.' },
        check: alarm.statesAgency,
      },
      {
        code: 'S02',
        severity: 'error',
        title: 'The alarm company holds an unexpired license in each state that licenses it.',
        pointer: licensesAt,
        messages: { missing: 'There is no license for {0}.', fail: 'Licenses have expired: {0}.' },
        check: licensePerState(demand),
      },
      {
        code: 'S02a',
        severity: 'warning',
        title: 'No license expires within 60 days.',
        pointer: licensesAt,
        messages: { fail: 'Licenses expire in less than 60 days: {0}.' },
        check: licensesLast(demand, 60),
      },
      {
        code: 'S02b',
        severity: 'warning',
        title: 'The rule set covers the licensing laws of all states in the service area.',
        pointer: '/serviceArea',
        messages: {
          needsReview:
            'The rule set does not cover whether alarm companies need a license in {0}; check this yourself.',
        },
        check: othersAreReviewed,
      },
      {
        code: 'S03',
        severity: 'warning',
        title: 'License numbers have the format that the state uses.',
        pointer: licensesAt,
        messages: { fail: 'The license number {0} looks unusual for {1}; an example is {2}.' },
        check: numbersHaveForm,
      },
      {
        code: 'S04',
        severity: 'error',
        title: 'Where the law demands it, the license number is in every offer and advertisement.',
        pointer: `${compliance}/disclosureText`,
        citation: 'Florida Statutes 489.521(7)(b)',
        messages: {
          missing:
            'Texts that customers see must contain the license number of {0}, but there is no license.',
          fail: 'No text that customers see contains the license number {0}; add it to `complianceData.disclosureText`.',
        },
        check: numberIsShown,
      },
      {
        code: 'S05',
        severity: 'error',
        title: 'With professional monitoring, the monitoring center is named.',
        pointer: `${compliance}/monitoringCenterName`,
        messages: { missing: 'Alarms are monitored professionally, but the monitoring center is not named.' },
        check: alarm.statesMonitoringCenter,
      },
      {
        code: 'S05a',
        severity: 'error',
        title: 'Where monitoring centers are licensed separately, their license is stated.',
        pointer: `${compliance}/monitoringCenterLicense`,
        messages: { missing: 'The license of the monitoring center, which is separate in {0}, is missing.' },
        check: statesMonitoringLicense,
      },
      {
        code: 'S06',
        severity: 'error',
        title: 'A contract states its length, total cost, termination fee, renewal and notice period.',
        pointer: '/contract',
        messages: {
          missing: 'The terms of the contract are incomplete: {0}.',
          fail: 'The terms of the contract are wrong: {0}.',
        },
        check: alarm.contractIsDisclosed,
      },
      {
        code: 'S07',
        severity: 'warning',
        title: 'Customers are told of local permits for alarms.',
        pointer: `${compliance}/permitNote`,
        messages: {
          needsReview: 'Cities can require a permit for an alarm; check whether customers must be told.',
        },
        check: alarm.hasPermitNote,
      },
      {
        code: 'S08',
        severity: 'warning',
        title: 'No license is valid for longer than its state allows.',
        pointer: licensesAt,
        messages: {
          missing: 'The license {0} of {1} does not state when it was issued, or when it expires.',
          fail: 'The license {0} of {1} would be valid for more than {2} years.',
        },
        check: termsAreShort,
      },
    ]),
  };
}

export const alarmLicenses = alarmLicensesFor(alarmStates);
