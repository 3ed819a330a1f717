import { scaledBy, unscaled } from '../../money/exact.js';

/** The monthly usages in kWh for which an Electricity Facts Label states average prices (16 TAC 25.475(g)). */
export const labelUsages = [500, 1000, 2000] as const;
/** The same for plans for small businesses. */
export const businessUsages = [1500, 2500, 3500] as const;
export type LabelUsage = (typeof labelUsages)[number];

/** Average prices in cents (hundredths of the major unit) per kWh by monthly usage; null if unknown. */
export type AveragePrices = Record<LabelUsage, number | null>;

/** The lowest and highest plausible price in cents per kWh. A price outside is in another unit, such as dollars. */
export const [minCentsPerKwh, maxCentsPerKwh] = [1, 100];

/** Rounds a stated price to a tenth of a cent, half up; null if it is missing or cannot be in cents. */
export const statedPrice = (cents: unknown): number | null =>
  typeof cents === 'number' && cents >= minCentsPerKwh && cents <= maxCentsPerKwh
    ? unscaled(1, scaledBy(1, cents))
    : null;
