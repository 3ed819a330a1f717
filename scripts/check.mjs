// Runs the checks of the source side by side, because most of them use only one CPU. A failure ends it once the checks
// that are running have finished; no further one is started.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Checks that take about as long together. The order within a lane is from fast to slow. */
const lanes = [['check:format'], ['check:lint', 'check:types', 'check:openapi']];
let failed = false;

/** Runs a script of package.json, and prints its output when it has ended, so that outputs do not mix. */
async function run(script) {
  const child = spawn('npm', ['run', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
  const [code] = await once(child, 'close');
  process.stdout.write(Buffer.concat(output));
  return code === 0;
}

async function runInTurn(scripts) {
  for (const script of scripts) if (!failed && !(await run(script))) failed = true;
}

await Promise.all(lanes.map(runInTurn));
process.exitCode = failed ? 1 : 0;
