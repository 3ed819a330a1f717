import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const lines = 1000;
const endings = {
  'a call of process.exit': 'process.exit()',
  'an error that nobody catches': 'throw new Error("on purpose")',
  'having nothing left to do': '',
};

describe('the log', () => {
  it.each(Object.entries(endings))('is written whole before the process ends by %s', async (_, ending) => {
    const log = new URL('../../dist/src/common/log.js', import.meta.url).href;
    const program = `import { openLog } from '${log}';
      const log = openLog('info');
      for (let line = 1; line <= ${lines}; line += 1) log.info({ line, filler: 'x'.repeat(200) }, 'told');
      ${ending}`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(child, 'close');
    // A pipe holds less than the log; its reader takes its time.
    await sleep(300);
    let told = '';
    child.stdout.on('data', (data: Buffer) => (told += data.toString()));
    await ended;
    const read = told.trimEnd().split('\n');
    expect(read.map((line) => (JSON.parse(line) as { line: number }).line)).toEqual(
      Array.from({ length: lines }, (_each, index) => index + 1),
    );
  });
});
