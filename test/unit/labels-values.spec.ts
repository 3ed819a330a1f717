import type { License } from '../../src/licenses/license.js';
import { defaults } from '../../src/offers/input/resolve-fields.js';
import { pricingOf, type PricedFields } from '../../src/offers/pricing/pricing.js';
import { allInPriceOf } from '../../src/labels/values/all-in-price.js';
import { broadbandFactsOf } from '../../src/labels/values/broadband-facts.js';
import { electricityFactsOf } from '../../src/labels/values/electricity-facts.js';
import { labelSourceOf, type LabelSource } from '../../src/labels/values/label-source.js';
import { labelValuesOf, storableLabel } from '../../src/labels/values/label-values.js';

const nothing: PricedFields = { ...defaults, currency: 'USD' };

/** Returns what a label reads of an offer, with the pricing that is stored for it. */
function sourceOf(given: object): LabelSource {
  const offer = { ...nothing, ...given };
  const json = { ...offer, id: 'some ID', name: 'Plan', providerName: 'Team', pricing: pricingOf(offer) };
  return labelSourceOf(JSON.stringify(json));
}

const energyOf = (charges: object, service: object = {}) =>
  electricityFactsOf(sourceOf({ category: 'energy', serviceSpecificData: { charges, ...service } }));

const flat = (centsPerKwh: number) => [{ fromKwh: 0, centsPerKwh }];

/* Printed labels of Texas retail electric providers, 2025 and 2026. */
it.each([
  ['Spark, Oncor', flat(22.99), 5.6183, 4.23, 'residential', [29.5, 29, 28.8]],
  ['Spark, AEP North', flat(22.99), 5.6677, 3.24, 'residential', [29.3, 29, 28.8]],
  ['Spark, AEP North, business', flat(22.99), 4.3959, 5.66, 'small_commercial', [27.8, 27.6, 27.5]],
  ['Champion, Oncor', flat(14.3), 5.6032, 4.23, 'residential', [20.7, 20.3, 20.1]],
  ['Champion, TNMP', flat(12.9), 7.237, 7.85, 'residential', [21.7, 20.9, 20.5]],
  [
    'Champion, TNMP, time of use',
    [
      { fromKwh: 0, centsPerKwh: 6.015, sharePercent: 77 },
      { fromKwh: 0, centsPerKwh: 16.513, sharePercent: 23 },
    ],
    6.4665,
    7.85,
    'residential',
    [16.5, 15.7, 15.3],
  ],
])('computes the averages that are printed: %s', (_, energy, perKwh, monthly, customerClass, printed) => {
  const charges = { energy, deliveryCentsPerKwh: perKwh, deliveryMonthly: monthly };
  const { averages, averagesBasis } = energyOf(charges, { customerClass });
  const usages = customerClass === 'residential' ? [500, 1000, 2000] : [1500, 2500, 3500];
  expect(averagesBasis).toBe('charges');
  expect(averages).toEqual(usages.map((usageKwh, index) => ({ usageKwh, centsPerKwh: printed[index] })));
});

it('has both sides of every jump of the bill on the curve', () => {
  const charges = {
    energy: flat(12),
    credits: [{ fromKwh: 1000, toKwh: 1999, amount: 50 }],
    minimumUsageFee: { belowKwh: 801, amount: 9.95 },
  };
  const { curve } = energyOf(charges);
  const at = (usage: number) => curve.find(({ usageKwh }) => usageKwh === usage)?.centsPerKwh;
  // (12 * 800 + 995) / 800 and so on, rounded half up to a tenth.
  expect([at(800), at(801), at(999), at(1000), at(1999), at(2000)]).toEqual([13.2, 12, 12, 7, 9.5, 12]);
  expect(curve[0]?.usageKwh).toBe(100);
  expect(curve.at(-1)?.usageKwh).toBe(3000);
  const usages = curve.map(({ usageKwh }) => usageKwh);
  expect(usages).toEqual([...new Set(usages)].toSorted((a, b) => a - b));
});

it('takes stated averages if the charges or the load factor are unknown', () => {
  const label = { avgPrice500kwh: 14.95, avgPrice1000kwh: 13.2, avgPrice1500kwh: 11.1 };
  const offer = { category: 'energy', complianceData: { electricityFactsLabel: label } };
  const stated = electricityFactsOf(sourceOf(offer));
  expect(stated.averages.map(({ centsPerKwh }) => centsPerKwh)).toEqual([15, 13.2, null]);
  expect([stated.averagesBasis, stated.curve, stated.charges]).toEqual(['stated', [], null]);
  const service = { charges: { energy: flat(10) }, customerClass: 'small_commercial', demandMeter: true };
  const business = electricityFactsOf(sourceOf({ ...offer, serviceSpecificData: service }));
  expect(business.averages.map(({ centsPerKwh }) => centsPerKwh)).toEqual([11.1, null, null]);
  expect(business.charges?.energy).toHaveLength(1);
});

it('reads a broadband label, in the order of its blocks', () => {
  const facts = broadbandFactsOf(
    sourceOf({
      category: 'internet',
      monthlyPrice: 59.95,
      introductory: { monthlyPrice: 39.95, months: 6 },
      monthlyFees: [{ name: 'Router', amount: 9.95, kind: 'equipment', mandatory: false }],
      fees: { installationFee: 50, equipmentFee: 0, activationFee: null, earlyTerminationFee: 90 },
      oneTimeFees: [{ name: 'Equipment cost', amount: 25 }],
      contract: { months: 24, required: true, termsUrl: 'https://isp.example/terms' },
      taxes: 4.5,
      serviceSpecificData: { minBandwidth: 1, maxBandwidth: 2, connectionType: 'fiber', dataCap: null },
      complianceData: {
        connection: 'Mobile',
        supportPhone: '1 (800) 555 0100',
        privacyPolicyUrl: 'javascript:alert(1)',
        broadbandLabel: {
          typicalDownloadLow: 67,
          typicalDownloadHigh: 622,
          typicalLatency: 9,
          dataCapGb: 50,
        },
      },
    }),
  );
  expect(facts).toMatchObject({
    provider: 'Team',
    connection: 'mobile',
    monthlyPrice: 39.95,
    introductory: { months: 6, priceAfter: 59.95 },
    monthlyFees: [{ name: 'Router', amount: 9.95, optional: true }],
    oneTimeFees: [
      { name: 'Installation fee', amount: 50, optional: false },
      { name: 'Equipment cost', amount: 25, optional: false },
    ],
    earlyTermination: { fee: 90, feePerRemainingMonth: null },
    taxes: 4.5,
    speeds: { download: { low: 67, high: 622 }, upload: null, latency: { low: 9, high: 9 } },
    // The label takes precedence over the technical data.
    data: { unlimited: false, includedGb: 50, additional: null },
    privacyUrl: null,
    supportPhone: '1 (800) 555 0100',
    uniquePlanId: null,
  });
});

it('tells unknown from none', () => {
  const of = (given: object) => broadbandFactsOf(sourceOf({ category: 'internet', ...given }));
  expect(of({})).toMatchObject({
    monthlyPrice: null,
    monthlyFees: null,
    oneTimeFees: null,
    contract: null,
    earlyTermination: { fee: null },
    taxes: null,
    data: { unlimited: null, includedGb: null },
  });
  const none = { monthlyFees: [], fees: {}, contract: { months: 0, required: false } };
  expect(of(none)).toMatchObject({ monthlyFees: [], oneTimeFees: [], earlyTermination: { fee: 0 } });
  const unlimited = of({ complianceData: { broadbandLabel: { dataCapGb: null } } });
  expect(unlimited.data).toMatchObject({ unlimited: true, includedGb: null });
});

it('adds up the all-in price exactly, and shows its parts only if they add up', () => {
  const of = (given: object) => allInPriceOf(sourceOf({ category: 'television', ...given }));
  const fees = [
    { name: 'Broadcast TV', amount: 0.1, kind: 'provider' },
    { name: 'Sports', amount: 0.2, kind: 'provider' },
    { name: 'Box', amount: 9, kind: 'equipment' },
    { name: 'Extra channels', amount: 5, kind: 'other', mandatory: false },
    { name: 'Franchise fee', amount: 3.1, kind: 'passThrough' },
  ];
  const computed = of({ monthlyPrice: 60, monthlyFees: fees });
  expect([computed.allInPrice, computed.basePrice]).toEqual([60.3, 60]);
  expect(computed.programmingFees.map(({ name }) => name)).toEqual(['Broadcast TV', 'Sports']);
  expect(computed.otherMonthlyFees?.map(({ name }) => name)).toEqual([
    'Box',
    'Extra channels',
    'Franchise fee',
  ]);
  const parts = { programmingBasePrice: 60, retransmissionFees: 18, regionalSportsFees: 6.5 };
  const stated = of({ monthlyPrice: 60, complianceData: { ...parts, allInMonthlyPrice: 84.5 } });
  expect([stated.allInPrice, stated.basePrice]).toEqual([84.5, 60]);
  expect(stated.programmingFees.map(({ amount }) => amount)).toEqual([18, 6.5]);
  const wrong = of({ monthlyPrice: 60, complianceData: { ...parts, allInMonthlyPrice: 84.51 } });
  expect([wrong.allInPrice, wrong.basePrice, wrong.programmingFees]).toEqual([84.51, null, []]);
  const range = of({ complianceData: { allInMonthlyPriceLow: 82.5, allInMonthlyPriceHigh: 87.5 } });
  expect([range.allInPrice, range.allInPriceRange]).toEqual([null, { low: 82.5, high: 87.5 }]);
});

it('lists the licenses of the category, each once', () => {
  const license = (kind: License['kind'], state: string, number: string): License => ({
    kind,
    state,
    number,
    holder: null,
    expiresOn: '2027-12-31',
  });
  const held = [license('alarm_company', 'TX', 'B1'), license('insurance_producer', 'TX', '77')];
  const licenses = [{ state: 'TX', number: 'B1' }, { state: 'CA', number: 'ACO7000' }, 'no license'];
  const of = (category: string) => labelValuesOf(sourceOf({ category, complianceData: { licenses } }), held);
  const numbers = (values: ReturnType<typeof of>) =>
    typeof values !== 'string' &&
    values.kind === 'licenseCard' &&
    values.licenses.map(({ number }) => number);
  expect(numbers(of('security'))).toEqual(['B1', 'ACO7000']);
  expect(numbers(of('insurance'))).toEqual(['77', 'B1', 'ACO7000']);
});

it.each([
  [{ category: null }, 'because it has no category'],
  [{ category: 'other' }, 'because its category is other'],
  [{ category: 'energy', serviceSpecificData: { energyType: 'gas' } }, 'because its energyType is gas'],
  [{ category: 'internet', complianceData: { massMarket: false } }, 'because its massMarket is false'],
])('explains why there is no label: %j', (given, reason) => {
  expect(labelValuesOf(sourceOf(given), [])).toContain(reason);
});

it('survives data of any form, and results in the same label for the same values', () => {
  const odd = [1, 'text', null, [], {}, { number: 5 }, true];
  for (const category of ['internet', 'television', 'security', 'energy', 'insurance'])
    for (const value of odd) {
      const members = { broadbandLabel: value, electricityFactsLabel: value, licenses: value, rep: value };
      const given = { category, serviceSpecificData: { charges: value }, complianceData: members };
      const [first, second] = [0, 1].map(() => labelValuesOf(sourceOf(given), []));
      if (typeof first !== 'object' || typeof second !== 'object') throw new Error(String(first));
      expect(storableLabel(first).hash.equals(storableLabel(second).hash)).toBe(true);
    }
});
