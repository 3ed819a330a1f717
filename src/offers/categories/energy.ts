import { BooleanField, EnumField, NumberField, TextField, UrlField } from '../../validation/fields.js';
import { ObjectField } from '../../validation/object-fields.js';
import { months, numberIn, choiceOf, percent } from '../../validation/hints/converters.js';
import { Hints } from '../../validation/hints/hints.js';
import { validate } from '../../validation/validate.js';
import { priceAt } from '../pricing/energy-bill.js';
import {
  labelUsages,
  maxCentsPerKwh,
  minCentsPerKwh,
  statedPrice,
  type AveragePrices,
} from '../pricing/per-kwh.js';
import type { Category } from './category.js';
import { EnergyCharges } from './energy-charges.js';

/** Reads a price in cents per kWh. Without a sign, only a price below 1 is certainly in dollars. */
const cents = (given: unknown) => {
  const price = typeof given === 'string' && given.includes('$') ? undefined : numberIn({})(given);
  return typeof price === 'number' && price < minCentsPerKwh ? Number((price * 100).toPrecision(12)) : price;
};

export const energyTypes = ['electricity', 'gas', 'solar'];
const rateTypes = ['fixed', 'variable', 'indexed'];

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

  @ObjectField(() => EnergyCharges, {
    description:
      'Charges from which the price at any usage follows. Without them, only the prices of the Electricity Facts Label are known.',
    optional: true,
  })
  charges?: EnergyCharges;
}

/** Average prices in cents per kWh at three levels of monthly use. */
@Hints({
  url: { otherNames: ['eflUrl', 'labelUrl', 'factsUrl'] },
  versionId: { otherNames: ['version', 'eflVersion'] },
  avgPrice500kwh: { otherNames: ['kwh500', 'price500', 'averagePrice500'], convert: cents },
  avgPrice1000kwh: { otherNames: ['kwh1000', 'price1000', 'averagePrice1000'], convert: cents },
  avgPrice2000kwh: { otherNames: ['kwh2000', 'price2000', 'averagePrice2000'], convert: cents },
  renewablePercent: {
    otherNames: ['renewablePercentage', 'renewable', 'renewableContent'],
    convert: percent,
  },
})
export class ElectricityFactsLabel {
  @UrlField({
    description: 'URL of the label.',
    optional: true,
    example: 'https://power.example/efl.pdf',
  })
  url?: string;

  @TextField({ description: 'Version of the label.', max: 255, optional: true, example: 'EFL-2026-01' })
  versionId?: string;

  @NumberField({
    description: 'Average price in cents per kWh at 500 kWh per month.',
    min: minCentsPerKwh,
    max: maxCentsPerKwh,
    unit: 'cents per kWh',
    optional: true,
    example: 14.9,
  })
  avgPrice500kwh?: number;

  @NumberField({
    description: 'Average price in cents per kWh at 1,000 kWh per month.',
    min: minCentsPerKwh,
    max: maxCentsPerKwh,
    unit: 'cents per kWh',
    optional: true,
    example: 13.2,
  })
  avgPrice1000kwh?: number;

  @NumberField({
    description: 'Average price in cents per kWh at 2,000 kWh per month.',
    min: minCentsPerKwh,
    max: maxCentsPerKwh,
    unit: 'cents per kWh',
    optional: true,
    example: 12.6,
  })
  avgPrice2000kwh?: number;

  @NumberField({
    description: 'Renewable content in percent.',
    min: 0,
    max: 100,
    optional: true,
    example: 100,
  })
  renewablePercent?: number;
}

/** Texas Public Utility Commission, 16 TAC 25.475. */
@Hints({
  electricityFactsLabel: { otherNames: ['efl', 'factsLabel'] },
  puctCertNumber: { otherNames: ['puctNumber', 'puctCertificateNumber', 'certificateNumber'] },
  termsOfServiceUrl: { otherNames: ['tosUrl', 'termsUrl', 'termsOfService'] },
  yourRightsUrl: { otherNames: ['yracUrl', 'yrac', 'yourRights'] },
})
export class EnergyComplianceData {
  @ObjectField(() => ElectricityFactsLabel, {
    description: 'Electricity Facts Label (16 TAC 25.475).',
    optional: true,
  })
  electricityFactsLabel?: ElectricityFactsLabel;

  @TextField({ description: 'PUCT certificate number.', max: 255, optional: true, example: '10001' })
  puctCertNumber?: string;

  @UrlField({
    description: 'URL of the terms of service.',
    optional: true,
    example: 'https://power.example/tos.pdf',
  })
  termsOfServiceUrl?: string;

  @UrlField({
    description: 'URL of the document "Your Rights as a Customer".',
    optional: true,
    example: 'https://power.example/yrac.pdf',
  })
  yourRightsUrl?: string;
}

const labelOf = (compliance: Record<string, unknown>) =>
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
  const label = labelOf(compliance);
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
      service.renewablePercentage ?? labelOf(compliance)?.renewablePercent,
    rateType: (service) => service.rateType,
    utility: (service) => service.utility,
    prepaid: (service) => service.prepaid,
    timeOfUse: (service) => service.timeOfUse,
    labelCentsPerKwh500: (_, compliance) => labelOf(compliance)?.avgPrice500kwh,
    labelCentsPerKwh1000: (_, compliance) => labelOf(compliance)?.avgPrice1000kwh,
    labelCentsPerKwh2000: (_, compliance) => labelOf(compliance)?.avgPrice2000kwh,
  },
  prices: { perKwh },
};
