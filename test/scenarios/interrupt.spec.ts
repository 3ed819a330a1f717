import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killWithRun } from '../support/processes.js';
import { isAlive } from '../support/service.js';
import { until } from '../support/until.js';

const timeoutMs = 180_000;

let parent: string;
let run: ChildProcess;

/** Runs a test that starts the service, in its own process group, with its temporary folder in `parent`. */
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'offerdock-interrupt-'));
  const { DATABASE_URL: _, TEST_DATABASE_URL: __, ...env } = process.env;
  const jest = [
    'node_modules/jest/bin/jest.js',
    '-w',
    '1',
    'test/scenarios/start.spec',
    '-t',
    'keeps all data',
  ];
  const args = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', ...jest];
  run = spawn(process.execPath, args, { detached: true, stdio: 'ignore', env: { ...env, TMPDIR: parent } });
  killWithRun(run);
});
afterEach(async () => {
  if (run.exitCode === null && run.signalCode === null) run.kill('SIGKILL');
  await until(isClean);
  rmSync(parent, { recursive: true, force: true });
});

/** Returns the paths of a directory's entries whose names have the prefix; none if the directory does not exist. */
const entries = (directory: string, prefix: string) =>
  existsSync(directory)
    ? readdirSync(directory).flatMap((name) => (name.startsWith(prefix) ? [join(directory, name)] : []))
    : [];
const runFolder = () => entries(parent, 'offerdock-test-')[0];
const isClean = () => runFolder() === undefined;

/** Returns the process IDs of the test run's Postgres and of the Postgres of the service that a test has started. */
function postgresPids(): number[] {
  const folder = runFolder() ?? '';
  const dataDirs = [
    join(folder, 'cluster'),
    ...entries(folder, 'offerdock-service-').map((dir) => join(dir, 'data')),
  ];
  const pidFiles = dataDirs
    .map((dir) => join(dir, 'postgres', 'postmaster.pid'))
    .filter((file) => existsSync(file));
  const pids = pidFiles.map((file) => Number.parseInt(readFileSync(file, 'utf8'), 10));
  return pids.filter((pid) => pid > 0 && isAlive(pid));
}

/** Returns the processes whose command line contains the folder (Linux only). */
function processesOfRun(): string[] {
  if (!existsSync('/proc/self/cmdline')) return [];
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((commandLine) => commandLine.includes(parent));
}

/** The signals with which a terminal (on Ctrl-C) and npm (on SIGTERM) interrupt a test run. */
const interruptions: [string, () => void][] = [
  ['SIGINT to the process group', () => process.kill(-(run.pid ?? 0), 'SIGINT')],
  ['SIGTERM to the test run', () => void run.kill('SIGTERM')],
];

describe.each(interruptions)('%s', (_, interrupt) => {
  it(
    'leaves no Postgres and no files while a test is running',
    async () => {
      let pids: number[] = [];
      await until(() => (pids = postgresPids()).length === 2, 120_000);
      interrupt();
      await once(run, 'exit');
      await until(isClean);
      await until(() => !pids.some(isAlive) && processesOfRun().length === 0);
    },
    timeoutMs,
  );

  it(
    'leaves no Postgres and no files while initdb is running',
    async () => {
      const initdbIsRunning = () => entries(join(runFolder() ?? '', 'cluster'), 'postgres.new-').length > 0;
      await until(initdbIsRunning, 120_000);
      interrupt();
      await once(run, 'exit');
      await until(() => isClean() && processesOfRun().length === 0);
    },
    timeoutMs,
  );
});
