import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { TaxesField, type Taxes } from '../../offers/pricing/price-fields.js';
import { EnumField, NumberField } from '../../validation/fields.js';
import { ObjectField, ObjectListField } from '../../validation/object-fields.js';
import type { AllInPrice } from '../values/all-in-price.js';
import type { LicenseCard } from '../values/license-card.js';
import {
  labelAmount,
  labelContract,
  labelCurrency,
  labelEarlyTermination,
  LabelFeeView,
  labelFees,
  labelIntroductory,
  labelText,
  labelTextOrNull,
  labelUrl,
  type LabelContractView,
  type LabelEarlyTerminationView,
  type LabelIntroductoryView,
} from './label-fees.dto.js';

@ApiSchema({ name: 'AllInPriceRange' })
export class AllInPriceRangeView {
  @NumberField({ description: 'Lowest price per month.', min: 0, example: 82.5 })
  low: number;

  @NumberField({ description: 'Highest price per month.', min: 0, example: 87.5 })
  high: number;
}

/** A card with the aggregate price of video programming (47 CFR 76.310). */
@ApiSchema({ name: 'AllInPriceCard' })
export class AllInPriceView implements AllInPrice {
  @EnumField(['allInPrice'], { description: 'Kind of label.', example: 'allInPrice' })
  kind: 'allInPrice';

  @labelText('Name of the provider.', 'Harbor TV')
  provider: string;

  @labelText('Name of the plan.', 'Family TV')
  plan: string;

  @labelCurrency()
  currency: string;

  @labelAmount('Price per month for all video programming.', 84.5)
  allInPrice: number | null;

  @ObjectField(() => AllInPriceRangeView, {
    description: 'The lowest and highest price, if it depends on the franchise area; otherwise null.',
    nullable: true,
  })
  allInPriceRange: AllInPriceRangeView | null;

  @labelAmount('The part of it that is not a fee, if the parts add up to it.', 60)
  basePrice: number | null;

  @ObjectListField(() => LabelFeeView, {
    description: 'The other parts, such as fees for regional sports. Empty if the parts do not add up.',
    maxItems: 60,
  })
  programmingFees: LabelFeeView[];

  @labelFees('What is charged per month in addition, such as equipment.')
  otherMonthlyFees: LabelFeeView[] | null;

  @labelFees('One-time fees at the time of purchase.')
  oneTimeFees: LabelFeeView[] | null;

  @TaxesField({ description: 'Government taxes. Null if not stated.', nullable: true, example: 'varies' })
  taxes: Taxes | null;

  @labelIntroductory()
  introductory: LabelIntroductoryView | null;

  @labelAmount('Base price in the introductory period.', 45)
  introductoryPrice: number | null;

  @labelTextOrNull('Last day of the promotion.', '2026-12-31')
  promotionEndDate: string | null;

  @labelContract()
  contract: LabelContractView | null;

  @labelEarlyTermination()
  earlyTermination: LabelEarlyTerminationView;

  @labelAmount('Number of channels.', 220)
  channelCount: number | null;

  @labelUrl('the subscriber privacy notice', 'https://tv.example/privacy')
  privacyUrl: string | null;
}

@ApiSchema({ name: 'LabelLicense' })
export class LabelLicenseView {
  @labelTextOrNull('USPS code of the state.', 'TX')
  state: string | null;

  @labelText('Number of the license.', 'B12345')
  number: string;

  @labelTextOrNull('Holder of the license.', 'Home Watch LLC')
  holder: string | null;

  @labelTextOrNull('Last day on which it is valid.', '2027-12-31')
  expiresOn: string | null;
}

@ApiSchema({ name: 'SecurityCard' })
export class SecurityCardView {
  @labelTextOrNull('Who monitors the alarm.', 'professional_monitoring')
  monitoring: string | null;

  @labelTextOrNull('Name of the monitoring center.', 'Central Watch')
  monitoringCenter: string | null;

  @labelTextOrNull('License of the monitoring center.', '02-345')
  monitoringCenterLicense: string | null;

  @labelTextOrNull('Name of the qualifying agent.', 'The licensed agent')
  qualifyingAgent: string | null;

  @labelContract()
  contract: LabelContractView | null;

  @labelAmount('Total cost of the contract.', 1079.64)
  contractTotalCost: number | null;

  @labelAmount('Months for which the contract renews itself.', 12)
  renewalTermMonths: number | null;

  @labelEarlyTermination()
  earlyTermination: LabelEarlyTerminationView;

  @labelTextOrNull('Note on local alarm permits.')
  permitNote: string | null;
}

@ApiSchema({ name: 'InsuranceCard' })
export class InsuranceCardView {
  @labelTextOrNull('Type of insurance.', 'Renters')
  type: string | null;

  @labelTextOrNull('Legal name of the underwriter.', 'Example Mutual')
  underwriter: string | null;

  @labelTextOrNull('NAIC company code.', '01234')
  naicCode: string | null;

  @labelTextOrNull('National Producer Number (NPN).', '1234567')
  producerNpn: string | null;

  @labelTextOrNull('Number of the policy form.', 'HO-4 05 11')
  policyFormNumber: string | null;

  @labelAmount('Coverage.', 100_000)
  coverageAmount: number | null;

  @labelAmount('Deductible.', 500)
  deductible: number | null;

  @labelAmount('Length of the policy in months.', 12)
  termMonths: number | null;

  @labelAmount('Premium for the term.', 144)
  termPremium: number | null;

  @labelUrl('the producer disclosure', 'https://insure.example/disclosure')
  disclosureUrl: string | null;

  @labelTextOrNull('Disclosure for surplus lines.')
  surplusLinesDisclosure: string | null;
}

/** A card with the licenses of an alarm company or an insurance producer. */
@ApiSchema({ name: 'LicenseCard' })
export class LicenseCardView implements LicenseCard {
  @EnumField(['licenseCard'], { description: 'Kind of label.', example: 'licenseCard' })
  kind: 'licenseCard';

  @EnumField(['security', 'insurance'], { description: 'Category of the offer.', example: 'security' })
  category: 'security' | 'insurance';

  @labelText('Name of the provider.', 'Home Watch')
  provider: string;

  @labelText('Name of the plan.', 'Home Watch Plus')
  plan: string;

  @labelCurrency()
  currency: string;

  @labelAmount('Monthly price: the introductory price, if there is one.', 29.99)
  monthlyPrice: number | null;

  @ObjectListField(() => LabelLicenseView, {
    description:
      'Licenses of the provider that are valid on the day on which the label was issued, and those that the offer states.',
    maxItems: 1100,
  })
  licenses: LabelLicenseView[];

  @labelTextOrNull('Licenses as the offer states them.', 'TX B12345')
  statedLicenses: string | null;

  @ObjectField(() => SecurityCardView, {
    description: 'Details of a security offer; null for others.',
    nullable: true,
  })
  security: SecurityCardView | null;

  @ObjectField(() => InsuranceCardView, {
    description: 'Details of an insurance offer; null for others.',
    nullable: true,
  })
  insurance: InsuranceCardView | null;

  @labelTextOrNull('Text that some states require in each offer.', 'License EF0001234')
  disclosure: string | null;
}
