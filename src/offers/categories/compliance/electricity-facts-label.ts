import { applyDecorators } from '@nestjs/common';
import { BooleanField, DateField, NumberField, TextField, UrlField } from '../../../validation/fields.js';
import { numberIn, percent } from '../../../validation/hints/converters.js';
import { Hints } from '../../../validation/hints/hints.js';
import { maxCentsPerKwh, minCentsPerKwh } from '../../pricing/per-kwh.js';
import { Compared } from '../compared.js';

/** Reads a price in cents per kWh. Without a sign, only a price below 1 is certainly in dollars. */
const cents = (given: unknown) => {
  const price = typeof given === 'string' && given.includes('$') ? undefined : numberIn({})(given);
  return typeof price === 'number' && price < minCentsPerKwh ? Number((price * 100).toPrecision(12)) : price;
};

const average = (usage: string, example: number, remark = '') =>
  applyDecorators(
    Compared({ unit: 'cents per kWh' }),
    NumberField({
      description: `Average price in cents per kWh at ${usage} kWh per month.${remark}`,
      min: minCentsPerKwh,
      max: maxCentsPerKwh,
      unit: 'cents per kWh',
      money: 'rate',
      optional: true,
      example,
    }),
  );

/** Average prices in cents per kWh at three levels of monthly use, and what else the label states (16 TAC 25.475(g)). */
@Hints({
  url: { otherNames: ['eflUrl', 'labelUrl', 'factsUrl'] },
  versionId: { otherNames: ['version', 'eflVersion'] },
  avgPrice500kwh: { otherNames: ['kwh500', 'price500', 'averagePrice500'], convert: cents },
  avgPrice1000kwh: { otherNames: ['kwh1000', 'price1000', 'averagePrice1000'], convert: cents },
  avgPrice2000kwh: { otherNames: ['kwh2000', 'price2000', 'averagePrice2000'], convert: cents },
  avgPrice1500kwh: { otherNames: ['kwh1500', 'price1500', 'averagePrice1500'], convert: cents },
  avgPrice2500kwh: { otherNames: ['kwh2500', 'price2500', 'averagePrice2500'], convert: cents },
  avgPrice3500kwh: { otherNames: ['kwh3500', 'price3500', 'averagePrice3500'], convert: cents },
  renewablePercent: {
    otherNames: ['renewablePercentage', 'renewable', 'renewableContent'],
    convert: percent,
  },
  stateAverageRenewablePercent: {
    otherNames: ['stateAverage', 'statewideAverage', 'stateRenewablePercent'],
    convert: percent,
  },
  issuedOn: { otherNames: ['issueDate', 'date'] },
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

  @average('500', 14.9)
  avgPrice500kwh?: number;

  @average('1,000', 13.2)
  avgPrice1000kwh?: number;

  @average('2,000', 12.6)
  avgPrice2000kwh?: number;

  @average('1,500', 13.1, ' Plans for small businesses.')
  avgPrice1500kwh?: number;

  @average('2,500', 12.8, ' Plans for small businesses.')
  avgPrice2500kwh?: number;

  @average('3,500', 12.5, ' Plans for small businesses.')
  avgPrice3500kwh?: number;

  @NumberField({
    description: 'Renewable content in percent.',
    min: 0,
    max: 100,
    optional: true,
    example: 100,
  })
  renewablePercent?: number;

  @NumberField({
    description:
      'Statewide average of the renewable content in percent, which the label shows for comparison.',
    min: 0,
    max: 100,
    optional: true,
    example: 33,
  })
  stateAverageRenewablePercent?: number;

  @DateField({ description: 'Day on which the label was issued.', optional: true, example: '2026-01-15' })
  issuedOn?: string;

  @TextField({
    description: 'Whether, how and by how much the price can change during the contract.',
    max: 2000,
    optional: true,
    example: 'No. Only delivery charges of the utility are passed through as they change.',
  })
  priceChanges?: string;

  @TextField({
    description: 'Other fees that can be charged.',
    max: 2000,
    optional: true,
    example: 'Late payment: 5 percent of the amount due.',
  })
  otherFees?: string;

  @BooleanField({
    description: 'Whether the provider buys excess distributed renewable generation.',
    optional: true,
    example: false,
  })
  buysExcessGeneration?: boolean;
}
