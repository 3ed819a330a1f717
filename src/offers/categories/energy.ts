import { BooleanField, EnumField, NumberField, TextField } from '../../validation/fields.js';
import { ObjectField } from '../../validation/object-fields.js';
import { months, choiceOf, percent } from '../../validation/hints/converters.js';
import { Hints } from '../../validation/hints/hints.js';
import { validate } from '../../validation/validate.js';
import { priceAt } from '../pricing/energy-bill.js';
import { labelUsages, statedPrice, type AveragePrices } from '../pricing/per-kwh.js';
import type { Category } from './category.js';
import { EnergyComplianceData } from './compliance/energy-disclosure.js';
import type { ElectricityFactsLabel } from './compliance/electricity-facts-label.js';
import { EnergyCharges } from './energy-charges.js';

export const energyTypes = ['electricity', 'gas', 'solar'];
const rateTypes = ['fixed', 'variable', 'indexed'];
const energyCustomers = ['residential', 'small_commercial'];

/** The form of a utility's code, by which resellers filter. */
export const utilityCode = {
  max: 100,
  pattern: /^[A-Z0-9]+(_[A-Z0-9]+)*$/,
  hint: 'must be a code of capital letters, digits and underscores such as ONCOR or AEP_CENTRAL',
};

/** Converts the name of a utility to a code: "AEP Texas Central" to AEP_TEXAS_CENTRAL. */
const utilityOf = (given: unknown) =>
  typeof given === 'string'
    ? given
        .trim()
        .toUpperCase()
        .replace(/[^A-Z0-9]+/g, '_')
    : undefined;

/** Names of the public Offergrid guides. */
@Hints({
  energyType: {
    otherNames: ['fuelType', 'fuel', 'commodity'],
    convert: choiceOf(energyTypes, { electric: 'electricity', power: 'electricity' }),
  },
  contractLengthMonths: {
    otherNames: ['contractLength', 'contractTerm', 'termLength', 'termMonths', 'termInMonths', 'term'],
    convert: months,
  },
  renewablePercentage: {
    otherNames: ['renewablePercent', 'renewable', 'renewableContent', 'percentRenewable'],
    convert: percent,
  },
  rateType: { otherNames: ['priceType', 'productType'], convert: choiceOf(rateTypes) },
  utility: { otherNames: ['tdu', 'tdsp', 'tduArea', 'utilityCode', 'tduCompanyName'], convert: utilityOf },
  prepaid: { otherNames: ['isPrepaid', 'prePay'] },
  customerClass: {
    otherNames: ['customerType', 'segment'],
    convert: choiceOf(energyCustomers, { commercial: 'small_commercial', business: 'small_commercial' }),
  },
  timeOfUse: { otherNames: ['isTou', 'tou'] },
})
export class EnergyServiceData {
  @EnumField(energyTypes, {
    description: 'Type of energy.',
    optional: true,
    example: 'electricity',
  })
  energyType?: string;

  @NumberField({
    description: 'Contract length in months; 0 means no contract.',
    integer: true,
    min: 0,
    optional: true,
    example: 12,
  })
  contractLengthMonths?: number;

  @NumberField({
    description:
      'Share of renewable energy in percent. If omitted, `renewablePercent` of the Electricity Facts Label applies; without either, the share is unknown.',
    min: 0,
    max: 100,
    optional: true,
    example: 100,
  })
  renewablePercentage?: number;

  @EnumField(rateTypes, {
    description:
      'Whether the price is fixed during the contract, can be changed by the provider, or follows an index.',
    optional: true,
    example: 'fixed',
  })
  rateType?: string;

  @TextField({
    description:
      'Code of the utility that delivers the energy (TDU in Texas), in capital letters: ONCOR, CENTERPOINT, AEP_CENTRAL, AEP_NORTH, TNMP, LPL.',
    ...utilityCode,
    optional: true,
    example: 'ONCOR',
  })
  utility?: string;

  @BooleanField({ description: 'Whether the customer pays in advance.', optional: true, example: false })
  prepaid?: boolean;

  @BooleanField({
    description: 'Whether the price depends on the time of use.',
    optional: true,
    example: false,
  })
  timeOfUse?: boolean;

  @EnumField(energyCustomers, {
    description:
      'Customers for whom the plan is. The Electricity Facts Label of a plan for small businesses states average prices at 1,500, 2,500 and 3,500 kWh. The default is residential.',
    optional: true,
    example: 'residential',
  })
  customerClass?: string;

  @BooleanField({
    description:
      'Plans for small businesses: whether the meter also measures demand, so that the average prices depend on a load factor.',
    optional: true,
    example: false,
  })
  demandMeter?: boolean;

  @ObjectField(() => EnergyCharges, {
    description:
      'Charges from which the price at any usage follows. Without them, only the prices of the Electricity Facts Label are known.',
    optional: true,
  })
  charges?: EnergyCharges;
}

/** Returns the Electricity Facts Label of an offer; undefined if it has none. */
export const factsLabelOf = (compliance: Record<string, unknown>) =>
  compliance.electricityFactsLabel as ElectricityFactsLabel | undefined;

/** Returns the charges; undefined if they are not given, or are data of an older offer in another form. */
export const chargesOf = ({ charges }: Record<string, unknown>) =>
  charges !== undefined && validate(EnergyCharges, charges, { allowUnknown: true }).errors.length === 0
    ? (charges as EnergyCharges)
    : undefined;

/** Returns the average prices that follow from the charges, or else those of the label. */
function perKwh(
  service: Record<string, unknown>,
  compliance: Record<string, unknown>,
  currency: string,
): AveragePrices {
  const charges = chargesOf(service);
  const label = factsLabelOf(compliance);
  const prices = labelUsages.map((usage) => [
    usage,
    charges ? priceAt(charges, usage, currency).centsPerKwh : statedPrice(label?.[`avgPrice${usage}kwh`]),
  ]);
  return Object.fromEntries(prices) as AveragePrices;
}

export const energy: Category = {
  service: EnergyServiceData,
  compliance: EnergyComplianceData,
  example: {
    service: {
      energyType: 'electricity',
      contractLengthMonths: 12,
      renewablePercentage: 100,
      rateType: 'fixed',
      utility: 'ONCOR',
      charges: {
        energy: [{ fromKwh: 0, centsPerKwh: 7.2 }],
        deliveryCentsPerKwh: 5.6032,
        deliveryMonthly: 4.23,
      },
    },
    compliance: {
      electricityFactsLabel: {
        url: 'https://power.example/efl.pdf',
        versionId: 'EFL-2026-01',
        avgPrice1000kwh: 13.2,
      },
      puctCertNumber: '10001',
    },
  },
  demo: { name: 'Green Power 12', monthlyPrice: null, keyFeatures: ['100 % renewable'] },
  comparable: {
    energyType: (service) => service.energyType,
    contractLengthMonths: (service) => service.contractLengthMonths,
    renewablePercentage: (service, compliance) =>
      service.renewablePercentage ?? factsLabelOf(compliance)?.renewablePercent,
    rateType: (service) => service.rateType,
    utility: (service) => service.utility,
    prepaid: (service) => service.prepaid,
    timeOfUse: (service) => service.timeOfUse,
    labelCentsPerKwh500: (_, compliance) => factsLabelOf(compliance)?.avgPrice500kwh,
    labelCentsPerKwh1000: (_, compliance) => factsLabelOf(compliance)?.avgPrice1000kwh,
    labelCentsPerKwh2000: (_, compliance) => factsLabelOf(compliance)?.avgPrice2000kwh,
  },
  prices: { perKwh },
};
