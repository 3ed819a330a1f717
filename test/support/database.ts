import { createHash, randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { migrate } from '../../src/database/migrate.js';
import { migrations } from '../../src/database/migrations.js';

const templateLock = 7_305_119;
const quiet = {
  info: () => undefined,
  warn: () => undefined,
  error: (text: string) => process.stderr.write(text),
};

const clusterUrl = () => {
  const url = process.env.TEST_CLUSTER_URL;
  if (!url) throw new Error('The test cluster is not running; run the tests with npm test');
  return url;
};

/** The role that the service runs as: it owns its database and has no other rights. */
const serviceRole = 'offerdock_test';

/** Returns the URL of another database in the test cluster, for the role of the service. */
export function databaseUrl(name: string): string {
  const url = new URL(adminUrl(name));
  Object.assign(url, { username: serviceRole, password: serviceRole });
  return url.href;
}

/** The same for a superuser, or the role of TEST_DATABASE_URL. */
function adminUrl(name: string): string {
  const url = new URL(clusterUrl());
  url.pathname = `/${name}`;
  return url.href;
}

async function withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: clusterUrl() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * Returns the name of a migrated database to copy, which contains a hash of the migrations. The first test that needs
 * the database creates it.
 */
async function template(client: Client): Promise<string> {
  const text = migrations.map((migration) => migration.name + String(migration.prototype.up)).join();
  const name = `offerdock_template_${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
  await client.query('SELECT pg_advisory_lock($1)', [templateLock]);
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount) return name;
    await client.query(`DROP DATABASE IF EXISTS ${name}_new`);
    await client.query(`CREATE DATABASE ${name}_new OWNER ${serviceRole}`);
    await migrate(databaseUrl(`${name}_new`), quiet);
    await client.query(`ALTER DATABASE ${name}_new RENAME TO ${name}`);
    return name;
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [templateLock]);
  }
}

/** Creates the role of the service unless it exists. */
async function createServiceRole(client: Client): Promise<void> {
  await client.query('SELECT pg_advisory_lock($1)', [templateLock]);
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [serviceRole]);
    if (!rowCount) await client.query(`CREATE ROLE ${serviceRole} LOGIN PASSWORD '${serviceRole}'`);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [templateLock]);
  }
}

export interface TestDatabase {
  name: string;
  /** For the role of the service, which owns the database. */
  url: string;
  /** For a superuser, or the role of TEST_DATABASE_URL. */
  adminUrl: string;
  drop(): Promise<void>;
}

/** Creates a database, migrated unless `empty`. */
export async function createDatabase({ empty = false, encoding = 'UTF8' } = {}): Promise<TestDatabase> {
  const name = `offerdock_test_${randomBytes(6).toString('hex')}`;
  await withClient(async (client) => {
    await createServiceRole(client);
    const source = empty ? 'template0' : await template(client);
    const locale = encoding === 'UTF8' ? '' : "LOCALE_PROVIDER libc LOCALE 'C'";
    await client.query(
      `CREATE DATABASE ${name} OWNER ${serviceRole} TEMPLATE ${source} ENCODING '${encoding}' ${locale}`,
    );
  });
  const drop = () =>
    withClient(async (client) => void (await client.query(`DROP DATABASE ${name} WITH (FORCE)`)));
  return { name, url: databaseUrl(name), adminUrl: adminUrl(name), drop };
}
