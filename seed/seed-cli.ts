import { Interrupted, abortOnInterrupt, unlessAborted } from '../src/common/interruption.js';
import { ConfigError, loadConfig } from '../src/config/config.js';
import { DatabaseError } from '../src/database/database-error.js';
import { openDatabase } from '../src/database/database.js';
import { Encryption } from '../src/encryption/encryption.js';
import { loadOrCreateDataKeys } from '../src/server/data-keys-file.js';
import type { Log } from '../src/database/log.js';
import { migrate } from '../src/database/migrate.js';
import { Progress } from './progress.js';
import { readOptions, usage, UsageError, type SeedOptions } from './seed-options.js';
import { seed } from './seed.js';

const print = (msg: string) => void process.stdout.write(`${msg}\n`);
const printError = (msg: string) => void process.stderr.write(`${msg}\n`);
const log: Log = { info: printError, warn: printError, error: printError };

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') print(usage);
  else await seedConfigured(options);
} catch (error) {
  printError(describe(error));
  process.exit(1);
}

/** Seeds the configured database and prints the keys, for `npm run seed`. */
async function seedConfigured(options: SeedOptions): Promise<void> {
  const interrupt = abortOnInterrupt();
  const config = loadConfig();
  const database = await openDatabase(config, log, interrupt);
  try {
    await unlessAborted(interrupt, () => migrate(database.url, log, { ...config, allowNewerSchema: false }));
    const hasOwnKeys = database.embedded && config.dataKeys.length === 0;
    const dataKeys = hasOwnKeys ? await loadOrCreateDataKeys(config.dataDir) : config.dataKeys;
    const startedAt = performance.now();
    const progress = new Progress(process.stderr);
    const { teams, areas, keys, orderSeconds } = await unlessAborted(interrupt, () =>
      seed(database.url, options, progress, new Encryption(dataKeys)),
    );
    const seconds = (performance.now() - startedAt) / 1000 - orderSeconds;
    const offers = `${options.offers.toLocaleString('en')} offers of ${teams.providers.length} providers`;
    print(`Created ${offers} in ${areas} areas ${timeOf(options.offers, 'offers', seconds)}`);
    if (options.orders > 0)
      print(
        `Created ${options.orders.toLocaleString('en')} orders ${timeOf(options.orders, 'orders', orderSeconds)}`,
      );
    print(`Provider ${teams.providers[0]?.name}: ${keys.provider}`);
    print(`Reseller ${teams.resellers[0]?.name}: ${keys.reseller}`);
  } finally {
    await database.stop();
  }
}

function timeOf(count: number, what: string, seconds: number): string {
  return `in ${seconds.toFixed(1)} s: ${Math.round(count / seconds).toLocaleString('en')} ${what} per second`;
}

function describe(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n\n${usage}`;
  if (error instanceof ConfigError || error instanceof DatabaseError || error instanceof Interrupted)
    return error.message;
  return `Seeding failed: ${error instanceof Error ? error.stack : String(error)}`;
}
