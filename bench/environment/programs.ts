import { fileURLToPath } from 'node:url';
import { serviceArgsIn } from './service-args.js';

/** Returns the path of a compiled program in `dist`. */
export const compiled = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The folder of this checkout. */
export const repositoryRoot = compiled('..');

/** The arguments of `node` that run the service of this checkout as `npm start` does. */
export const serviceArgs = serviceArgsIn(repositoryRoot);

/** Returns the command and its arguments; if a CPU is given, the command runs on that CPU only. */
export function onCpu(cpu: number | undefined, command: string, args: string[]): [string, string[]] {
  return cpu === undefined ? [command, args] : ['taskset', ['-c', String(cpu), command, ...args]];
}
