import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { categoryNames, type CategoryName } from '../../offers/categories/all-categories.js';
import { PageQuery } from '../../paging/page.js';
import {
  BooleanField,
  DateField,
  EnumField,
  TextField,
  UnlimitedTextField,
} from '../../validation/fields.js';
import { FreeObjectField, ObjectField, ObjectListField } from '../../validation/object-fields.js';
import type { Severity } from '../engine/rule-set.js';

const text = (description: string, example: string) =>
  UnlimitedTextField({ description, example, optional: false });

const on = () =>
  DateField({
    description: 'The day (UTC) on which the rules are in effect; today if omitted.',
    optional: true,
    example: '2027-01-01',
  });

export class RulesOfDay {
  @on()
  on?: string;
}

export class ListRuleSets extends PageQuery {
  @on()
  on?: string;

  @EnumField(categoryNames, {
    description: 'Returns only rule sets that can apply to offers of this category.',
    optional: true,
  })
  category?: CategoryName;
}

@ApiSchema({ name: 'RuleMessages' })
class RuleMessagesView {
  @UnlimitedTextField({
    description: 'Message if the requirement is not met.',
    example: 'The monthly price is {0}.',
  })
  fail?: string;

  @UnlimitedTextField({
    description: 'Message if information is missing.',
    example: 'The monthly price is missing.',
  })
  missing?: string;

  @UnlimitedTextField({
    description: 'Message if somebody must look at it.',
    example: 'The price must be checked.',
  })
  needsReview?: string;
}

@ApiSchema({ name: 'ComplianceCheck' })
export class CheckView {
  @text('Code of the check, as in findings.', 'I03')
  code: string;

  @EnumField(['error', 'warning'], {
    description: 'A failed error makes an offer non-compliant; a warning never changes its status.',
    example: 'error',
  })
  severity: Severity;

  @text('What is required.', 'The label has a unique plan identifier.')
  title: string;

  @text(
    'JSON pointer to the value in the offer that is examined.',
    '/complianceData/broadbandLabel/uniquePlanId',
  )
  pointer: string;

  @ObjectField(() => RuleMessagesView, {
    description: 'The messages of findings, by their result. {0}, {1} are replaced by values.',
  })
  messages: RuleMessagesView;

  @text('Citation.', '47 CFR 8.1(a)')
  citation: string;

  @BooleanField({ description: 'Whether the regulator has proposed to repeal it.', example: false })
  proposedForRepeal: boolean;

  @FreeObjectField({
    description: 'What the check requires, if the operator has added it; null for checks of the service.',
    nullable: true,
    example: null,
  })
  definition: object | null;
}

@ApiSchema({ name: 'ResellerRequirement' })
class ResellerRequirementView {
  @text('Code of the requirement.', 'E13')
  code: string;

  @text('What resellers of such offers need.', 'Brokers are registered.')
  title: string;

  @text('Citation.', '16 TAC 25.112(a)')
  citation: string;
}

@ApiSchema({ name: 'RuleSet' })
export class RuleSetView {
  @text('ID of the rule set. All of its versions have the same.', 'us-fcc-broadband-label')
  id: string;

  @TextField({ description: 'Version of the rule set.', max: 50, example: '2024-10-10' })
  version: string;

  @text('Title.', 'FCC broadband consumer label')
  title: string;

  @text('`US`, or `US-` and the code of a state.', 'US')
  jurisdiction: string;

  @EnumField(categoryNames, {
    description: 'Category of the offers; null for all categories but `other`.',
    nullable: true,
    example: 'internet',
  })
  category: CategoryName | null;

  @DateField({ description: 'First day on which it is in effect.', example: '2024-10-10' })
  effectiveFrom: string;

  @DateField({
    description: 'Last day on which it is in effect; null if no end is known.',
    nullable: true,
    example: null,
  })
  effectiveTo: string | null;

  @text('Citation.', '47 CFR 8.1(a)')
  citation: string;

  @text('Where the text was found, and what is not certain about it.', 'FCC 22-86')
  source: string;

  @text('To which offers it applies.', 'Internet services for the mass market.')
  scope: string;

  @BooleanField({
    description:
      'Whether its checks only add to those of a regulation: on its own, such a rule set never makes an offer compliant.',
    example: false,
  })
  general: boolean;

  @FreeObjectField({
    description: 'Data on which the checks depend, such as a table of states; null if there is none.',
    nullable: true,
    example: null,
  })
  data: object | null;

  @ObjectField(() => ResellerRequirementView, {
    description: 'The license that resellers need to sell the offers; null if they need none.',
    nullable: true,
  })
  resellerRequirement: ResellerRequirementView | null;

  @ObjectListField(() => CheckView, { description: 'The checks, in their order.', maxItems: 1000 })
  checks: CheckView[];
}
