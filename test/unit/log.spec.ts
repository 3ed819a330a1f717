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

describe('a reader of the log', () => {
  /** Starts a program that writes `count` lines of 1,000 bytes in several turns, runs `ending`, and then says so. */
  function startProgram(count: number, ending: string) {
    const log = new URL('../../dist/src/common/log.js', import.meta.url).href;
    const program = `import { openLog } from '${log}';
      const log = openLog('info');
      const filler = 'x'.repeat(1000);
      for (let line = 1; line <= ${count}; line += 1) {
        log.info({ line, filler }, 'line');
        if (line % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      ${ending}
      process.stderr.write('written ' + process.memoryUsage().rss + '\\n');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { child, exit: once(child, 'exit'), closed: once(child, 'close') };
  }

  it('that is too slow neither blocks the process nor fills its memory, and learns how many lines it missed', async () => {
    const count = 60_000;
    const { child, closed } = startProgram(
      count,
      `process.once('SIGTERM', () => process.exit());
      setInterval(() => undefined, 1000);`,
    );
    // Nothing is read until all lines are written, which are 15 times as many as may wait.
    const [report] = (await once(child.stderr, 'data')) as [Buffer];
    expect(report.toString()).toMatch(/^written /);
    expect(Number(report.toString().split(' ')[1])).toBeLessThan(150 * 1_048_576);
    let text = '';
    child.stdout.on('data', (data: Buffer) => (text += data.toString()));
    child.kill('SIGTERM');
    await closed;
    const read = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { line?: number; dropped?: number });
    const numbers = read.flatMap(({ line }) => line ?? []);
    const dropped = read.reduce((sum, line) => sum + (line.dropped ?? 0), 0);
    expect(dropped).toBeGreaterThan(count / 2);
    expect(numbers.length + dropped).toBe(count);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });

  it('that has gone does not end the process', async () => {
    const { child, exit } = startProgram(2_000, 'process.exit(7);');
    child.stdout.destroy();
    expect(await exit).toEqual([7, null]);
  });

  it('gets an error at once', async () => {
    const log = new URL('../../dist/src/common/log.js', import.meta.url).href;
    const program = `import { openLog } from '${log}';
      const log = openLog('info');
      log.info('before');
      log.error('failure');
      process.kill(process.pid, 'SIGKILL');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    child.stdout.on('data', (data: Buffer) => (text += data.toString()));
    await once(child, 'close');
    expect(text.match(/"msg":"\w+"/g)).toEqual(['"msg":"before"', '"msg":"failure"']);
  });
});
