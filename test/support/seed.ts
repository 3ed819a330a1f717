import { randomFrom, type Random } from '../../seed/random.js';

/**
 * The seed of all random test data in this run, printed when the run starts and by a failing property. Repeat a run
 * with `TEST_SEED=123 npm test -- test/unit/money`. Properties take it as `fc.assert(property, { seed: testSeed })`.
 */
export const testSeed = Number(process.env.TEST_SEED);
if (!Number.isSafeInteger(testSeed)) throw new Error('TEST_SEED must be a whole number');

/** Random numbers for data that fast-check does not generate: the same sequence for the same seed. */
export const seededRandom = (): Random => randomFrom(testSeed, 0);
