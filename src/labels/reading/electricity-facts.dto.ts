import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { MoneyField } from '../../money/money-fields.js';
import { EnumField, NumberField } from '../../validation/fields.js';
import { ObjectField, ObjectListField } from '../../validation/object-fields.js';
import type {
  AveragePrice,
  ElectricityFacts,
  EnergyStep,
  LabelCharges,
} from '../values/electricity-facts.js';
import {
  labelAmount,
  labelCurrency,
  labelEarlyTermination,
  labelFees,
  labelFlag,
  labelText,
  labelTextOrNull,
  labelUrl,
  type LabelEarlyTerminationView,
  type LabelFeeView,
} from './label-fees.dto.js';

const kwh = (description: string, example: number) =>
  NumberField({ description, integer: true, min: 0, example });

@ApiSchema({ name: 'AveragePrice' })
export class AveragePriceView implements AveragePrice {
  @kwh('Monthly usage in kWh.', 1000)
  usageKwh: number;

  @NumberField({
    description: 'Average price in cents per kWh, rounded half up to a tenth. Null if not stated.',
    nullable: true,
    example: 13.2,
  })
  centsPerKwh: number | null;
}

@ApiSchema({ name: 'CurvePoint' })
export class CurvePointView {
  @kwh('Monthly usage in kWh.', 1000)
  usageKwh: number;

  @NumberField({ description: 'Average price in cents per kWh, rounded half up to a tenth.', example: 13.2 })
  centsPerKwh: number;
}

@ApiSchema({ name: 'EnergyStep' })
export class EnergyStepView implements EnergyStep {
  @kwh('Usage above which the price applies.', 0)
  fromKwh: number;

  @NumberField({
    description: 'Usage up to which it applies; null if there is no end.',
    nullable: true,
    example: null,
  })
  toKwh: number | null;

  @NumberField({ description: 'Price in cents per kWh.', min: 0, example: 7.2 })
  centsPerKwh: number;

  @NumberField({
    description: 'Share of the usage to which it applies, in percent.',
    min: 0,
    max: 100,
    example: 100,
  })
  sharePercent: number;
}

@ApiSchema({ name: 'LabelUsageCredit' })
export class LabelUsageCreditView {
  @kwh('Lowest usage with the credit.', 1000)
  fromKwh: number;

  @NumberField({ description: 'Highest usage; null if there is no end.', nullable: true, example: 1999 })
  toKwh: number | null;

  @MoneyField({ description: 'Credit per month.', example: 50 })
  amount: number;
}

@ApiSchema({ name: 'LabelMinimumUsageFee' })
export class LabelMinimumUsageFeeView {
  @kwh('Usage from which the fee is not charged.', 1000)
  belowKwh: number;

  @MoneyField({ description: 'Fee per month.', example: 9.95 })
  amount: number;
}

@ApiSchema({ name: 'LabelCharges' })
export class LabelChargesView implements LabelCharges {
  @ObjectListField(() => EnergyStepView, { description: 'Energy charges by usage.', maxItems: 20 })
  energy: EnergyStepView[];

  @labelAmount('Base charge per month.', 4.95)
  baseMonthly: number | null;

  @ObjectField(() => LabelMinimumUsageFeeView, {
    description: 'Fee for a month with little usage; null if there is none.',
    nullable: true,
  })
  minimumUsageFee: LabelMinimumUsageFeeView | null;

  @labelAmount('Delivery charge of the utility in cents per kWh.', 5.6032)
  deliveryCentsPerKwh: number | null;

  @labelAmount('Delivery charge of the utility per month.', 4.23)
  deliveryMonthly: number | null;

  @ObjectListField(() => LabelUsageCreditView, { description: 'Credits by usage.', maxItems: 20 })
  credits: LabelUsageCreditView[];
}

@ApiSchema({ name: 'LabelContact' })
export class LabelContactView {
  @labelTextOrNull('Mailing address.', 'PO Box 100, Houston, TX 77001')
  address: string | null;

  @labelTextOrNull('E-mail address.', 'care@power.example')
  email: string | null;

  @labelUrl('the website', 'https://power.example')
  url: string | null;

  @labelTextOrNull('Toll-free phone number.', '1 (800) 555 0100')
  phone: string | null;

  @labelTextOrNull('When the phone is answered.', '8 a.m. to 6 p.m. Central Time')
  hours: string | null;
}

/** An Electricity Facts Label (16 TAC 25.475(g)), in the order in which it is printed. */
@ApiSchema({ name: 'ElectricityFacts' })
export class ElectricityFactsView implements ElectricityFacts {
  @EnumField(['electricityFacts'], { description: 'Kind of label.', example: 'electricityFacts' })
  kind: 'electricityFacts';

  @labelText('Certified name of the retail electric provider.', 'Bright Power LLC')
  provider: string;

  @labelTextOrNull('Name under which it does business, if that differs.', 'Bright Power')
  dba: string | null;

  @labelTextOrNull('PUCT certificate number.', '10001')
  certificateNumber: string | null;

  @labelTextOrNull('Code of the utility that delivers the energy.', 'ONCOR')
  utility: string | null;

  @labelText('Name of the product.', 'Green Power 12')
  plan: string;

  @labelTextOrNull('Day on which the provider issued the label.', '2026-01-15')
  issuedOn: string | null;

  @labelCurrency()
  currency: string;

  @ObjectListField(() => AveragePriceView, {
    description:
      'Average prices with all recurring charges, without sales taxes and reimbursements of gross receipts taxes.',
    maxItems: 3,
  })
  averages: AveragePriceView[];

  @EnumField(['charges', 'stated'], {
    description:
      'Whether the averages follow from the charges, or are those that the provider states. Null if they are unknown.',
    nullable: true,
    example: 'charges',
  })
  averagesBasis: 'charges' | 'stated' | null;

  @ObjectField(() => LabelChargesView, { description: 'The charges. Null if not stated.', nullable: true })
  charges: LabelChargesView | null;

  @ObjectListField(() => CurvePointView, {
    description:
      'Average prices from 100 to 3,000 kWh in steps of 50 kWh, and on both sides of every jump of the bill. Empty if the charges are not stated.',
    maxItems: 200,
  })
  curve: CurvePointView[];

  @labelTextOrNull('Type of product: `fixed`, `variable` or `indexed`.', 'fixed')
  rateType: string | null;

  @labelAmount('Contract term in months; 0 means none.', 12)
  contractMonths: number | null;

  @labelEarlyTermination()
  earlyTermination: LabelEarlyTerminationView;

  @labelTextOrNull('How, and by how much, the price can change.')
  priceChanges: string | null;

  @labelTextOrNull('Other fees, in words.')
  otherFees: string | null;

  @labelFees('Other fees per month.')
  monthlyFees: LabelFeeView[] | null;

  @labelFees('One-time fees.')
  oneTimeFees: LabelFeeView[] | null;

  @labelFlag('Whether the customer pays in advance.')
  prepaid: boolean | null;

  @labelFlag('Whether the provider purchases excess distributed renewable generation.')
  buysExcessGeneration: boolean | null;

  @labelAmount('Renewable content in percent.', 100)
  renewablePercent: number | null;

  @labelAmount('Statewide average of the renewable content in percent.', 33)
  stateRenewablePercent: number | null;

  @labelUrl('the terms of service', 'https://power.example/tos.pdf')
  termsUrl: string | null;

  @labelTextOrNull('Version number of the terms of service.', 'TOS-2026-01')
  termsVersion: string | null;

  @labelUrl('the document "Your Rights as a Customer"', 'https://power.example/yrac.pdf')
  yourRightsUrl: string | null;

  @labelUrl('the prepaid disclosure statement', 'https://power.example/pds.pdf')
  prepaidUrl: string | null;

  @ObjectField(() => LabelContactView, { description: 'How to reach the provider.' })
  contact: LabelContactView;

  @labelTextOrNull('Version number of the label.', 'EFL-2026-01')
  version: string | null;
}
