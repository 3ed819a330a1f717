import { Interrupted, abortOnInterrupt, unlessAborted } from '../common/interruption.js';
import { ConfigError, loadConfig } from '../config/config.js';
import { DatabaseError } from './database-error.js';
import { openDatabase } from './database.js';
import type { Log } from './log.js';
import { migrate } from './migrate.js';

const print = (msg: string) => void process.stdout.write(`${msg}\n`);
const printError = (msg: string) => void process.stderr.write(`${msg}\n`);
const log: Log = { info: print, warn: printError, error: printError };

try {
  await migrateConfigured();
} catch (error) {
  printError(describe(error));
  process.exit(1);
}

/** Runs the pending migrations for `npm run migrate`. */
async function migrateConfigured(): Promise<void> {
  const interrupt = abortOnInterrupt();
  const config = loadConfig();
  const database = await openDatabase(config, log, interrupt);
  try {
    const names = await unlessAborted(interrupt, () => migrate(database.url, log, config));
    names.forEach((name) => print(`Ran ${name}`));
    print(`The database is up to date${names.length === 0 ? '' : `: ${names.length} migrations ran`}`);
  } finally {
    await database.stop();
  }
}

function describe(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DatabaseError || error instanceof Interrupted)
    return error.message;
  return `Migration failed: ${error instanceof Error ? error.stack : String(error)}`;
}
