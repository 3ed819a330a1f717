import { parseArgs } from 'node:util';

export interface SeedOptions {
  /** The number of offers, 1 to 20,000,000. */
  offers: number;
  /** The number of orders, 0 to 5,000,000. */
  orders: number;
  /** The same seed creates the same data. */
  seed: number;
  /** The number of teams of all roles, 3 to 100,000. */
  teams: number;
}

/** An invalid command line or database state; the message lists every error. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The number of offers if only a number of orders is given. */
const defaultOffers = 10_000;

export const usage = `Usage: npm run seed -- --offers <number> [--orders <number>] [--seed <number>] [--teams <number>]

Creates teams, areas, offers and orders in the database at DATABASE_URL, or in the embedded database in DATA_DIR. Orders
need DATA_KEYS, because personal data is encrypted; the embedded database has keys of its own.

  --offers <number>  offers to create, 1 to 20000000 (default with --orders: ${defaultOffers})
  --orders <number>  orders to create, 0 to 5000000 (default: 0)
  --seed <number>    0 to 4294967295; the same seed creates the same data (default: 1)
  --teams <number>   teams to create, 3 to 100000 (default: one per 400 offers, at least 20)
  -h, --help         show this help`;

const definitions = {
  offers: { type: 'string' },
  orders: { type: 'string' },
  seed: { type: 'string' },
  teams: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Parses the command line. @throws UsageError listing every error */
export function readOptions(args: readonly string[]): SeedOptions | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const problems: string[] = [];
  const read = (name: keyof SeedOptions, min: number, max: number, fallback: number | undefined) => {
    const text = values[name];
    const value = text === undefined ? fallback : Number(text);
    if (value !== undefined && /^\d+$/.test(text ?? '0') && value >= min && value <= max) return value;
    const found = text === undefined ? 'is missing' : `is ${JSON.stringify(text)}`;
    problems.push(`--${name} ${found}; it must be a whole number from ${min} to ${max}`);
    return min;
  };
  const orders = read('orders', 0, 5_000_000, 0);
  const offers = read('offers', 1, 20_000_000, orders > 0 ? defaultOffers : undefined);
  const seed = read('seed', 0, 2 ** 32 - 1, 1);
  const teams = read('teams', 3, 100_000, Math.max(20, Math.ceil(offers / 400)));
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return { offers, orders, seed, teams };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: definitions, strict: true }).values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause));
  }
}
