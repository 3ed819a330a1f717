import { assess, type StoredFinding } from '../engine/assess.js';
import type { RuleSet, Subject } from '../engine/rule-set.js';

/** How many days on which something changes are computed for an offer. */
const maxDays = 6;

/** An offer with its assessment of today. */
export interface KnownSubject {
  subject: Omit<Subject, 'on'>;
  findings: readonly StoredFinding[];
  /** The first day on which the assessment can differ. */
  until: string;
}

/** A finding that an offer does not have now. */
export interface ComingFinding {
  on: string;
  finding: StoredFinding;
  /** The rule sets that apply on the day. */
  ruleSets: readonly string[];
}

/** Remembers findings with their values, such as the states in which licenses have expired. */
class KnownFindings {
  private readonly texts = new Map<string, string[]>();

  /** Adds a finding, and returns whether it is new: a known one can have the same values, but not more of them. */
  add([code, result, ...values]: StoredFinding): boolean {
    const key = `${code} ${result}`;
    const text = values.join('\n');
    const texts = this.texts.get(key) ?? [];
    this.texts.set(key, [...texts, text]);
    return !texts.some((known) => known.includes(text));
  }
}

/** Returns what an offer will violate or lack from today until `horizon`, although it does not now, by day. */
export function comingFindings(
  { subject, findings, until }: KnownSubject,
  ruleSets: readonly RuleSet[],
  { today, horizon }: { today: string; horizon: string },
): ComingFinding[] {
  const known = new KnownFindings();
  for (const finding of findings) known.add(finding);
  const coming: ComingFinding[] = [];
  let on: string | null = until > today ? until : today;
  for (let days = 0; on !== null && on <= horizon && days < maxDays; days += 1) {
    const { findings: found, ruleSets: applied, validUntil } = assess({ ...subject, on }, ruleSets);
    for (const finding of found) if (known.add(finding)) coming.push({ on, finding, ruleSets: applied });
    on = validUntil;
  }
  return coming;
}
