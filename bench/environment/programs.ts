import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A compiled program below `dist`. */
export const compiled = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The arguments of `node` in `npm start`. */
const [, ...startArgs] = (
  JSON.parse(readFileSync(compiled('../package.json'), 'utf8')) as { scripts: { start: string } }
).scripts.start.split(' ');

/** The arguments of `node` that run the service as `npm start` does. */
export const serviceArgs = [...startArgs.slice(0, -1), compiled('src/main.js')];

/** The command, run on one CPU when one is given. */
export function onCpu(cpu: number | undefined, command: string, args: string[]): [string, string[]] {
  return cpu === undefined ? [command, args] : ['taskset', ['-c', String(cpu), command, ...args]];
}
