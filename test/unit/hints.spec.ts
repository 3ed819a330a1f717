import { categories, categoryNames } from '../../src/offers/categories/all-categories.js';
import { checkCategoryData } from '../../src/offers/categories/check-category-data.js';
import { BroadbandLabel } from '../../src/offers/categories/broadband-label.js';
import { ElectricityFactsLabel } from '../../src/offers/categories/compliance/electricity-facts-label.js';
import { CreateOffer } from '../../src/offers/offers.dto.js';
import { ListProductOfferings } from '../../src/product-offerings/product-offerings.dto.js';
import {
  count,
  dollars,
  isIncluded,
  joined,
  months,
  numberIn,
  choiceOf,
} from '../../src/validation/hints/converters.js';
import { hintsOf } from '../../src/validation/hints/hints.js';
import { fieldRules } from '../../src/validation/rules.js';

const dtos = [
  CreateOffer,
  ListProductOfferings,
  ...categoryNames.flatMap((name) => [categories[name].service, categories[name].compliance]),
  BroadbandLabel,
  ElectricityFactsLabel,
];

describe.each(dtos.map((dto) => [dto.name, dto] as const))('the hints of %s', (_name, dto) => {
  const fields = [...fieldRules(dto).keys()];

  it('are for its fields', () => {
    expect(fields).toEqual(expect.arrayContaining(Object.keys(hintsOf(dto)?.hints ?? {})));
  });

  it('give each other name to one field', () => {
    const table = hintsOf(dto);
    for (const [field, { otherNames = [] }] of Object.entries(table?.hints ?? {}))
      for (const name of otherNames) {
        expect(fields).not.toContain(name);
        expect([name, table?.fieldMeantBy(name)]).toEqual([name, field]);
      }
  });
});

const messages = (category: keyof typeof categories, data: object) =>
  checkCategoryData({ category, serviceSpecificData: data }).errors.map(({ message }) =>
    message.replaceAll('serviceSpecificData.', ''),
  );

describe('errors about category data', () => {
  const speeds = { minBandwidth: 1, connectionType: 'fiber' };

  it.each([
    ['downloadSpeed', '1 Gbps', 'use maxBandwidth: 1000'],
    ['download_speed', '500Mbps', 'use maxBandwidth: 500'],
    ['Download-Speed', 300, 'use maxBandwidth: 300'],
    ['maxBandwith', 300, 'use maxBandwidth'],
    ['MaxBandwidth', '2.5 Gbit/s', 'use maxBandwidth: 2500'],
    ['speed', '100-500 Mbps', 'use maxBandwidth'],
    ['speed', 'fast', 'use maxBandwidth'],
    ['speed', { value: 5 }, 'use maxBandwidth'],
    ['speed', '500 kWh', 'use maxBandwidth'],
    ['speed', '-5 Mbps', 'use maxBandwidth'],
  ])('%s: %p -> %s', (name, value, advice) => {
    expect(messages('internet', { ...speeds, [name]: value })).toEqual([
      `maxBandwidth is required for category internet; ${advice} instead of ${name}`,
    ]);
  });

  it('suggest only values that are valid', () => {
    // 100 Mbps are less than the minimum.
    expect(messages('internet', { minBandwidth: 500, connectionType: 'dsl', speed: '100 Mbps' })).toEqual([
      'maxBandwidth is required for category internet; use maxBandwidth instead of speed',
    ]);
    expect(messages('energy', { energyType: 'x', renewable: '150 %' })).toEqual([
      'energyType must be one of electricity, gas, solar',
      'renewable is not a known field; use renewablePercentage',
    ]);
  });

  it('do not mention another name if the field is there', () => {
    expect(messages('internet', { ...speeds, maxBandwidth: 'x', downloadSpeed: '1 Gbps' })).toEqual([
      'maxBandwidth must be a number',
    ]);
    expect(messages('internet', { ...speeds, maxBandwidth: 0, downloadSpeed: 5 })).toEqual([
      'maxBandwidth must not be less than minBandwidth',
    ]);
  });

  it('treat other names as data of the category', () => {
    const data = { downloadSpeed: '1 Gbps', equipmentIncluded: 'Router' };
    expect(messages('internet', data)[0]).toMatch(/^minBandwidth is required/);
  });

  it('reach into the labels', () => {
    const broadbandLabel = { url: 5, latency: '9 ms', dataCap: 'Unlimited', typicalDownloadSpeed: '1 Gbps' };
    const { errors } = checkCategoryData({ category: 'internet', complianceData: { broadbandLabel } });
    expect(errors.map(({ message }) => message.replaceAll('complianceData.broadbandLabel.', ''))).toEqual([
      'url must be a string',
      'typicalDownloadSpeed is not a known field; use typicalDownload: 1000',
      'latency is not a known field; use typicalLatency: 9',
      'dataCap is not a known field; use dataCapGb: null',
    ]);
  });

  it('stay small for long names and texts', () => {
    const name = 'x'.repeat(5000);
    const errors = messages('security', {
      [name]: 1,
      equipment: ['camera'.repeat(1000)],
      installation: 'DIY',
    });
    expect(errors).toEqual([
      'monitoringType is required for category security',
      'installationType is required for category security; use installationType: "diy" instead of installation',
      'equipmentIncluded is required for category security; use equipmentIncluded instead of equipment',
    ]);
  });
});

describe('converters', () => {
  const speed = numberIn({ mbps: 1, gbps: 1000 }, { words: { unlimited: null }, strict: true });

  it.each([
    [speed, '1,000 Mbps', 1000],
    [speed, '1.2Gbps', 1200],
    [speed, '250', 250],
    [speed, 'Unlimited!', null],
    [speed, '', undefined],
    [speed, null, undefined],
    [speed, `1${' '.repeat(500)}`, undefined],
    [dollars, '$500,000 dwelling coverage', 500_000],
    [dollars, '$1.5 million', 1_500_000],
    [dollars, '250k', 250_000],
    [dollars, '.5', 0.5],
    [months, '12 months', 12],
    [months, '2 years', 24],
    [months, 'No contract', 0],
    [months, '12 kWh', undefined],
    [count, '250+ channels', 250],
    [count, '1,2', undefined],
    [isIncluded, '500 hours, 6 tuners', true],
    [isIncluded, 'Not included', false],
    [isIncluded, 'N/A', false],
    [isIncluded, 'Northern lights', true],
    [isIncluded, 0, false],
    [isIncluded, ' ', undefined],
    [isIncluded, [], undefined],
    [joined, ['Hub', 'Camera'], 'Hub, Camera'],
    [joined, ['Hub', 1], undefined],
    [joined, true, undefined],
  ])('%p reads %p as %p', (convert, given, expected) => {
    expect((convert as (value: unknown) => unknown)(given)).toEqual(expected);
  });

  const choice = choiceOf(['fiber', 'cable', 'fixed_wireless', '5g_home'], {
    ftth: 'fiber',
    wireless: 'fixed_wireless',
  });
  it.each([
    ['Fiber', 'fiber'],
    ['FTTH', 'fiber'],
    ['fibr', 'fiber'],
    ['Fixed Wireless', 'fixed_wireless'],
    ['Wireless', 'fixed_wireless'],
    ['5G Home Internet', '5g_home'],
    ['Fiber or cable', undefined],
    ['Satellite', undefined],
    ['x', undefined],
    ['', undefined],
    [5, undefined],
  ])('choiceOf reads %p as %p', (given, expected) => {
    expect(choice(given)).toBe(expected);
  });
});
