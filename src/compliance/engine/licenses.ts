import { fail, isNumberShown, missing, notApplicable, pass, until, type CheckTest } from './checks.js';
import { addDays, dayAfter, earlierDay } from './days.js';
import type { Subject } from './rule-set.js';
import { complianceOf, listText, objectsOf, shownText, textOf } from './values.js';

/** A state license that counts for an offer. */
export interface StateLicense {
  state: string;
  number: string;
  issuedOn?: string;
  /** The last day on which it is valid; undefined if it does not expire, or nobody says when. */
  expiresOn?: string;
  linesOfAuthority?: readonly string[];
}

/** The form of days, which is tested faster than whether they exist. */
const day = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** Returns a day; undefined for any other value, such as one in an offer of a category that declares no licenses. */
const dayOrNone = (value: unknown) => (typeof value === 'string' && day.test(value) ? value : undefined);

/** Returns the licenses of a kind that the provider holds, and those that the offer states and that have been issued. */
export function stateLicensesOf(subject: Subject, kind: string): StateLicense[] {
  const held = subject.provider.licenses.flatMap((license): StateLicense[] => {
    const { state, number, expiresOn } = license;
    return license.kind === kind && state !== null
      ? [{ state, number, ...(expiresOn === null ? {} : { expiresOn }) }]
      : [];
  });
  const stated = objectsOf(complianceOf(subject).licenses).flatMap((license): StateLicense[] => {
    const [state, number] = [textOf(license.state), textOf(license.number)];
    if (state === undefined || number === undefined) return [];
    const { linesOfAuthority } = license;
    const issuedOn = dayOrNone(license.issuedOn);
    if (issuedOn !== undefined && issuedOn > subject.on) return [];
    return [
      {
        state,
        number,
        issuedOn,
        expiresOn: dayOrNone(license.expiresOn),
        linesOfAuthority: Array.isArray(linesOfAuthority) ? linesOfAuthority.map(shownText) : undefined,
      },
    ];
  });
  return stated.length > 0 ? [...held, ...stated] : held;
}

/** Returns the first day on which a license counts that the offer states, but that is not issued yet. */
export function nextIssueOf(subject: Subject): string | undefined {
  let first: string | undefined;
  for (const { issuedOn } of objectsOf(complianceOf(subject).licenses)) {
    const issued = dayOrNone(issuedOn);
    // 30 February becomes 2 March.
    if (issued !== undefined && issued > subject.on) first = earlierDay(first, addDays(issued, 0));
  }
  return first;
}

/** Returns whichever license is valid longer. */
const longer = (a: StateLicense | undefined, b: StateLicense): StateLicense =>
  a !== undefined && (a.expiresOn === undefined || (b.expiresOn !== undefined && a.expiresOn >= b.expiresOn))
    ? a
    : b;

/** Returns the license of each state that is valid the longest. */
export function bestLicenses(licenses: readonly StateLicense[]): Map<string, StateLicense> {
  const byState = new Map<string, StateLicense>();
  for (const license of licenses) byState.set(license.state, longer(byState.get(license.state), license));
  return byState;
}

/** How licenses are required. */
interface LicenseDemand {
  /** Kind of the team's licenses that count. */
  kind: string;
  /** Returns the states in which the provider needs a license to sell the offer. */
  statesOf(this: void, subject: Subject): readonly string[];
}

/**
 * Requires a license in each state. The result is `fail` if one has expired, and `missing` if there is none. The message
 * gets the states, and when the licenses expired.
 */
export const licensePerState =
  ({ kind, statesOf }: LicenseDemand): CheckTest =>
  (subject) => {
    const states = statesOf(subject);
    if (states.length === 0) return notApplicable;
    const licenses = bestLicenses(stateLicensesOf(subject, kind));
    const expired: string[] = [];
    const absent: string[] = [];
    let changesOn = nextIssueOf(subject);
    for (const state of states) {
      const license = licenses.get(state);
      if (!license) absent.push(state);
      else if (license.expiresOn === undefined) continue;
      else if (license.expiresOn < subject.on) expired.push(`${state} (${license.expiresOn})`);
      else changesOn = earlierDay(changesOn, dayAfter(license.expiresOn));
    }
    if (expired.length > 0) return until(fail(listText(expired)), changesOn);
    return until(absent.length > 0 ? missing(listText(absent)) : pass, changesOn);
  };

/** Warns of licenses that expire in less than a number of days. */
export const licensesLast =
  ({ kind, statesOf }: LicenseDemand, days: number): CheckTest =>
  (subject) => {
    const licenses = bestLicenses(stateLicensesOf(subject, kind));
    const soon: string[] = [];
    let isDated = false;
    let changesOn: string | undefined;
    for (const state of statesOf(subject)) {
      const expiresOn = licenses.get(state)?.expiresOn;
      if (expiresOn === undefined || expiresOn < subject.on) continue;
      isDated = true;
      const warnFrom = addDays(expiresOn, 1 - days);
      if (warnFrom <= subject.on) soon.push(`${state} (${expiresOn})`);
      changesOn = earlierDay(changesOn, warnFrom <= subject.on ? dayAfter(expiresOn) : warnFrom);
    }
    if (soon.length > 0) return until(fail(listText(soon)), changesOn);
    return until(isDated ? pass : notApplicable, changesOn);
  };

/** Returns the texts of an offer that customers see. */
export const shownTextsOf = (subject: Subject): readonly unknown[] => {
  const { description, marketingHeadline, marketingDescription, overview, keyFeatures } = subject.offer;
  return [
    complianceOf(subject).disclosureText,
    description,
    marketingHeadline,
    marketingDescription,
    overview,
    ...(keyFeatures ?? []),
  ];
};

/** A license whose number must be shown. */
export interface ShownLicense extends StateLicense {
  isShown: boolean;
  /** The first day on which that can differ. */
  changesOn?: string;
}

/**
 * Returns whether customers see the number of a license of a state: of any one that is valid, or of an expired one if none is.
 * Undefined if there is no license.
 */
export function shownLicenseOf(subject: Subject, kind: string, state: string): ShownLicense | undefined {
  const licenses = stateLicensesOf(subject, kind).filter((license) => license.state === state);
  const valid = licenses.filter(({ expiresOn }) => expiresOn === undefined || expiresOn >= subject.on);
  const counting = valid.length > 0 ? valid : licenses;
  const best = bestLicenses(licenses).get(state);
  if (!best) return undefined;
  const texts = shownTextsOf(subject);
  const ends = valid.flatMap(({ expiresOn }) => (expiresOn === undefined ? [] : [dayAfter(expiresOn)]));
  return {
    ...best,
    isShown: counting.some(({ number }) => isNumberShown(texts, number)),
    changesOn: ends.reduce<string | undefined>((first, day) => earlierDay(first, day), undefined),
  };
}
