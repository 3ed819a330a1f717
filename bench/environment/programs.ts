import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Returns the path of a compiled program in `dist`. */
export const compiled = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const { scripts } = JSON.parse(readFileSync(compiled('../package.json'), 'utf8')) as {
  scripts: { start: string };
};
/** The V8 flags of `npm start`: `exec node --flag … dist/src/main.js || …`. */
const flags =
  scripts.start
    .split(' || ')[0]
    ?.split(' ')
    .filter((word) => word.startsWith('--')) ?? [];

/** The arguments of `node` that run the service as `npm start` does. */
export const serviceArgs = [...flags, compiled('src/main.js')];

/** Returns the command and its arguments; if a CPU is given, the command runs on that CPU only. */
export function onCpu(cpu: number | undefined, command: string, args: string[]): [string, string[]] {
  return cpu === undefined ? [command, args] : ['taskset', ['-c', String(cpu), command, ...args]];
}
