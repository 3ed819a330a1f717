import { pino } from 'pino';
import { adminKeyFile, keptAdminKey } from './admin-key.js';
import { createApp } from './app.js';
import { ConfigError, loadConfig, type Config } from './config/config.js';
import { DatabaseError } from './database/database-error.js';
import { openDatabase } from './database/database.js';
import { migrate } from './database/migrate.js';
import { seedDemo } from './demo/demo.js';
import { greeting } from './greeting.js';
import { holdSignals, Interrupted, stopOnSignal } from './shutdown.js';

async function main(): Promise<void> {
  const given = loadConfig();
  const logger = pino({ level: given.logLevel });
  const proceed = given.databaseUrl === undefined ? holdSignals() : () => undefined;
  const database = await openDatabase(given, logger);
  try {
    proceed();
    const config = database.embedded ? await withAdminKey(given) : given;
    await migrate(database.url, logger);
    proceed();
    const app = await createApp(config, database.url, logger);
    const demo = config.demo && config.adminApiKey ? await seedDemo(app, config.adminApiKey) : undefined;
    await app.listen(config.port, config.host);
    stopOnSignal(app, database, config, logger);
    proceed();
    const keyFile = database.embedded && !given.adminApiKey ? adminKeyFile(config.dataDir) : undefined;
    process.stdout.write(greeting(await app.getUrl(), demo, keyFile));
  } catch (cause) {
    await database.stop();
    throw cause;
  }
}

async function withAdminKey(config: Config): Promise<Config> {
  return { ...config, adminApiKey: config.adminApiKey ?? (await keptAdminKey(config.dataDir)) };
}

/** What the operator can mend is said in words; anything else keeps its stack. */
function explain(cause: unknown): string {
  if (cause instanceof ConfigError || cause instanceof DatabaseError) return cause.message;
  if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')
    return `${cause.message}: another program listens there; set PORT to a free one`;
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

main().catch((cause: unknown) => {
  if (cause instanceof Interrupted) process.exit(0);
  process.stderr.write(`${explain(cause)}\n`);
  process.exit(1);
});
