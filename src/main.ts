import './database/navigator.js';
import { Interrupted, abortOnInterrupt, unlessAborted } from './common/interruption.js';
import { openLog } from './common/log.js';
import { loadConfig, type Config } from './config/config.js';
import { openDatabase } from './database/database.js';
import { migrate } from './database/migrate.js';

import { adminKeyFile, loadOrCreateAdminKey } from './server/admin-key.js';
import { checkDataKeys } from './server/check-data-keys.js';
import { dataKeysFile, loadOrCreateDataKeys } from './server/data-keys-file.js';
import { assertCanListen } from './server/assert-can-listen.js';
import { describeStartupError } from './server/startup-error.js';
import { startupMessage, workerMessage } from './server/startup-message.js';

async function main(): Promise<void> {
  const environment = loadConfig();
  const logger = openLog(environment.logLevel);
  if (environment.webhookAllowInsecure)
    logger.warn(
      'WEBHOOK_ALLOW_INSECURE is true: anyone with an API key can make the service send requests to hosts in its network',
    );
  if (environment.complianceRules !== undefined) {
    // Every process reads the file; an error should show before a database or workers are started.
    const { loadRuleSets } = await import('./compliance/rule-sets/load-rule-sets.js');
    loadRuleSets(environment.complianceRules);
  }
  const interrupt = abortOnInterrupt();
  await assertCanListen(environment.port, environment.host);
  const database = await openDatabase(environment, logger, interrupt);
  try {
    const config = database.embedded ? await withStoredKeys(environment) : environment;
    await unlessAborted(interrupt, () => migrate(database.url, logger, config));
    await unlessAborted(interrupt, () => checkDataKeys(database.url, config.dataKeys, config.databasePooler));
    const serve = await loadServer(config);
    const settings = { config, databaseUrl: database.url, createsDemo: true };
    const { url, demo } = await serve(settings, database, logger, interrupt);
    const keys = {
      admin: whereAdminKeyIs(environment, database.embedded),
      data: whereDataKeysAre(environment, database.embedded),
    };
    process.stdout.write(config.role === 'worker' ? workerMessage(url) : startupMessage(url, demo, keys));
  } catch (cause) {
    await database.stop();
    throw interrupt.aborted ? interrupt.reason : cause;
  }
}

/** Adds the keys that an embedded installation creates for itself. */
async function withStoredKeys(config: Config): Promise<Config> {
  const { dataDir, adminApiKey, dataKeys } = config;
  return {
    ...config,
    adminApiKey: adminApiKey ?? (await loadOrCreateAdminKey(dataDir)),
    dataKeys: dataKeys.length > 0 ? dataKeys : await loadOrCreateDataKeys(dataDir),
  };
}

function whereAdminKeyIs({ adminApiKey, dataDir }: Config, isEmbedded: boolean): string {
  if (adminApiKey) return 'the value of ADMIN_API_KEY';
  return isEmbedded ? `in ${adminKeyFile(dataDir)}` : 'none: set ADMIN_API_KEY to create teams';
}

function whereDataKeysAre({ dataKeys, dataDir }: Config, isEmbedded: boolean): string {
  if (dataKeys.length > 0) return 'the value of DATA_KEYS';
  return isEmbedded ? `in ${dataKeysFile(dataDir)}` : 'none: set DATA_KEYS to store personal data';
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
