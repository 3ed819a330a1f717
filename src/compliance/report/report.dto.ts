import { categoryNames, type CategoryName } from '../../offers/categories/all-categories.js';
import { statusesOfAssessment, type StatusOfAssessment } from '../../offers/assessment/assessment-result.js';
import { ComplianceFinding } from '../../offers/assessment/assessment-view.js';
import { offerStatuses, type OfferStatus } from '../../offers/offer-status.js';
import { licenseKinds, type LicenseKind } from '../../licenses/license.js';
import { exampleIdIn } from '../../lazy-swagger/example-ids.js';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import {
  BooleanField,
  DateField,
  EnumField,
  IdField,
  NumberField,
  TextField,
} from '../../validation/fields.js';
import { IdListField } from '../../validation/list-fields.js';
import { ObjectField, ObjectListField } from '../../validation/object-fields.js';

/** The report covers this many offers of a team. */
export const maxReported = 100_000;
/** How many days the report looks ahead. */
export const daysAhead = 60;
/** The offers whose future is computed, and the IDs that are listed for each group. */
export const maxForecast = 500;
export const maxIds = 5;

const formats = ['json', 'csv'] as const;

export class ReportQuery {
  @EnumField(offerStatuses, {
    description: 'Only offers with this status. By default, all but archived ones.',
    optional: true,
  })
  status?: OfferStatus;

  @EnumField(formats, {
    description: 'Format of the response; takes precedence over the `Accept` header.',
    optional: true,
  })
  format?: (typeof formats)[number];
}

const CategoryField = () =>
  EnumField(categoryNames, {
    description: 'Category of the offers; null for offers without one.',
    nullable: true,
    example: 'internet',
  });
const OffersField = (description: string) => NumberField({ description, integer: true, min: 0, example: 12 });

@ApiSchema({ name: 'ComplianceReportTotal' })
export class ReportTotal {
  @CategoryField()
  category: CategoryName | null;

  @EnumField(statusesOfAssessment, { description: 'Result of the assessment.', example: 'incomplete' })
  status: StatusOfAssessment;

  @OffersField('Number of offers.')
  offers: number;
}

@ApiSchema({ name: 'ComplianceReportFinding' })
export class ReportFinding extends ComplianceFinding {
  @CategoryField()
  category: CategoryName | null;

  @OffersField('Number of offers with the finding. `message` is that of one of them.')
  offers: number;

  @IdListField(
    { description: `IDs of up to ${maxIds} of the offers.`, example: [exampleIdIn('/provider/offers')] },
    { max: maxIds },
  )
  offerIds: string[];
}

@ApiSchema({ name: 'ComplianceReportChange' })
export class ReportChange extends ReportFinding {
  @DateField({
    description: 'The first day on which the offers have the finding; they do not have it now.',
    example: '2027-01-01',
  })
  on: string;
}

@ApiSchema({ name: 'ComplianceReportLicense' })
export class ExpiringLicense {
  @IdField({ description: 'ID of the license.', example: exampleIdIn('/team/licenses') })
  id: string;

  @EnumField(licenseKinds, { description: 'Kind of the license.', example: 'alarm_company' })
  kind: LicenseKind;

  @TextField({
    description: 'Two-letter code of its state; null if it is federal.',
    max: 2,
    nullable: true,
    example: 'TX',
  })
  state: string | null;

  @TextField({ description: 'Number of the license.', max: 100, example: 'B12345' })
  number: string;

  @DateField({ description: 'The last day on which it is valid.', example: '2026-12-31' })
  expiresOn: string;
}

@ApiSchema({ name: 'ComplianceReportRuleSet' })
export class ComingRuleSet {
  @TextField({
    description: 'The rule set, see `GET /compliance/rule-sets`: ID and version.',
    max: 255,
    example: 'us-fcc-broadband-label@2024-10-10',
  })
  ruleSet: string;

  @TextField({ description: 'What it is about.', max: 1000, example: 'FCC broadband consumer labels' })
  title: string;

  @DateField({ description: 'The first day on which it applies.', example: '2027-01-01' })
  effectiveFrom: string;

  @DateField({
    description: 'The last day on which it applies; null if none is known.',
    nullable: true,
    example: '2027-06-30',
  })
  effectiveTo: string | null;
}

@ApiSchema({ name: 'ComplianceReportForecast' })
export class ReportForecast {
  @DateField({
    description: `The last day that the forecast covers: ${daysAhead} days from today.`,
    example: '2027-03-01',
  })
  until: string;

  @OffersField(
    'Number of offers for which something changes until then: a license expires, or a rule takes effect.',
  )
  offers: number;

  @OffersField(
    `Number of these offers whose results were computed in advance, those for which it changes first: at most ${maxForecast}.`,
  )
  computed: number;

  @ObjectListField(() => ReportChange, {
    description: 'What these offers will violate or lack, by day.',
    maxItems: 10_000,
  })
  findings: ReportChange[];

  @ObjectListField(() => ExpiringLicense, {
    description: 'Licenses of your team that expire until then.',
    maxItems: 1000,
  })
  licenses: ExpiringLicense[];

  @ObjectListField(() => ComingRuleSet, {
    description:
      'Rule sets that begin or cease to apply by then, including those that concern none of your offers.',
    maxItems: 1000,
  })
  ruleSets: ComingRuleSet[];
}

@ApiSchema({ name: 'ComplianceReport' })
export class ReportView {
  @DateField({ description: 'Day (UTC) of the report.', example: '2026-12-31' })
  on: string;

  @OffersField('Number of offers in the report.')
  offers: number;

  @BooleanField({
    description: `Whether the report covers all offers. It covers at most ${maxReported.toLocaleString('en-US')} of them.`,
    example: true,
  })
  isComplete: boolean;

  @ObjectListField(() => ReportTotal, { description: 'Offers by category and status.', maxItems: 100 })
  totals: ReportTotal[];

  @ObjectListField(() => ReportFinding, {
    description:
      'What offers violate or lack now, by category: errors first, then warnings, each by number of offers.',
    maxItems: 10_000,
  })
  findings: ReportFinding[];

  @ObjectField(() => ReportForecast, { description: 'What will change.' })
  upcoming: ReportForecast;
}
