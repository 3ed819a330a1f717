import { filesIn, readSource } from '../support/source-files.js';

const tests = filesIn('test').filter((file) => file.endsWith('.ts') && file !== 'test/rules/random.spec.ts');
const count = (file: string, pattern: RegExp) => readSource(file).match(pattern)?.length ?? 0;

describe('random test data', () => {
  it('is determined by TEST_SEED in every property', () => {
    const unseeded = tests.filter(
      (file) => count(file, /fc\.assert\(/g) > count(file, /\bseed: testSeed\b|\{ seed, /g),
    );
    expect(unseeded).toEqual([]);
  });

  it('is determined by TEST_SEED where fast-check does not generate it', () => {
    // The names of test databases are random so that two runs can share a cluster.
    const files = tests.filter((file) => file !== 'test/support/database.ts');
    expect(files.filter((file) => count(file, /Math\.random|\brandomInt\b|\brandomBytes\b/g) > 0)).toEqual(
      [],
    );
  });
});

describe('a test', () => {
  it('waits for a condition and never asserts a duration', () => {
    expect(tests.filter((file) => count(file, /performance\.now/g) > 0)).toEqual([]);
  });
});
