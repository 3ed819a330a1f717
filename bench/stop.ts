import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/*
 * A benchmark that is told to stop (SIGINT, SIGTERM) ends what it is waiting for, and then puts everything away as it
 * does at its end.
 */

const awaited = new Set<ChildProcess>();
let stopped = false;

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    stopped = true;
    for (const child of awaited) child.kill();
  });

export const isStopped = () => stopped;

/** @throws when the benchmark is told to stop; to be called in every loop that waits for no process */
export function throwIfStopped(): void {
  if (stopped) throw new Error('Stopped');
}

/** Ends a server that was started, unless it has ended. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** Has the process ended when the benchmark is told to stop: whoever waits for its result then fails. */
export function endedByStop<T extends ChildProcess>(child: T): T {
  awaited.add(child);
  child.once('exit', () => awaited.delete(child));
  if (stopped) child.kill();
  return child;
}
