import type { ChildProcess } from 'node:child_process';
import { open, type FileHandle } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import type { Binaries } from './binaries.js';
import { clusterOf, logFileOf } from './paths.js';
import { removeStalePidFile } from './postmaster.js';
import { launch, type User } from './system-user.js';

const LOG_LIMIT_BYTES = 5 * 1024 * 1024;
const TAIL_BYTES = 2_000;

/** All that starting a server needs to know. */
export interface Site {
  readonly dataDir: string;
  readonly password: string;
  readonly binaries: Binaries;
  readonly user: User;
  /** Command line of the server, without the port. */
  readonly args: readonly string[];
}

/** A server process that this process has started. */
export interface Spawned {
  readonly pid: number | undefined;
  hasExited(): boolean;
  /** Stops it; for a start that is given up. */
  interrupt(): void;
  /** The end of what it wrote to its log. */
  lastWords(): Promise<string>;
}

/**
 * The server's command line without the port. Data is safe on disk before a commit is answered (fsync is on
 * by default); statements, which may hold personal data, are kept out of the log.
 * @param maxConnections at least 1.
 */
export function serverArguments(
  dataDir: string,
  maxConnections: number,
  extraFlags: readonly string[],
): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: maxConnections,
    shared_buffers: '128MB',
    // Nobody follows this server, so that it need not log what a load can do without.
    wal_level: 'minimal',
    max_wal_senders: 0,
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'log',
    log_checkpoints: 'off',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', clusterOf(dataDir), ...flags, ...extraFlags];
}

/** Starts Postgres in a session of its own, on `port` or on a free one; does not wait until it is ready. */
export async function spawnServer(site: Site, port?: number): Promise<Spawned> {
  await removeStalePidFile(clusterOf(site.dataDir));
  const log = await open(logFileOf(site.dataDir), 'a+', 0o600);
  try {
    if (site.user) await log.chown(site.user.uid, site.user.gid);
    if ((await log.stat()).size > LOG_LIMIT_BYTES) await log.truncate(0);
    const { size } = await log.stat();
    const args = ['-p', String(port ?? (await freePort())), ...site.args];
    const child = launch(site.user, site.binaries.postgres, args, ['ignore', log.fd, log.fd], true);
    child.unref();
    return observe(child, () => tail(logFileOf(site.dataDir), size));
  } finally {
    await log.close();
  }
}

function observe(child: ChildProcess, readLog: () => Promise<string>): Spawned {
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  return {
    pid: child.pid,
    hasExited: () => failure !== undefined || child.exitCode !== null || child.signalCode !== null,
    interrupt: () => void child.kill('SIGINT'),
    lastWords: async () => failure?.message ?? readLog(),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function tail(path: string, from: number): Promise<string> {
  const file: FileHandle = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const start = Math.max(from, size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL_BYTES), 0, TAIL_BYTES, start);
    return buffer.toString('utf8', 0, bytesRead).trim();
  } finally {
    await file.close();
  }
}
