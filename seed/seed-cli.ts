import { ConfigError, loadConfig } from '../src/config/config.js';
import { DatabaseError } from '../src/database/database-error.js';
import { openDatabase } from '../src/database/database.js';
import type { Log } from '../src/database/log.js';
import { migrate } from '../src/database/migrate.js';
import { Progress } from './progress.js';
import { readOptions, usage, UsageError } from './seed-options.js';
import { seed } from './seed.js';

const print = (msg: string) => void process.stdout.write(`${msg}\n`);
const complain = (msg: string) => void process.stderr.write(`${msg}\n`);
const log: Log = { info: complain, warn: complain, error: complain };

try {
  await seedConfigured();
} catch (error) {
  complain(explain(error));
  process.exitCode = 1;
}

/** What `npm run seed` does. */
async function seedConfigured(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const database = await openDatabase(loadConfig(), log);
  try {
    await migrate(database.url, log);
    const startedAt = performance.now();
    const { teams, areas, keys } = await seed(database.url, options, new Progress(process.stderr));
    const seconds = (performance.now() - startedAt) / 1000;
    const rate = Math.round(options.offers / seconds).toLocaleString('en');
    const made = `${options.offers.toLocaleString('en')} offers of ${teams.providers.length} providers`;
    print(`${made} in ${areas} areas in ${seconds.toFixed(1)} s: ${rate} offers a second`);
    print(`Provider ${teams.providers[0]?.name}: ${keys.provider}`);
    print(`Reseller ${teams.resellers[0]?.name}: ${keys.reseller}`);
  } finally {
    await database.stop();
  }
}

function explain(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n\n${usage}`;
  if (error instanceof ConfigError || error instanceof DatabaseError) return error.message;
  return `Seeding failed: ${error instanceof Error ? error.stack : String(error)}`;
}
