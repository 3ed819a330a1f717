import { Interrupted, abortOnInterrupt, unlessAborted } from './common/interruption.js';
import { openLog } from './common/log.js';
import { loadConfig, type Config } from './config/config.js';
import { openDatabase } from './database/database.js';
import { migrate } from './database/migrate.js';
import { adminKeyFile, loadOrCreateAdminKey } from './server/admin-key.js';
import { assertCanListen } from './server/assert-can-listen.js';
import { describeStartupError } from './server/startup-error.js';
import { startupMessage } from './server/startup-message.js';

async function main(): Promise<void> {
  const environment = loadConfig();
  const logger = openLog(environment.logLevel);
  const interrupt = abortOnInterrupt();
  await assertCanListen(environment.port, environment.host);
  const database = await openDatabase(environment, logger, interrupt);
  try {
    const config = database.embedded ? await withAdminKey(environment) : environment;
    await unlessAborted(interrupt, () => migrate(database.url, logger, config));
    const serve = await loadServer(config);
    const settings = { config, databaseUrl: database.url, createsDemo: true };
    const { url, demo } = await serve(settings, database, logger, interrupt);
    process.stdout.write(startupMessage(url, demo, whereAdminKeyIs(environment, database.embedded)));
  } catch (cause) {
    await database.stop();
    throw interrupt.aborted ? interrupt.reason : cause;
  }
}

async function withAdminKey(config: Config): Promise<Config> {
  if (config.adminApiKey !== undefined) return config;
  return { ...config, adminApiKey: await loadOrCreateAdminKey(config.dataDir) };
}

function whereAdminKeyIs({ adminApiKey, dataDir }: Config, isEmbedded: boolean): string {
  if (adminApiKey) return 'the value of ADMIN_API_KEY';
  return isEmbedded ? `in ${adminKeyFile(dataDir)}` : 'none: set ADMIN_API_KEY to create teams';
}

/**
 * Imports only the code that the process needs: a primary runs no application,
 * and a single process no cluster.
 */
async function loadServer({ workers }: Config) {
  return workers > 1
    ? (await import('./server/cluster/primary.js')).serveWithWorkers
    : (await import('./server/serve.js')).serveInProcess;
}

main().catch((cause: unknown) => {
  const interrupted = cause instanceof Interrupted;
  process.stderr.write(
    interrupted
      ? `${cause.message}: stopped before startup was complete\n`
      : `${describeStartupError(cause)}\n`,
  );
  process.exit(interrupted ? 0 : 1);
});
