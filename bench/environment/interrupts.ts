import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/*
 * SIGINT and SIGTERM end the child processes that the benchmark is waiting for. The wait fails, and the benchmark then
 * cleans up as it does at its normal end.
 */

const running = new Set<ChildProcess>();
let interrupted = false;

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    interrupted = true;
    for (const child of running) child.kill();
  });

export const isInterrupted = () => interrupted;

/** Lets loops that wait for no child process end early. @throws if the benchmark was interrupted */
export function throwIfInterrupted(): void {
  if (interrupted) throw new Error('Interrupted');
}

/** Stops a child process and waits until it has exited. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

/** Ends the child process if the benchmark is interrupted. */
export function killOnInterrupt<T extends ChildProcess>(child: T): T {
  running.add(child);
  child.once('exit', () => running.delete(child));
  if (interrupted) child.kill();
  return child;
}
