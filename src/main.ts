import { adminKeyFile, keptAdminKey } from './server/admin-key.js';
import { loadConfig, type Config } from './config/config.js';
import { openDatabase } from './database/database.js';
import { migrate } from './database/migrate.js';
import { explain } from './server/startup-error.js';
import { openLog } from './common/log.js';
import { greeting } from './server/startup-message.js';
import { holdSignals, Interrupted } from './server/shutdown.js';

async function main(): Promise<void> {
  const given = loadConfig();
  const logger = openLog(given.logLevel);
  const proceed = given.databaseUrl === undefined ? holdSignals() : () => undefined;
  const database = await openDatabase(given, logger);
  try {
    proceed();
    const config = database.embedded ? await withAdminKey(given) : given;
    await migrate(database.url, logger);
    proceed();
    const serve = await serverFor(config);
    const { url, demo } = await serve({ config, databaseUrl: database.url, seeds: true }, database, logger);
    proceed();
    const keyFile = database.embedded && !given.adminApiKey ? adminKeyFile(config.dataDir) : undefined;
    process.stdout.write(greeting(url, demo, keyFile));
  } catch (cause) {
    await database.stop();
    throw cause;
  }
}

async function withAdminKey(config: Config): Promise<Config> {
  return { ...config, adminApiKey: config.adminApiKey ?? (await keptAdminKey(config.dataDir)) };
}

/** Loads what it needs alone: a primary has no application, a process that works alone no cluster. */
async function serverFor({ workers }: Config) {
  return workers > 1
    ? (await import('./server/cluster/primary.js')).serveByWorkers
    : (await import('./server/serve.js')).serveAlone;
}

main().catch((cause: unknown) => {
  if (cause instanceof Interrupted) process.exit(0);
  process.stderr.write(`${explain(cause)}\n`);
  process.exit(1);
});
