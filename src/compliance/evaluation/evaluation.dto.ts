import { AssessmentStatusView, ComplianceFinding } from '../../offers/assessment/assessment-view.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { rule } from '../../validation/field.js';
import { DateField, EnumField, TextField, TextListField } from '../../validation/fields.js';
import { EnumListField } from '../../validation/list-fields.js';
import { ObjectListField } from '../../validation/object-fields.js';

const parts = ['passed'] as const;

export class EvaluationQuery {
  @DateField({
    description:
      'Day (UTC) for which the rules and licenses apply, from 2000 to 2099. Defaults to today. Use it to see what a rule that takes effect later will say.',
    optional: true,
    example: '2027-01-01',
  })
  @rule({ code: 'range' }, 'must be from 2000-01-01 to 2099-12-31', (day) => String(day).startsWith('20'))
  on?: string;

  @EnumListField(parts, {
    description: 'What to return in addition: with `passed`, the checks that passed as well.',
    optional: true,
  })
  include?: (typeof parts)[number][];
}

@ApiSchema({ name: 'CompliancePassedCheck' })
export class PassedCheck {
  @TextField({ description: 'Code of the check.', max: 50, example: 'I02' })
  code: string;

  @TextField({
    description: 'Rule set with the check: ID and version.',
    max: 255,
    example: 'us-fcc-broadband-label@2024-10-10',
  })
  ruleSet: string;

  @EnumField(['error', 'warning'], {
    description: 'Only errors determine the status.',
    example: 'error',
  })
  severity: 'error' | 'warning';

  @TextField({
    description: 'What is required.',
    max: 1000,
    example: 'The FCC registration number has 10 digits.',
  })
  title: string;

  @TextField({
    description: 'JSON pointer to the value in the offer.',
    max: 1000,
    example: '/complianceData/broadbandLabel/uniquePlanId',
  })
  pointer: string;

  @TextField({ description: 'The regulation.', max: 1000, example: '47 CFR 8.1(a)' })
  citation: string;
}

@ApiSchema({ name: 'ComplianceEvaluation' })
export class EvaluationView extends AssessmentStatusView {
  @DateField({ description: 'Day (UTC) for which the rules were applied.', example: '2027-01-01' })
  on: string;

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

  @ObjectListField(() => PassedCheck, {
    description: 'The checks that passed; only with `include=passed`.',
    maxItems: 1000,
    optional: true,
  })
  passed?: PassedCheck[];

  @DateField({
    description:
      'The first day on which the result can change even if the offer does not, because a license expires or a rule takes effect. Null if none is known.',
    nullable: true,
    example: '2027-08-31',
  })
  validUntil: string | null;

  @TextListField({
    description:
      'The licenses of which a reseller needs one to sell the offer: `puct_broker`, `insurance_producer:TX` for each state, or `insurance_producer` for an offer that is available everywhere. Empty if it needs none.',
    maxItems: 100,
    maxLength: 100,
    example: ['insurance_producer:TX'],
  })
  resellerLicenses: string[];
}
