import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const lines = 1000;
const endings = {
  'calling process.exit': 'process.exit()',
  'an uncaught error': 'throw new Error("on purpose")',
  'running out of work': '',
};

describe('the log', () => {
  it.each(Object.entries(endings))('is complete if the process ends by %s', async (_, ending) => {
    const log = new URL('../../dist/src/common/log.js', import.meta.url).href;
    const program = `import { openLog } from '${log}';
      const log = openLog('info');
      for (let line = 1; line <= ${lines}; line += 1) log.info({ line, filler: 'x'.repeat(200) }, 'line');
      ${ending}`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(child, 'close');
    // The log is larger than a pipe, so a process that ends before the pipe is read must not lose the rest.
    await sleep(300);
    let text = '';
    child.stdout.on('data', (data: Buffer) => (text += data.toString()));
    await ended;
    const read = text.trimEnd().split('\n');
    expect(read.map((line) => (JSON.parse(line) as { line: number }).line)).toEqual(
      Array.from({ length: lines }, (_each, index) => index + 1),
    );
  });
});
