import type { CategoryName } from '../../offers/categories/all-categories.js';
import type { OfferFields } from '../../offers/offer-fields.js';
import type { Pricing } from '../../offers/pricing/pricing-view.js';

/*
 * What the rules of compliance consist of. They are data and pure functions; all days are in UTC, as `YYYY-MM-DD`, so that
 * they can be compared as texts.
 */

export type CheckResult = 'pass' | 'fail' | 'missing' | 'notApplicable' | 'needsReview';
export type Severity = 'error' | 'warning';

/** The fields of an offer as its provider sees them, with amounts in major units. */
export interface AssessedOffer extends Omit<OfferFields, 'serviceArea'> {
  pricing: Pricing;
  /** Where the offer is available; null means everywhere. */
  area: { zipCodes?: readonly string[] | null; states?: readonly string[] | null } | null;
}

/** A license that the provider holds. */
export interface ProviderLicense {
  kind: string;
  /** Two-letter code; null if it is not a license of one state. */
  state: string | null;
  number: string;
  holder: string | null;
  /** The last day on which it is valid; null if it does not expire. */
  expiresOn: string | null;
}

/** What the checks read. It is built without I/O. */
export interface Subject {
  offer: AssessedOffer;
  /** The states in which the offer is available: those of its area and those of its ZIP codes. Null means everywhere. */
  states: readonly string[] | null;
  provider: { name: string; licenses: readonly ProviderLicense[] };
  /** The day for which the rules apply. */
  on: string;
}

/** What a check found. */
export interface Outcome {
  result: CheckResult;
  /** Values for the placeholders {0}, {1} of the message. */
  args?: readonly (string | number)[];
  /** The first day after that of the subject on which the result can change even if the offer does not. */
  changesOn?: string;
}

export type CheckMessages = Partial<Record<'fail' | 'missing' | 'needsReview', string>>;

/** A requirement of a rule set, as it is published. */
export interface CheckText {
  /** Unique in the rule sets that apply on the same day, such as `I02`. */
  code: string;
  /** A failed warning never changes the status. */
  severity: Severity;
  /** What is required, in one sentence. */
  title: string;
  /** JSON pointer to the value in the offer, such as `/complianceData/broadbandLabel/uniquePlanId`. */
  pointer: string;
  /** Messages with the placeholders {0}, {1}. */
  messages: CheckMessages;
  citation: string;
  /** Whether the regulator has proposed to repeal the requirement. */
  proposedForRepeal?: boolean;
}

export interface Check extends CheckText {
  /** How an operator has declared the check; undefined for checks that are part of the service. */
  definition?: object;
  /** Examines the offer. It reads properties and never throws, whatever the offer contains. */
  check(this: void, subject: Subject): Outcome;
}

/** A regulation in one version, with its checks. */
export interface RuleSet {
  id: string;
  version: string;
  title: string;
  /** `US`, or `US-` and the code of a state. */
  jurisdiction: string;
  /** Null means every category but `other`. */
  category: CategoryName | null;
  /** The first day on which it applies. */
  effectiveFrom: string;
  /** The last day on which it applies; null if none is known. */
  effectiveTo: string | null;
  citation: string;
  /** URL of the text, or a description of where it was found. */
  source: string;
  /** When the rule set applies, in one sentence. */
  scope: string;
  /**
   * Whether the rule set only supplements regulations. It can make an offer incomplete or non-compliant, but never
   * compliant on its own.
   */
  general?: boolean;
  /** Data on which the checks depend, such as a table of states. It is published, and part of the digest. */
  data?: object;
  /** Returns whether it applies to an offer of its category. */
  applies(this: void, subject: Subject): boolean;
  checks: readonly Check[];
  /** The rule from which the licenses of resellers follow. */
  resellerRequirement?: Pick<CheckText, 'code' | 'title' | 'citation'>;
  /**
   * Returns the licenses of which a reseller must hold at least one to sell the offer, such as `puct_broker` or
   * `insurance_producer:TX`; an empty list if it needs none.
   */
  resellerLicenses?(this: void, subject: Subject): string[];
}
