import { randomInt } from 'node:crypto';
import startCluster from './cluster-start.mjs';

/** Runs once before all tests: starts the database cluster and chooses the seed of all random test data. */
export default async function setUp() {
  process.env.TEST_SEED ||= String(randomInt(2 ** 31));
  process.stderr.write(`Random test data: TEST_SEED=${process.env.TEST_SEED}\n`);
  await startCluster();
}
