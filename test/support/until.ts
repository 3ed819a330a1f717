import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the condition is true. @throws if it is still false after `timeoutMs` */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`The condition was still false after ${timeoutMs} ms`);
    await sleep(10);
  }
}
