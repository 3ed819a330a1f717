import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { killOnInterrupt, stopChild } from '../environment/interrupts.js';
import { compiled } from '../environment/programs.js';

/** What was received, in the order of receipt. The arrays have the same length. */
export interface Receipts {
  /** The header `webhook-id`. */
  ids: string[];
  /** The number of the receiver, in the order in which they were opened. */
  receivers: number[];
  /** Milliseconds of the monotonic clock. */
  times: number[];
}

export type ReceiverRequest = { listen: number; isLate: boolean } | { await: number } | { take: true };
export type ReceiverReply = { ports: number[] } | { done: true } | { receipts: Receipts };

/** Starts a compiled program of this folder with an IPC channel. */
export const forkProgram = (name: string): ChildProcess =>
  killOnInterrupt(fork(compiled(`bench/webhooks/${name}.js`), [], { execArgv: [] }));

/** Sends a message to a process and returns its next one. @throws if it exits or the time is over */
export async function ask<T>(child: ChildProcess, message: object, timeoutMs: number): Promise<T> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(timeoutMs)]);
  const answered = once(child, 'message', { signal }) as Promise<[T]>;
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('A process of the benchmark has ended early');
  });
  ended.catch(() => undefined);
  child.send(message);
  try {
    return (await Promise.race([answered, ended]))[0];
  } finally {
    over.abort();
  }
}

/** The receivers of all endpoints, in a process of their own. */
export class Receivers {
  private readonly child = forkProgram('receiver-process');

  /** Opens receivers, each on a port of its own. @param isLate whether they answer only after 30 s */
  async open(count: number, isLate = false): Promise<number[]> {
    return (await ask<{ ports: number[] }>(this.child, { listen: count, isLate }, 10_000)).ports;
  }

  /** Waits until so many events have arrived since the last call of `take`, without repeated ones. */
  async until(count: number, timeoutMs: number): Promise<void> {
    await ask(this.child, { await: count }, timeoutMs);
  }

  /** Returns what has been received since the last call. */
  async take(): Promise<Receipts> {
    return (await ask<{ receipts: Receipts }>(this.child, { take: true }, 10_000)).receipts;
  }

  close(): Promise<void> {
    return stopChild(this.child);
  }
}
