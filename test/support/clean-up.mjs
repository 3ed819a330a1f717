// Runs alongside the tests. However they end, it then kills the processes that they left running and removes their
// temporary folder. Usage: clean-up.mjs <folder>, with a pipe from the test run as standard input.
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const timeoutMs = 20_000;
const [folder] = process.argv.slice(2);

process.stdin.resume();
await new Promise((resolve) => process.stdin.once('close', resolve));
const deadline = Date.now() + timeoutMs;
// A process that is starting may still write to the folder, so the folder must be absent for half a second.
for (let absences = 0; absences < 10 && Date.now() < deadline; await sleep(50)) {
  absences = existsSync(folder) ? 0 : absences + 1;
  for (const pid of registeredProcesses()) kill(pid, 'SIGKILL'); // first, because they restart their Postgres
  const servers = postgresServers(folder);
  for (const pid of servers) {
    kill(pid, 'SIGQUIT');
    kill(pid, 'SIGCONT'); // a test may have stopped it
  }
  if (servers.length === 0) ifPossible(() => rmSync(folder, { recursive: true, force: true }));
}

/** Returns the IDs of the processes that processes.ts has registered. */
function registeredProcesses() {
  return ifPossible(() => readdirSync(join(folder, 'processes'))) ?? [];
}

/** Returns the process IDs of the Postgres servers whose data is in the directory. */
function postgresServers(directory) {
  const entries = ifPossible(() => readdirSync(directory, { withFileTypes: true })) ?? [];
  return entries.flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return postgresServers(path);
    const text = entry.name === 'postmaster.pid' ? ifPossible(() => readFileSync(path, 'utf8')) : undefined;
    return text === undefined ? [] : [Number.parseInt(text, 10)];
  });
}

function kill(pid, signal) {
  if (pid > 0) ifPossible(() => process.kill(Number(pid), signal));
}

/** Runs the action and ignores failures, because files and processes can disappear at any time. */
function ifPossible(action) {
  try {
    return action();
  } catch {
    return undefined;
  }
}
