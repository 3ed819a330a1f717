import { readFileSync } from 'node:fs';
import { join } from 'node:path';

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

/** Like `serviceArgsIn`, for a service that only delivers: with the young generation that docs/operations.md recommends. */
export const workerArgsIn = (root: string): string[] =>
  serviceArgsIn(root).map((arg) => arg.replace(/^--max-semi-space-size=.*/, '--max-semi-space-size=32'));
