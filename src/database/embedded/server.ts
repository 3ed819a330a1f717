import type { ChildProcess } from 'node:child_process';
import { open, type FileHandle } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import type { Binaries } from './binaries.js';
import { clusterDir, logFile } from './paths.js';
import { removeStalePidFile } from './postmaster.js';
import { launch, type User } from './system-user.js';

const LOG_LIMIT_BYTES = 5 * 1024 * 1024;
const TAIL_BYTES = 2_000;

/** Options for starting a server. */
export interface ServerOptions {
  readonly dataDir: string;
  readonly password: string;
  readonly binaries: Binaries;
  readonly user: User;
  /** Command-line arguments without the port. */
  readonly args: readonly string[];
}

/** A server process that this process has started. */
export interface SpawnedServer {
  readonly pid: number | undefined;
  hasExited(): boolean;
  /** Asks the server to stop, for a startup that is aborted. */
  interrupt(): void;
  /** Returns the end of the server's log. */
  logTail(): Promise<string>;
}

/**
 * Returns the command-line arguments of the server, without the port. fsync is on by default, so a commit
 * returns only once its data is on disk. Statements are not logged, because they can contain personal data.
 * @param maxConnections at least 1
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
    // Without replicas, bulk loads do not need to write all data to the WAL.
    wal_level: 'minimal',
    max_wal_senders: 0,
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'log',
    log_checkpoints: 'off',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', clusterDir(dataDir), ...flags, ...extraFlags];
}

/** Starts Postgres on `port`, or on a free port if undefined. Does not wait until it is ready. */
export async function spawnServer(options: ServerOptions, port?: number): Promise<SpawnedServer> {
  await removeStalePidFile(clusterDir(options.dataDir));
  const log = await open(logFile(options.dataDir), 'a+', 0o600);
  try {
    if (options.user) await log.chown(options.user.uid, options.user.gid);
    if ((await log.stat()).size > LOG_LIMIT_BYTES) await log.truncate(0);
    const { size } = await log.stat();
    const args = ['-p', String(port ?? (await freePort())), ...options.args];
    const child = launch(options.user, options.binaries.postgres, args, ['ignore', log.fd, log.fd]);
    child.unref();
    return observe(child, () => tail(logFile(options.dataDir), size));
  } finally {
    await log.close();
  }
}

function observe(child: ChildProcess, readLog: () => Promise<string>): SpawnedServer {
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  return {
    pid: child.pid,
    hasExited: () => failure !== undefined || child.exitCode !== null || child.signalCode !== null,
    interrupt: () => void child.kill('SIGINT'),
    logTail: async () => failure?.message ?? readLog(),
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
