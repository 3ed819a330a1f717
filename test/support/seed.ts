import { randomFrom, type Random } from '../../seed/random.js';

/**
 * The seed of all random test data in this run. It is printed at the start of the run and if a property fails. To
 * repeat a run, use `TEST_SEED=123 npm test -- test/unit/money`. Pass it to each property as the
 * option `seed`.
 */
export const testSeed = Number(process.env.TEST_SEED);
if (!Number.isSafeInteger(testSeed)) throw new Error('TEST_SEED must be a whole number');

/** Returns random numbers for data that fast-check does not generate. The same seed yields the same sequence. */
export const seededRandom = (): Random => randomFrom(testSeed, 0);
