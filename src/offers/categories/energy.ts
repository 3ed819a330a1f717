import { EnumField, NumberField, TextField, UrlField } from '../../validation/fields.js';
import { ObjectField } from '../../validation/object-fields.js';
import { months, numberIn, choiceOf, percent } from '../../validation/hints/converters.js';
import { Hints } from '../../validation/hints/hints.js';
import type { Category } from './category.js';

/** Reads a price in cents per kWh; prices in dollars cannot be told from those in cents without the sign. */
const cents = (given: unknown) =>
  typeof given === 'string' && given.includes('$') ? undefined : numberIn({})(given);

export const energyTypes = ['electricity', 'gas', 'solar'];

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
    min: 0,
    optional: true,
    example: 14.9,
  })
  avgPrice500kwh?: number;

  @NumberField({
    description: 'Average price in cents per kWh at 1,000 kWh per month.',
    min: 0,
    optional: true,
    example: 13.2,
  })
  avgPrice1000kwh?: number;

  @NumberField({
    description: 'Average price in cents per kWh at 2,000 kWh per month.',
    min: 0,
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

export const energy: Category = {
  service: EnergyServiceData,
  compliance: EnergyComplianceData,
  example: {
    service: { energyType: 'electricity', contractLengthMonths: 12, renewablePercentage: 100 },
    compliance: {
      electricityFactsLabel: {
        url: 'https://power.example/efl.pdf',
        versionId: 'EFL-2026-01',
        avgPrice1000kwh: 13.2,
      },
      puctCertNumber: '10001',
    },
  },
  demo: { name: 'Green Power 12', monthlyPrice: 0, keyFeatures: ['100 % renewable'] },
  comparable: {
    energyType: (service) => service.energyType,
    contractLengthMonths: (service) => service.contractLengthMonths,
    renewablePercentage: (service, compliance) =>
      service.renewablePercentage ?? labelOf(compliance)?.renewablePercent,
  },
};
