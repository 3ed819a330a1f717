import { parseArgs } from 'node:util';

export interface SeedOptions {
  offers: number;
  /** Decides everything that is made. */
  seed: number;
  /** How many teams, of all roles. */
  teams: number;
}

/** What is wrong with the command line, for the operator. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `Usage: npm run seed -- --offers <number> [--seed <number>] [--teams <number>]

  --offers  how many offers to make, 1 to 20000000
  --seed    decides what is made: the same number makes the same data, 0 to 4294967295 (1)
  --teams   how many teams to make, 3 to 100000 (one for about 400 offers)
`;

const known = {
  offers: { type: 'string' },
  seed: { type: 'string' },
  teams: { type: 'string' },
} as const;

/** Reads the command line. @throws UsageError with every mistake */
export function readOptions(args: readonly string[]): SeedOptions {
  const given = parse(args);
  const problems: string[] = [];
  const read = (name: keyof typeof known, low: number, high: number, fallback: number | undefined) => {
    const text = given[name];
    const value = text === undefined ? fallback : Number(text);
    if (value !== undefined && /^\d+$/.test(text ?? '0') && value >= low && value <= high) return value;
    const said = text === undefined ? 'is missing' : `is ${JSON.stringify(text)}`;
    problems.push(`--${name} ${said}; expected a whole number from ${low} to ${high}`);
    return low;
  };
  const offers = read('offers', 1, 20_000_000, undefined);
  const seed = read('seed', 0, 2 ** 32 - 1, 1);
  const teams = read('teams', 3, 100_000, Math.max(20, Math.ceil(offers / 400)));
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return { offers, seed, teams };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: known, strict: true }).values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause));
  }
}
