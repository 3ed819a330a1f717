import { EnumField, NumberField, TextField, UrlField } from '../../validation/fields.js';
import { ObjectField } from '../../validation/object-fields.js';
import type { Category } from './category.js';

export const energyTypes = ['electricity', 'gas', 'solar'];

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
