import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Returns the path of a compiled program in `dist`. */
export const compiled = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The folder of this checkout. */
export const repositoryRoot = compiled('..');

/**
 * Returns the arguments of `node` that run the service of a checkout as `npm start` does: with the V8 flags of its
 * start script, `exec node --flag … dist/src/main.js || …`.
 * @param root the folder of the checkout, which has been built
 */
export function serviceArgsIn(root: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  const words = scripts.start.split(' || ')[0]?.split(' ') ?? [];
  return [...words.filter((word) => word.startsWith('--')), join(root, 'dist/src/main.js')];
}

/** The arguments of `node` that run the service of this checkout as `npm start` does. */
export const serviceArgs = serviceArgsIn(repositoryRoot);

/** Returns the command and its arguments; if a CPU is given, the command runs on that CPU only. */
export function onCpu(cpu: number | undefined, command: string, args: string[]): [string, string[]] {
  return cpu === undefined ? [command, args] : ['taskset', ['-c', String(cpu), command, ...args]];
}
