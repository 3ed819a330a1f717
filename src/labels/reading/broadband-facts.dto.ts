import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { TaxesField, type Taxes } from '../../offers/pricing/price-fields.js';
import { EnumField, NumberField } from '../../validation/fields.js';
import { ObjectField } from '../../validation/object-fields.js';
import type { BroadbandFacts, TypicalRange } from '../values/broadband-facts.js';
import {
  labelAmount,
  labelContract,
  labelCurrency,
  labelEarlyTermination,
  labelFees,
  labelFlag,
  labelIntroductory,
  labelText,
  labelTextOrNull,
  labelUrl,
  type LabelContractView,
  type LabelEarlyTerminationView,
  type LabelFeeView,
  type LabelIntroductoryView,
} from './label-fees.dto.js';

@ApiSchema({ name: 'TypicalRange' })
export class TypicalRangeView implements TypicalRange {
  @NumberField({ description: 'Lower end.', min: 0, example: 67 })
  low: number;

  @NumberField({ description: 'Upper end; the same if it is a single value.', min: 0, example: 622 })
  high: number;
}

const range = (description: string) =>
  ObjectField(() => TypicalRangeView, { description: `${description} Null if not stated.`, nullable: true });

@ApiSchema({ name: 'LabelSpeeds' })
export class LabelSpeedsView {
  @range('Typical download speed in Mbps.')
  download: TypicalRangeView | null;

  @range('Typical upload speed in Mbps.')
  upload: TypicalRangeView | null;

  @range('Typical latency in ms.')
  latency: TypicalRangeView | null;
}

@ApiSchema({ name: 'AdditionalData' })
export class AdditionalDataView {
  @NumberField({ description: 'Price of each further amount of data.', min: 0, example: 5 })
  price: number;

  @NumberField({ description: 'That amount, in GB.', min: 0, example: 10 })
  gigabytes: number;
}

@ApiSchema({ name: 'LabelData' })
export class LabelDataView {
  @labelFlag('Whether the data is unlimited.', true)
  unlimited: boolean | null;

  @labelAmount('Included data per month in GB.', 50)
  includedGb: number | null;

  @ObjectField(() => AdditionalDataView, {
    description: 'Charges for additional data; null if there are none, or they are not stated.',
    nullable: true,
  })
  additional: AdditionalDataView | null;

  @labelUrl('the policy on data usage', 'https://isp.example/data')
  policyUrl: string | null;
}

/** A broadband consumer label (47 CFR 8.1(a)), in the order of its blocks. */
@ApiSchema({ name: 'BroadbandFacts' })
export class BroadbandFactsView implements BroadbandFacts {
  @EnumField(['broadbandFacts'], { description: 'Kind of label.', example: 'broadbandFacts' })
  kind: 'broadbandFacts';

  @labelText('Name of the provider.', 'Northwind Fibre')
  provider: string;

  @labelText('Name of the plan.', 'Fibre 500')
  plan: string;

  @labelTextOrNull('Name of the tier.', 'Gold')
  tier: string | null;

  @EnumField(['fixed', 'mobile'], {
    description: 'Type of broadband service. Null if not stated.',
    nullable: true,
    example: 'fixed',
  })
  connection: 'fixed' | 'mobile' | null;

  @labelCurrency()
  currency: string;

  @labelAmount('Monthly price: the introductory price, if there is one.', 39.95)
  monthlyPrice: number | null;

  @labelIntroductory()
  introductory: LabelIntroductoryView | null;

  @labelContract()
  contract: LabelContractView | null;

  @labelFees('Monthly fees of the provider.')
  monthlyFees: LabelFeeView[] | null;

  @labelFees('One-time fees at the time of purchase.')
  oneTimeFees: LabelFeeView[] | null;

  @labelEarlyTermination()
  earlyTermination: LabelEarlyTerminationView;

  @TaxesField({ description: 'Government taxes. Null if not stated.', nullable: true, example: 'varies' })
  taxes: Taxes | null;

  @labelUrl('discounts and bundles', 'https://isp.example/discounts')
  discountsUrl: string | null;

  @ObjectField(() => LabelSpeedsView, { description: 'Speeds provided with the plan.' })
  speeds: LabelSpeedsView;

  @ObjectField(() => LabelDataView, { description: 'Data included with the monthly price.' })
  data: LabelDataView;

  @labelUrl('the network management policy', 'https://isp.example/network')
  networkManagementUrl: string | null;

  @labelUrl('the privacy policy', 'https://isp.example/privacy')
  privacyUrl: string | null;

  @labelUrl('the customer support', 'https://isp.example/support')
  supportUrl: string | null;

  @labelTextOrNull('Phone number of the customer support.', '(555) 555-5555')
  supportPhone: string | null;

  @labelTextOrNull('Unique plan identifier.', 'F0005937974123ABC456EMC789')
  uniquePlanId: string | null;
}
