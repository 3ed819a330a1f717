import { categories, categoryNames, type CategoryName } from '../src/offers/categories/all-categories.js';
import { connectionTypes } from '../src/offers/categories/internet.js';
import { energyTypes } from '../src/offers/categories/energy.js';
import { installationTypes, monitoringTypes } from '../src/offers/categories/security.js';
import { between, chance, pick, weighted, type Random } from './random.js';

/** The part of an offer that depends on its category. */
export interface CategoryPart {
  /** The text after the product line in the offer's name, such as `500`. */
  size: string;
  service: object;
  compliance: object;
  /** The lowest and highest typical monthly price, in major units. */
  price: readonly [number, number];
}

const ranked = (values: readonly string[], weights: readonly number[]) =>
  weighted(values.map((value, index) => [value, weights[index] ?? 1] as const));
const tenths = (random: Random, low: number, high: number) => between(random, low * 10, high * 10) / 10;

const drawConnection = ranked(connectionTypes, [42, 27, 12, 4, 8, 7]);
const drawSpeed = weighted([
  [25, 4],
  [50, 8],
  [100, 15],
  [200, 12],
  [300, 16],
  [500, 16],
  [1000, 20],
  [1200, 4],
  [2000, 3.5],
  [5000, 1],
  [8000, 0.5],
] as const);

function internet(random: Random): CategoryPart {
  const speed = drawSpeed(random);
  const dataCap = chance(random, 0.75) ? null : between(random, 1, 24) * 50;
  const typicalUpload = Math.round(speed * (chance(random, 0.5) ? 0.95 : 0.1));
  return {
    size: String(speed),
    service: {
      minBandwidth: Math.round(speed * 0.8),
      maxBandwidth: speed,
      connectionType: drawConnection(random),
      dataCap,
    },
    compliance: {
      broadbandLabel: {
        url: 'https://labels.example/broadband.pdf',
        typicalDownload: Math.round(speed * 0.94),
        typicalUpload,
        typicalLatency: between(random, 5, 60),
        dataCapGb: dataCap,
      },
    },
    price: [20 + Math.sqrt(speed) * 0.6, 35 + Math.sqrt(speed) * 1.6],
  };
}

function television(random: Random): CategoryPart {
  const channelCount = between(random, 2, 40) * 10;
  const service = {
    channelCount,
    includesStreaming: chance(random, 0.6),
    hd: chance(random, 0.9),
    dvr: chance(random, 0.5),
  };
  const compliance = { allInMonthlyPrice: tenths(random, 30, 160), franchiseFees: tenths(random, 0, 6) };
  return { size: String(channelCount), service, compliance, price: [20, 40 + channelCount * 0.25] };
}

const drawMonitoring = ranked(monitoringTypes, [60, 28, 12]);
const drawInstallation = ranked(installationTypes, [55, 45]);

function security(random: Random): CategoryPart {
  const sensors = between(random, 2, 12);
  const service = {
    monitoringType: drawMonitoring(random),
    installationType: drawInstallation(random),
    equipmentIncluded: `Hub, ${sensors} sensors, ${between(random, 1, 4)} cameras`,
  };
  const compliance = { licensesText: `TX B${between(random, 10_000, 30_000)}`, bondAmount: 25_000 };
  return { size: String(sensors), service, compliance, price: [10, 75] };
}

/** Delivery charges of the Texas utilities in cents per kWh and dollars per month, of September 2025. */
const utilities = [
  ['ONCOR', 5.5833, 4.23],
  ['CENTERPOINT', 6.0009, 4.9],
  ['TNMP', 6.0509, 7.85],
  ['AEP_NORTH', 5.2971, 5.49],
  ['AEP_CENTRAL', 5.6954, 5.49],
  ['LPL', 6.31, 0],
] as const;
const drawUtility = weighted(
  utilities.map((each, index) => [each, [20, 20, 18, 18, 17, 10][index] ?? 1] as const),
);

/** Draws the utility and, for some offers, the charges. */
function electricity(random: Random) {
  const [utility, deliveryCentsPerKwh, deliveryMonthly] = drawUtility(random);
  if (chance(random, 0.7)) return { utility };
  const credits = chance(random, 0.2) ? { credits: [{ fromKwh: 1000, toKwh: 2000, amount: 50 }] } : {};
  const energy = [{ fromKwh: 0, centsPerKwh: tenths(random, 6, 13) }];
  return { utility, charges: { energy, deliveryCentsPerKwh, deliveryMonthly, ...credits } };
}

const drawEnergy = ranked(energyTypes, [68, 22, 10]);

function energy(random: Random): CategoryPart {
  const contractLengthMonths = pick(random, [0, 1, 6, 12, 12, 12, 24, 24, 36]);
  const renewablePercentage = chance(random, 0.35) ? 100 : between(random, 0, 90);
  const energyType = drawEnergy(random);
  const service = {
    energyType,
    contractLengthMonths,
    renewablePercentage,
    rateType: chance(random, 0.9) ? 'fixed' : 'variable',
    prepaid: chance(random, 0.01),
    timeOfUse: chance(random, 0.05),
    ...(energyType === 'electricity' ? electricity(random) : {}),
  };
  const avgPrice1000kwh = tenths(random, 10, 18);
  const electricityFactsLabel = {
    url: 'https://labels.example/efl.pdf',
    avgPrice500kwh: tenths(random, 13, 22),
    avgPrice1000kwh,
    avgPrice2000kwh: Math.max(10, avgPrice1000kwh - 0.5),
    renewablePercent: renewablePercentage,
  };
  const size = contractLengthMonths === 0 ? 'Monthly' : String(contractLengthMonths);
  return { size, service, compliance: { electricityFactsLabel }, price: [0, 180] };
}

const kinds = ['Renters', 'Homeowners', 'Flood', 'Device', 'Warranty', 'Liability', 'Pet'];

function insurance(random: Random): CategoryPart {
  const coverageAmount = pick(random, [10, 20, 50, 100, 100, 250, 500, 1000]) * 1000;
  const service = {
    insuranceType: pick(random, kinds),
    coverageAmount,
    deductible: pick(random, [0, 250, 500, 1000, 2500]),
  };
  const compliance = { naicCode: String(between(random, 1, 99_999)).padStart(5, '0') };
  return { size: `${coverageAmount / 1000}K`, service, compliance, price: [5, 20 + coverageAmount / 8000] };
}

function other(random: Random): CategoryPart {
  const visits = between(random, 1, 26);
  return { size: String(visits), service: { visits }, compliance: {}, price: [10, 120] };
}

/** Generators of realistic offers. A category without one uses its documented example, with prices near the demo's. */
const generators: Partial<Record<CategoryName, (random: Random) => CategoryPart>> = {
  internet,
  television,
  security,
  energy,
  insurance,
  other,
};

const weights: Partial<Record<CategoryName, number>> = {
  internet: 45,
  television: 17,
  security: 13,
  energy: 13,
  insurance: 7,
  other: 5,
};
const defaultWeight = 5;

export const drawCategory = weighted<CategoryName>(
  categoryNames.map((name) => [name, weights[name] ?? defaultWeight] as const),
);

export function makeCategoryPart(category: CategoryName, random: Random): CategoryPart {
  return generators[category]?.(random) ?? exampleOf(category, random);
}

function exampleOf(category: CategoryName, random: Random): CategoryPart {
  const { example, demo } = categories[category];
  const size = String(between(random, 1, 20) * 5);
  const price = demo.monthlyPrice ?? 0;
  return { size, ...example, price: [price * 0.5, price * 1.5 + 10] };
}
