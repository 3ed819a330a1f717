import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the condition holds. Throws after `patienceMs`. */
export async function until(condition: () => boolean | Promise<boolean>, patienceMs = 20_000): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited ${patienceMs} ms in vain`);
    await sleep(10);
  }
}
