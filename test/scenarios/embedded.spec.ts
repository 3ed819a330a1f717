import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { startEmbedded, type EmbeddedDatabase } from '../../src/database/embedded/start.js';
import { migrate } from '../../src/database/migrate.js';
import { copyFolder } from '../support/copy-folder.js';
import { killWithRun } from '../support/processes.js';
import { isAlive } from '../support/service.js';
import { until } from '../support/until.js';

const built = new URL('../../dist/src/database/embedded/start.js', import.meta.url).href;
const ownerProgram = `
  import { startEmbedded } from ${JSON.stringify(built)};
  const log = { info() {}, warn() {}, error() {} };
  const report = (message) => process.stdout.write(JSON.stringify(message) + '\\n');
  try {
    const { url, stop } = await startEmbedded({ dataDir: process.argv[1], log });
    process.once('SIGTERM', () => stop().then(() => process.exit(0)));
    setInterval(() => undefined, 1000);
    report({ url });
  } catch (error) {
    report({ error: error.message });
  }
`;

interface Owner {
  child: ChildProcess;
  pid: number;
  /** The URL, or the reason why Postgres did not start. */
  outcome: Promise<{ url?: string; error?: string }>;
}

let prepared: string;
let dir: string;
let dataDir: string;
let messages: string[];
let owners: Owner[];
let databases: EmbeddedDatabase[];

beforeAll(async () => {
  prepared = mkdtempSync(join(tmpdir(), 'offerdock-prepared-'));
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  await (await startEmbedded({ dataDir: join(prepared, 'data'), log })).stop();
}, 60_000);
afterAll(() => rmSync(prepared, { recursive: true, force: true }));

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'offerdock-embedded-'));
  dataDir = join(dir, 'data');
  messages = [];
  owners = [];
  databases = [];
});

afterEach(async () => {
  await Promise.all(owners.map(kill));
  await Promise.all(databases.map((database) => database.stop()));
  const postgres = postmasterPid();
  if (postgres !== undefined && isAlive(postgres)) process.kill(postgres, 'SIGQUIT');
  await until(() => postgres === undefined || postmasterPid() === undefined || !isAlive(postgres));
  rmSync(dir, { recursive: true, force: true });
});

/** Starts what an earlier start has created, which takes less time than the first start. */
async function startAgain(): Promise<EmbeddedDatabase> {
  copyFolder(join(prepared, 'data'), dataDir);
  return start();
}

async function start(): Promise<EmbeddedDatabase> {
  const log = (message: string) => void messages.push(message);
  const database = await startEmbedded({ dataDir, log: { info: log, warn: log, error: log } });
  databases.push(database);
  return database;
}

/** Starts the embedded Postgres in another process. */
function startElsewhere(): Owner {
  const child = spawn(process.execPath, ['--input-type=module', '-e', ownerProgram, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  killWithRun(child);
  const lines = createInterface({ input: child.stdout });
  const outcome = once(lines, 'line').then(([line]) => JSON.parse(String(line)) as { url?: string });
  const owner = { child, pid: child.pid ?? 0, outcome };
  owners.push(owner);
  return owner;
}

async function kill({ child }: Owner): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function query(url: string | undefined, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function postmasterPid(): number | undefined {
  const path = join(dataDir, 'postgres', 'postmaster.pid');
  return existsSync(path) ? Number.parseInt(readFileSync(path, 'utf8'), 10) : undefined;
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('the embedded Postgres', () => {
  it('creates a private, durable database on the first start', async () => {
    const { url } = await start();
    expect(new URL(url)).toMatchObject({
      hostname: '127.0.0.1',
      username: 'offerdock_service',
      pathname: '/offerdock',
    });
    expect(modeOf(dataDir)).toBe('700');
    expect(modeOf(join(dataDir, 'postgres'))).toBe('700');
    expect(modeOf(join(dataDir, 'postgres-password'))).toBe('600');
    const settings = `SELECT current_setting('fsync') AS fsync, current_setting('listen_addresses') AS address,
      current_setting('server_encoding') AS encoding, upper('é') AS upper`;
    expect(await query(url, settings)).toEqual([
      { fsync: 'on', address: '127.0.0.1', encoding: 'UTF8', upper: 'É' },
    ]);
  });

  it('keeps its data after a restart, and leaves no process running after it is stopped', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    await first.stop();
    expect(postmasterPid()).toBeUndefined();
    const second = await start();
    expect(await query(second.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });

  it('rejects a second owner, names the first one and does not disturb it', async () => {
    const { url } = await startAgain();
    const { error } = await startElsewhere().outcome;
    expect(error).toContain(`process ${process.pid}`);
    expect(error).toContain(dataDir);
    expect(error).toContain('DATA_DIR');
    expect(await query(url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  it('lets exactly one of several processes own an empty directory', async () => {
    const starters = [startElsewhere(), startElsewhere(), startElsewhere()];
    const outcomes = await Promise.all(starters.map((starter) => starter.outcome));
    const [winner, ...more] = outcomes.filter(({ url }) => url !== undefined);
    expect(more).toEqual([]);
    const winnerPid = starters[outcomes.findIndex(({ url }) => url !== undefined)]?.pid;
    const losers = outcomes.filter(({ error }) => error !== undefined);
    expect(losers.map(({ error }) => error?.includes(`process ${winnerPid}`))).toEqual([true, true]);
    expect(await query(winner?.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  it('takes over the server of a killed owner', async () => {
    copyFolder(join(prepared, 'data'), dataDir);
    const owner = startElsewhere();
    const { url } = await owner.outcome;
    await query(url, 'CREATE TABLE kept AS SELECT 7 AS n');
    const server = postmasterPid();
    await kill(owner);
    const database = await start();
    expect(database.url).toBe(url);
    expect(postmasterPid()).toBe(server);
    expect(messages.join()).toContain(`process ${server}`);
    expect(await query(database.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
    await database.stop();
    expect(postmasterPid()).toBeUndefined();
  });

  it('keeps every committed row after the owner and the server were killed', async () => {
    copyFolder(join(prepared, 'data'), dataDir);
    const owner = startElsewhere();
    const { url } = await owner.outcome;
    await query(url, 'CREATE TABLE kept AS SELECT n FROM generate_series(1, 1000) AS n');
    process.kill(postmasterPid() ?? owner.pid, 'SIGKILL');
    await kill(owner);
    const database = await start();
    expect(await query(database.url, 'SELECT count(*)::int AS rows FROM kept')).toEqual([{ rows: 1000 }]);
  });

  it('starts even if the first start was killed halfway', async () => {
    const owner = startElsewhere();
    await until(
      () => existsSync(dataDir) && readdirSync(dataDir).some((name) => /^postgres\.new-\w+$/.test(name)),
    );
    await kill(owner);
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
    const { url } = await start();
    expect(await query(url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  it('restarts the server on the same port if it dies', async () => {
    const { url } = await startAgain();
    const server = postmasterPid();
    process.kill(server ?? 0, 'SIGKILL');
    await until(() => messages.includes('The embedded Postgres is available again'));
    expect(postmasterPid()).not.toBe(server);
    expect(await query(url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  it('runs the service as a role that owns its database and has no other rights', async () => {
    const { url } = await startAgain();
    const rights = `SELECT rolname AS role, rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls AS more,
      pg_get_userbyid(datdba) AS database, nspowner::regrole::text AS schema,
      has_database_privilege('postgres', 'CREATE') AS elsewhere
      FROM pg_roles, pg_database, pg_namespace
      WHERE rolname = current_user AND datname = current_database() AND nspname = 'public'`;
    const role = 'offerdock_service';
    expect(await query(url, rights)).toEqual([
      { role, more: false, database: role, schema: role, elsewhere: false },
    ]);
    await expect(query(url, "SELECT pg_read_file('postmaster.pid')")).rejects.toThrow('permission denied');
    const names = await migrate(url, {
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    });
    expect(names.length).toBeGreaterThan(0);
  });

  it('hands what an earlier release created as a superuser over to the role', async () => {
    const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const first = await startAgain();
    const other = new URL(first.ownerUrl);
    other.pathname = '/postgres';
    await query(other.href, 'DROP DATABASE offerdock WITH (FORCE)');
    await query(other.href, 'DROP ROLE offerdock_service');
    await query(other.href, 'CREATE DATABASE offerdock');
    await migrate(first.ownerUrl, quiet);
    // Kinds of objects that the migrations do not create yet.
    await query(
      first.ownerUrl,
      `CREATE TYPE "Some type" AS ENUM ('a'); CREATE VIEW some_view AS SELECT 1 AS n; CREATE SEQUENCE some_sequence;
       CREATE DOMAIN some_domain AS int; CREATE STATISTICS some_statistics ON name, sku FROM offers;
       CREATE MATERIALIZED VIEW some_copy AS SELECT 1 AS n; CREATE PROCEDURE some_procedure() LANGUAGE sql AS 'SELECT 1';
       CREATE TABLE some_numbers (a serial, b int GENERATED ALWAYS AS IDENTITY);
       INSERT INTO secrets VALUES ('test', 'kept')`,
    );
    await first.stop();

    const { url, ownerUrl } = await start();
    const foreign = `SELECT d.classid::regclass AS kind, d.objid, i.identity FROM pg_depend d
      JOIN pg_shdepend o ON o.classid = d.classid AND o.objid = d.objid AND o.deptype = 'o'
      JOIN pg_identify_object(d.classid, d.objid, 0) i ON true
      WHERE d.refobjid = 'public'::regnamespace AND o.refobjid = 'offerdock_service'::regrole`;
    const owned = (await query(ownerUrl, foreign)).map(({ identity }) => identity);
    expect(
      [
        'public.offers',
        'public.offerdock',
        'public.offerdock_stem',
        'public."Some type"',
        'public.some_view',
        'public.some_sequence',
        'public.some_domain',
        'public.some_statistics',
        'public.some_copy',
        'public.some_procedure()',
        'public.some_numbers_a_seq',
      ].filter((name) => !owned.includes(name)),
    ).toEqual([]);
    const others = `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
      AND relowner <> 'offerdock_service'::regrole`;
    expect(await query(url, others)).toEqual([]);
    expect(await query(url, "SELECT value FROM secrets WHERE name = 'test'")).toEqual([{ value: 'kept' }]);
    expect(await migrate(url, quiet)).toEqual([]);
    await query(url, 'ALTER TABLE offers ADD COLUMN later int; DROP FUNCTION search_text(text) CASCADE');
  });
});
