import { parseArgs } from 'node:util';
import { abortOnInterrupt, Interrupted } from '../common/interruption.js';
import { ConfigError, loadConfig, type Config } from '../config/config.js';
import { DatabaseError } from '../database/database-error.js';
import { openDatabase, type OpenDatabase } from '../database/database.js';
import { urlOfRunning } from '../database/embedded/running.js';
import type { Log } from '../database/log.js';
import { withOfflineSql } from '../database/offline-sql.js';
import { Encryption } from '../encryption/encryption.js';
import { giveUpKey, rotateKeys } from '../encryption/key-rotation.js';
import { isRegistered } from '../encryption/registered-keys.js';
import { sealedTables } from '../sealed-tables.js';
import type { Sql } from '../sql/sql.js';
import { createDataKey, dataKeysFile, loadOrCreateDataKeys } from './data-keys-file.js';

const usage = `npm run keys:rotate                      encrypts all personal data with the first of the data keys
npm run keys:rotate -- --new-key         adds a key to the data directory of the embedded Postgres
npm run keys:rotate -- --give-up <id>    erases what is encrypted with a key that is lost

docs/personal-data.md explains when to use them.`;

const print = (msg: string) => void process.stdout.write(`${msg}\n`);
const printError = (msg: string) => void process.stderr.write(`${msg}\n`);
const log: Log = { info: printError, warn: printError, error: printError };
const progressIntervalMs = 5_000;

/** The command cannot do what it was asked to do. */
class CommandError extends Error {}

try {
  await run();
} catch (error) {
  printError(describe(error));
  process.exit(1);
}

async function run(): Promise<void> {
  const options = readOptions();
  if (options.help) return print(usage);
  const config = loadConfig();
  if (options['new-key']) return addKey(config);
  const database = await open(config);
  try {
    // After opening the database, which creates the data directory.
    const dataKeys = await dataKeysOf(config);
    const lostId = options['give-up'];
    await withOfflineSql(database.url, config.databasePooler, (sql) =>
      lostId === undefined ? rotate(sql, dataKeys) : giveUp(sql, dataKeys, lostId),
    );
  } finally {
    await database.stop();
  }
}

function readOptions() {
  try {
    const options = {
      help: { type: 'boolean' },
      'new-key': { type: 'boolean' },
      'give-up': { type: 'string' },
    } as const;
    return parseArgs({ options }).values;
  } catch (cause) {
    throw new CommandError(`${(cause as Error).message}\n\n${usage}`);
  }
}

/** Opens the database, also if it is the embedded Postgres of a service that is running. */
async function open(config: Config): Promise<OpenDatabase> {
  const url = config.databaseUrl === undefined ? await urlOfRunning(config.dataDir) : undefined;
  if (url === undefined) return openDatabase(config, log, abortOnInterrupt());
  return { url, embedded: true, stop: async () => undefined };
}

async function dataKeysOf({ databaseUrl, dataKeys, dataDir }: Config): Promise<Config['dataKeys']> {
  if (dataKeys.length > 0) return dataKeys;
  if (databaseUrl !== undefined)
    throw new CommandError('DATA_KEYS is not set, so there is nothing to rotate');
  return loadOrCreateDataKeys(dataDir);
}

async function addKey({ databaseUrl, dataKeys, dataDir }: Config): Promise<void> {
  if (databaseUrl !== undefined || dataKeys.length > 0)
    throw new CommandError(
      '--new-key is for the embedded Postgres without DATA_KEYS; put a new key in front of DATA_KEYS instead',
    );
  const { id } = await createDataKey(dataDir, await loadOrCreateDataKeys(dataDir));
  print(
    `Added the key ${id} to ${dataKeysFile(dataDir)}. Restart the service, then run npm run keys:rotate.`,
  );
}

async function rotate(sql: Sql, dataKeys: Config['dataKeys']): Promise<void> {
  const encryption = new Encryption(dataKeys);
  const { currentKeyId } = encryption;
  if (!(await isRegistered(sql, currentKeyId)))
    throw new CommandError(
      `The service has not been started with the key ${currentKeyId} yet, so it could not read what this command ` +
        'encrypts; restart all of its processes first',
    );
  let printedAt = performance.now();
  const rows = await rotateKeys(sql, encryption, sealedTables, (count) => {
    if (performance.now() - printedAt < progressIntervalMs) return;
    printedAt = performance.now();
    print(`${count} rows`);
  });
  print(`Encrypted ${rows} rows with the key ${currentKeyId}, which encrypts everything now.`);
  const others = dataKeys.slice(1).map(({ id }) => id);
  if (others.length > 0)
    print(`Only older backups still need ${others.join(', ')}: keep a copy for as long as you keep them.`);
}

async function giveUp(sql: Sql, dataKeys: Config['dataKeys'], id: string): Promise<void> {
  if (dataKeys.some((key) => key.id === id))
    throw new CommandError(
      `The key ${id} is not lost: it is configured, so npm run keys:rotate can replace it`,
    );
  print(`Erased ${await giveUpKey(sql, sealedTables, id)} values that were encrypted with the key ${id}.`);
}

function describe(error: unknown): string {
  const isExpected = [CommandError, ConfigError, DatabaseError, Interrupted].some(
    (type) => error instanceof type,
  );
  return isExpected
    ? (error as Error).message
    : `Failed: ${error instanceof Error ? error.stack : String(error)}`;
}
