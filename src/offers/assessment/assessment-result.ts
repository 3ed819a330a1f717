export const statusesOfAssessment = ['unknown', 'compliant', 'incomplete', 'non_compliant'] as const;
export type StatusOfAssessment = (typeof statusesOfAssessment)[number];

/** Code and result of each check that did not pass, and the values in its message. */
export type StoredFindings = [code: string, result: string, ...args: (string | number)[]][];

/** What the rules of compliance say about an offer. */
export interface AssessmentResult {
  status: StatusOfAssessment;
  /** The rule sets that applied. */
  ruleSets: string[];
  findings: StoredFindings;
  /** The first day on which the result can change even if the offer does not: `YYYY-MM-DD`. */
  validUntil: string | null;
  /** The licenses of which a reseller needs one to sell the offer. */
  resellerLicenses: string[];
}
