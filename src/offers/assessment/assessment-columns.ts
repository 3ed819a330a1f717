import { jsonEqual } from '../../common/json-equal.js';
import type { AssessmentResult, StatusOfAssessment, StoredFindings } from './assessment-result.js';

/** The columns with the last assessment of an offer. */
export interface AssessmentColumns {
  assessedStatus: StatusOfAssessment;
  /** Since when the result is as it is; null if the offer was never assessed. */
  assessedAt: Date | null;
  /** The first day on which the result can differ although the offer stays the same: `YYYY-MM-DD`. */
  assessedUntil: string | null;
  /** The rule sets that applied. */
  assessedRules: string[];
  findings: StoredFindings;
  /** The licenses of which a reseller needs one to sell the offer. */
  resellerLicenses: string[];
  /** The version that was assessed by whoever wrote it; any other version is assessed afterwards. */
  assessedVersion: number | null;
}

/** Column and SQL type of each of them. */
export const assessmentColumns: Record<keyof AssessmentColumns, [column: string, type: string]> = {
  assessedStatus: ['assessed_status', 'text'],
  assessedAt: ['assessed_at', 'timestamptz'],
  assessedUntil: ['assessed_until', 'date'],
  assessedRules: ['assessed_rules', 'text[]'],
  findings: ['findings', 'jsonb'],
  resellerLicenses: ['reseller_licenses', 'text[]'],
  assessedVersion: ['assessed_version', 'integer'],
};
export const assessmentNames = Object.keys(assessmentColumns) as (keyof AssessmentColumns)[];

/** The columns of an offer that was never assessed. The lists are never changed, only replaced. */
export const unassessed: AssessmentColumns = {
  assessedStatus: 'unknown',
  assessedAt: null,
  assessedUntil: null,
  assessedRules: [],
  findings: [],
  resellerLicenses: [],
  assessedVersion: null,
};

export const resultOf = (columns: AssessmentColumns): AssessmentResult => ({
  status: columns.assessedStatus,
  ruleSets: columns.assessedRules,
  findings: columns.findings,
  validUntil: columns.assessedUntil,
  resellerLicenses: columns.resellerLicenses,
});

/** Returns whether an assessment says the same as the one that is stored. */
export const isSameResult = (columns: AssessmentColumns, result: AssessmentResult): boolean =>
  columns.assessedAt !== null && jsonEqual(resultOf(columns), result);

/**
 * Gives an offer that is about to be written its assessment. The one that it had stays if the result is the same.
 * @param result undefined if it could not be assessed, so that it is assessed afterwards
 * @returns the names of the columns to write
 */
export function setAssessment(
  offer: { assessment: AssessmentColumns; readonly version: number; readonly updatedAt: Date },
  result: AssessmentResult | undefined,
): readonly (keyof AssessmentColumns)[] {
  if (!result) return [];
  const { assessment, version, updatedAt } = offer;
  if (isSameResult(assessment, result)) {
    offer.assessment = { ...assessment, assessedVersion: version };
    return ['assessedVersion'];
  }
  offer.assessment = {
    assessedStatus: result.status,
    assessedAt: updatedAt,
    assessedUntil: result.validUntil,
    assessedRules: result.ruleSets,
    findings: result.findings,
    resellerLicenses: result.resellerLicenses,
    assessedVersion: version,
  };
  return assessmentNames;
}
