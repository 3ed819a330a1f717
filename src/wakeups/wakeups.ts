import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { runInScope, whenCommitted } from '../common/request/request-scope.js';
import type { Sql } from '../sql/sql.js';
import { Listener, type ListenerOptions } from './listener.js';

export interface WakeupOptions {
  /** How to listen to other processes; undefined to poll only, because a pooler in transaction mode loses LISTEN. */
  listen?: ListenerOptions;
  /** How often subscribers are called without a signal, in milliseconds. */
  pollIntervalMs?: number;
}

const prefix = 'offerdock_';
const defaultPollIntervalMs = 1_000;
/** The least time between two notifications on a channel: Postgres commits all of them one after another. */
const minGapMs = 5;

/**
 * Wakes work that waits for something in the database, in all processes that use it: the workers that deliver events,
 * requests that wait for an event. A signal has no content and can come too often, late or twice: who hears it looks at
 * the database. Signals are notifications of Postgres. In case that one is lost, subscribers are also called once a
 * second.
 */
@Injectable()
export class Wakeups implements OnApplicationShutdown {
  private readonly log = new Logger(Wakeups.name);
  /** Identifies the notifications that this process has sent. */
  private readonly sender = randomUUID();
  private readonly subscribers = new Map<string, Set<() => void>>();
  /** The channels with a notification on its way, and whether another one must follow. */
  private readonly sending = new Map<string, { again: boolean }>();
  private listener: Listener | undefined;
  private timer: NodeJS.Timeout | undefined;
  private hasFailed = false;
  private isClosed = false;

  constructor(
    private readonly sql: Pick<Sql, 'rows'>,
    private readonly options: WakeupOptions,
  ) {}

  /**
   * Calls `run` for each signal on a channel, and about once a second. `run` must return at once, and combine calls that
   * come while its work is still in progress.
   * @param channel lower-case letters and underscores
   * @returns a function that ends the subscription
   */
  on(channel: string, run: () => void): () => void {
    let subscribers = this.subscribers.get(channel);
    if (!subscribers) {
      if (!/^[a-z_]{1,40}$/.test(channel)) throw new Error(`${channel} is not a channel name`);
      this.subscribers.set(channel, (subscribers = new Set()));
      void this.listener?.add(prefix + channel);
    }
    const subscriber = () => run(); // the same function can subscribe twice
    subscribers.add(subscriber);
    this.start();
    return () => void subscribers.delete(subscriber);
  }

  /**
   * Wakes the subscribers of a channel: those of this process at once, those of others as soon as Postgres tells them. In
   * a transaction that spans the request, this happens after its commit; call it after any other transaction. Never
   * fails.
   */
  send(channel: string): void {
    whenCommitted(() => {
      this.wake(channel);
      this.announce(channel);
    });
  }

  /**
   * Like `send`, for work that any process can do for all: others are told only if nobody in this process listens, which
   * saves a notification for each write.
   */
  sendToOne(channel: string): void {
    whenCommitted(() => {
      if (this.subscribers.get(channel)?.size) this.wake(channel);
      else this.announce(channel);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.listener?.close();
  }

  private start(): void {
    if (this.timer || this.isClosed) return;
    this.schedulePoll();
    const { listen } = this.options;
    if (!listen) return;
    this.listener = runInScope(
      undefined,
      () =>
        new Listener(listen, {
          channels: () => [...this.subscribers.keys()].map((channel) => prefix + channel),
          hear: (channel, sender) => {
            if (sender !== this.sender) this.wake(channel.slice(prefix.length));
          },
          connected: () => this.wakeAll(),
        }),
    );
  }

  private schedulePoll(): void {
    const { pollIntervalMs = defaultPollIntervalMs } = this.options;
    // At random intervals, so that several processes do not poll at the same time.
    this.timer = setTimeout(
      () => {
        this.wakeAll();
        this.schedulePoll();
      },
      pollIntervalMs * (0.9 + Math.random() / 5),
    ).unref();
  }

  private wakeAll(): void {
    for (const channel of this.subscribers.keys()) this.wake(channel);
  }

  private wake(channel: string): void {
    if (this.isClosed) return;
    for (const subscriber of this.subscribers.get(channel) ?? []) {
      try {
        subscriber();
      } catch (cause) {
        this.log.error({ err: cause }, `A subscriber of ${channel} failed`);
      }
    }
  }

  /** Tells the other processes. Signals that come while a notification is on its way are combined in the next one. */
  private announce(channel: string): void {
    const current = this.sending.get(channel);
    if (current) current.again = true;
    // Not as a part of the request that has sent the signal.
    else runInScope(undefined, () => void this.notify(channel));
  }

  private async notify(channel: string): Promise<void> {
    const state = { again: true };
    this.sending.set(channel, state);
    while (state.again && !this.isClosed) {
      state.again = false;
      try {
        await this.sql.rows({ text: 'SELECT pg_notify($1, $2)', values: [prefix + channel, this.sender] });
        this.hasFailed = false;
      } catch (cause) {
        if (!this.hasFailed && !this.isClosed)
          this.log.warn({ err: cause }, 'Could not wake other processes, which find out when they poll');
        this.hasFailed = true;
      }
      await sleep(minGapMs, undefined, { ref: false });
    }
    this.sending.delete(channel);
  }
}
