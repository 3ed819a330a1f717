import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';

const data = {
  internet: fc.record(
    {
      minBandwidth: fc.constant(1),
      maxBandwidth: fc.constantFrom(25, 100, 300.5, 1000),
      connectionType: fc.constantFrom('fiber', 'cable', '5g_home'),
      dataCap: fc.constantFrom(null, 100, 0.5),
      channelCount: fc.constantFrom('many', [1], { hd: 2 }),
      energyType: fc.constant(7),
    },
    { requiredKeys: ['minBandwidth', 'maxBandwidth', 'connectionType'] },
  ),
  television: fc.record(
    {
      channelCount: fc.constantFrom(0, 50, 200),
      maxBandwidth: fc.constantFrom('1 Gbps', true),
      dvr: fc.boolean(),
      hd: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  security: fc.record({
    monitoringType: fc.constantFrom('professional_monitoring', 'self_monitoring'),
    installationType: fc.constantFrom('professional', 'diy'),
    equipmentIncluded: fc.constant('Hub'),
  }),
  energy: fc.record(
    {
      energyType: fc.constantFrom('electricity', 'gas'),
      contractLengthMonths: fc.constantFrom(0, 12, 24),
      renewablePercentage: fc.constantFrom(0, 33.3, 100),
      utility: fc.constantFrom('ONCOR', 'TNMP'),
      prepaid: fc.boolean(),
      coverageAmount: fc.constant('lots'),
    },
    { requiredKeys: [] },
  ),
  insurance: fc.record(
    {
      insuranceType: fc.constant('home'),
      coverageAmount: fc.constantFrom(0, 1000, 250000.5),
      deductible: fc.constantFrom(0, 500, 501),
    },
    { requiredKeys: [] },
  ),
  other: fc.constantFrom({}, { maxBandwidth: 'fast', channelCount: [], dataCap: {}, coverageAmount: false }),
} satisfies Record<string, Arbitrary<Record<string, unknown>>>;

/** Data of categories that have no label, or of another form. */
const misplacedLabels: Record<string, unknown>[] = [
  {},
  { broadbandLabel: { dataCapGb: null } },
  { broadbandLabel: 'none', electricityFactsLabel: { renewablePercent: 100 } },
];

const labels: Record<string, Arbitrary<Record<string, unknown>>> = {
  internet: fc
    .record(
      {
        dataCapGb: fc.constantFrom(null, 0, 1200),
        typicalUpload: fc.constantFrom(10, 20.5),
        typicalUploadLow: fc.constantFrom(15, 20),
      },
      { requiredKeys: [] },
    )
    .map((broadbandLabel) => ({ broadbandLabel })),
  energy: fc
    .record(
      {
        renewablePercent: fc.constantFrom(0, 33.3, 100),
        avgPrice500kwh: fc.constantFrom(12, 12.05),
        avgPrice1000kwh: fc.constantFrom(12, 12.04, 12.05, 14.899999999999999),
      },
      { requiredKeys: [] },
    )
    .map((electricityFactsLabel) => ({ electricityFactsLabel })),
};

export interface CategoryAndData {
  category: string | null;
  data: Record<string, unknown> | null;
  compliance: Record<string, unknown> | null;
}

/** Generates a category with matching data. Keys of other categories have arbitrary values. */
export const categoryAndData: Arbitrary<CategoryAndData> = fc.oneof(
  ...Object.entries(data).map(([category, matching]) =>
    fc.record({
      category: fc.constant(category),
      data: fc.option<Record<string, unknown>>(matching, { freq: 5 }),
      compliance: fc.option(labels[category] ?? fc.constantFrom(...misplacedLabels)),
    }),
  ),
  fc.constant({ category: null, data: null, compliance: null }),
);
