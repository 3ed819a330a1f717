import { ConfigError, loadConfig } from '../config/config.js';
import { DatabaseError } from './database-error.js';
import { openDatabase } from './database.js';
import type { Log } from './log.js';
import { migrate } from './migrate.js';

const print = (msg: string) => void process.stdout.write(`${msg}\n`);
const complain = (msg: string) => void process.stderr.write(`${msg}\n`);
const log: Log = { info: print, warn: complain, error: complain };

try {
  await migrateConfigured();
} catch (error) {
  const known = error instanceof ConfigError || error instanceof DatabaseError;
  complain(
    known ? error.message : `Migration failed: ${error instanceof Error ? error.stack : String(error)}`,
  );
  process.exitCode = 1;
}

/** What `npm run migrate` does. */
async function migrateConfigured(): Promise<void> {
  const database = await openDatabase(loadConfig(), log);
  try {
    const names = await migrate(database.url, log);
    names.forEach((name) => print(`Ran ${name}`));
    print(
      names.length === 0 ? 'The database is up to date' : `The database is up to date: ${names.length} ran`,
    );
  } finally {
    await database.stop();
  }
}
