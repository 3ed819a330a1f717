import { Clock } from '../../src/common/clock.js';
import type { Harness } from './harness.js';

/** Sets the clock of the application, or resets it to the real time. */
export function setClock({ app }: Harness, now?: string): void {
  app.get(Clock).now = () => (now === undefined ? new Date() : new Date(now));
}
