import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { computedMember, isoTime, objectMember, textMember } from '../../sql/wire/json-row-writer.js';
import type { WireRow } from '../../sql/wire/wire-row.js';
import { BooleanField, DateField, DateTimeField, EnumField, TextField } from '../../validation/fields.js';
import { TextListField } from '../../validation/fields.js';
import { ObjectListField } from '../../validation/object-fields.js';
import type { AssessmentColumns } from './assessment-columns.js';
import { statusesOfAssessment, type StatusOfAssessment, type StoredFindings } from './assessment-result.js';
import { findingTexts, findingTextsJson, type FindingText } from './finding-texts.js';

@ApiSchema({ name: 'ComplianceFinding' })
export class ComplianceFinding implements FindingText {
  @TextField({ description: 'Code of the check.', max: 50, example: 'I02' })
  code: string;

  @TextField({
    description: 'Rule set with the check, see `GET /compliance/rule-sets`: ID and version.',
    max: 255,
    example: 'us-fcc-broadband-label@2024-10-10',
  })
  ruleSet: string;

  @EnumField(['error', 'warning'], {
    description: 'Only errors determine the status.',
    example: 'error',
  })
  severity: 'error' | 'warning';

  @EnumField(['fail', 'missing', 'needsReview'], {
    description:
      '`fail`: the offer breaks the rule; `missing`: it lacks data; `needsReview`: a person has to look at it.',
    example: 'missing',
  })
  result: string;

  @TextField({
    description: 'JSON pointer to the value in the offer.',
    max: 1000,
    example: '/complianceData/broadbandLabel/uniquePlanId',
  })
  pointer: string;

  @TextField({
    description: 'What was found.',
    max: 10_000,
    example: 'The unique plan identifier is missing.',
  })
  message: string;

  @TextField({ description: 'The regulation.', max: 1000, example: '47 CFR 8.1(a)' })
  citation: string;

  @BooleanField({
    description: 'Whether the regulator has proposed to repeal the requirement.',
    example: false,
  })
  proposedForRepeal: boolean;
}

const status = {
  description:
    'What the automated check of the rules says: `unknown` if no rules apply, `incomplete` if required data is missing, `non_compliant` if a rule is broken. Not legal advice.',
  example: 'compliant',
};

@ApiSchema({ name: 'ComplianceAssessmentStatus' })
export class AssessmentStatusView {
  @EnumField(statusesOfAssessment, status)
  status: StatusOfAssessment;
}

@ApiSchema({ name: 'ComplianceAssessment' })
export class AssessmentView extends AssessmentStatusView {
  @TextListField({
    description: 'The rule sets that applied.',
    maxItems: 100,
    maxLength: 255,
    example: ['us-fcc-broadband-label@2024-10-10'],
  })
  ruleSets: string[];

  @ObjectListField(() => ComplianceFinding, {
    description: 'The checks that did not pass.',
    maxItems: 1000,
  })
  findings: ComplianceFinding[];

  @DateTimeField({
    description: 'Since when the result is as it is; null if the offer has not been assessed yet.',
    nullable: true,
    example: '2026-01-31T09:30:00.000Z',
  })
  assessedAt: string | null;

  @DateField({
    description:
      'The first day on which the result can change even if the offer does not, because a license expires or a rule takes effect. Null if none is known.',
    nullable: true,
    example: '2027-01-01',
  })
  validUntil: string | null;

  static of(this: void, columns: AssessmentColumns): AssessmentView {
    const { findings, assessedRules } = columns;
    return {
      status: columns.assessedStatus,
      ruleSets: assessedRules,
      findings: findingTexts(findings, assessedRules),
      assessedAt: columns.assessedAt?.toISOString() ?? null,
      validUntil: columns.assessedUntil,
    };
  }
}

const rules = 'array_to_json(o.assessed_rules)';

/** Writes an AssessmentView from an offer `o`. */
export const assessmentMember = computedMember(
  ['o.assessed_status', rules, 'o.findings', 'o.assessed_at', 'o.assessed_until'],
  (result, ruleSets, findings, at, until) =>
    `{"status":"${result}","ruleSets":${ruleSets},"findings":${findingTextsJson(findings ?? '[]', ruleSets ?? '[]')},"assessedAt":${
      at === null ? 'null' : `"${isoTime(at)}"`
    },"validUntil":${until === null ? 'null' : `"${until}"`}}`,
);

/** Writes an AssessmentStatusView from an offer `o`. */
export const assessmentStatusMember = objectMember({ status: textMember('o.assessed_status') });

/** The columns that `readAssessment` needs. */
export const assessmentColumnsToRead = [
  'o.assessed_status',
  'o.assessed_at',
  'o.assessed_until',
  rules,
  'o.findings',
  'array_to_json(o.reseller_licenses)',
  'o.assessed_version',
];

/** Reads the columns from a row. @param at returns the index of a column in the row */
export function readAssessment(row: WireRow, at: (column: string) => number): AssessmentColumns {
  const [result, since, until, ruleSets, findings, licenses, version] = assessmentColumnsToRead.map(
    (column) => row.text(at(column)),
  );
  return {
    assessedStatus: result as StatusOfAssessment,
    assessedAt: since ? new Date(since) : null,
    assessedUntil: until ?? null,
    assessedRules: JSON.parse(ruleSets ?? '[]') as string[],
    findings: JSON.parse(findings ?? '[]') as StoredFindings,
    resellerLicenses: JSON.parse(licenses ?? '[]') as string[],
    assessedVersion: version ? Number(version) : null,
  };
}
