import { execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const startTimeoutMs = 10_000;

/**
 * Starts the installed PgBouncer in transaction mode, in front of the Postgres of a URL.
 * @param {string} url of any database; all databases of the server can be reached with its role
 * @param {{ poolSize?: number }} options the number of connections to Postgres for each database and role
 * @returns {Promise<import('./pgbouncer.mjs').PgBouncer>}
 */
export async function startPgBouncer(url, { poolSize = 4 } = {}) {
  const { hostname, port, username, password } = new URL(url);
  const folder = mkdtempSync(join(tmpdir(), 'offerdock-pgbouncer-'));
  const ownPort = await freePort();
  const config = join(folder, 'pgbouncer.ini');
  const users = join(folder, 'users.txt');
  const owner = account();
  const role = [username, password].map((text) => `"${decodeURIComponent(text).replaceAll('"', '""')}"`);
  writeFileSync(users, `${role.join(' ')}\n`, { mode: 0o600 });
  writeFileSync(
    config,
    `[databases]
* = host=${hostname} port=${port || 5432}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${ownPort}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 500
server_login_retry = 1
`,
    { mode: 0o600 },
  );
  if (owner) for (const path of [folder, config, users]) chownSync(path, owner.uid, owner.gid);
  const program = process.env.PGBOUNCER_PATH || 'pgbouncer';
  const env = { PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` };
  const child = spawn(program, [config], { ...owner, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk) => (log += chunk));
  const exit = new Promise((resolve) => {
    child.once('error', (cause) =>
      resolve((log += `${cause.message}; install PgBouncer or set PGBOUNCER_PATH`)),
    );
    child.once('exit', resolve);
  });
  let hasExited = false;
  void exit.then(() => (hasExited = true));
  const stop = async () => {
    child.kill('SIGINT');
    const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
    await exit;
    clearTimeout(timer);
    rmSync(folder, { recursive: true, force: true });
  };
  for (const deadline = Date.now() + startTimeoutMs; !(await answers(ownPort)); await sleep(20)) {
    if (!hasExited && Date.now() < deadline) continue;
    await stop();
    throw new Error(`PgBouncer did not start: ${log}`);
  }
  return {
    child,
    urlOf: (direct) => Object.assign(new URL(direct), { host: `127.0.0.1:${ownPort}` }).href,
    readLog: () => log,
    stop,
  };
}

/** Returns the account `nobody` if this process is root, as whom PgBouncer refuses to run. */
function account() {
  if (process.getuid?.() !== 0) return undefined;
  const id = (option) => Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true) ?? socket.destroy());
    socket.once('error', () => resolve(false));
  });
}
