import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';

export interface ListenerOptions {
  url: string;
  /** How long Postgres can be silent, and how often it is asked whether it is still there. */
  answerTimeoutMs: number;
}

export interface Hearer {
  /** The channels to listen on, as Postgres knows them. */
  channels(): string[];
  /** Called for each notification. */
  hear(channel: string, payload: string | undefined): void;
  /** Called whenever the connection has been opened: what was sent before was not heard. */
  connected(): void;
}

const firstPauseMs = 100;
const maxPauseMs = 5_000;

/**
 * A connection of its own that listens for notifications, until it is closed. A lost connection is opened again. Postgres
 * says nothing for hours if there is nothing to hear, so it is asked every few seconds whether it is still there.
 */
export class Listener {
  private readonly log = new Logger('Wakeups');
  private readonly closing = new AbortController();
  private readonly stopped: Promise<void>;
  private client: Client | undefined;
  private failures = 0;

  constructor(
    private readonly options: ListenerOptions,
    private readonly hearer: Hearer,
  ) {
    this.stopped = this.run();
  }

  /** Also listens on a channel that is new, and reports a notification once it does. */
  async add(channel: string): Promise<void> {
    try {
      if (!this.client) return;
      await this.client.query(`LISTEN ${channel}`);
      this.hearer.hear(channel, undefined);
    } catch {
      // The connection is lost, and the next one listens on all channels.
    }
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.stopped;
  }

  private async run(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      try {
        await this.listenUntilLost(signal);
      } catch (cause) {
        if (signal.aborted) return;
        if (this.failures === 0)
          this.log.warn({ err: cause }, 'Cannot listen for wake-ups of other processes; polling meanwhile');
        // Random, because all processes lose their connections at the same time.
        const pauseMs = Math.min(firstPauseMs * 2 ** this.failures, maxPauseMs) * (0.5 + Math.random() / 2);
        this.failures += 1;
        await sleep(pauseMs, undefined, { ref: false, signal }).catch(() => undefined);
      }
    }
  }

  /** @throws the reason why the connection was lost or could not be opened */
  private async listenUntilLost(signal: AbortSignal): Promise<void> {
    const { url, answerTimeoutMs } = this.options;
    const client = new Client({
      connectionString: url,
      application_name: 'offerdock wakeups',
      connectionTimeoutMillis: answerTimeoutMs,
      query_timeout: answerTimeoutMs,
    });
    // The next statement then fails.
    client.on('error', () => undefined);
    client.on('notification', ({ channel, payload }) => this.hearer.hear(channel, payload));
    const ended = new Promise((resolve) => client.once('end', resolve));
    const { connection } = client as unknown as { connection: { stream: { destroy(): void } } };
    const destroy = () => connection.stream.destroy();
    signal.addEventListener('abort', destroy, { once: true });
    try {
      await client.connect();
      await client.query(
        this.hearer
          .channels()
          .map((channel) => `LISTEN ${channel}`)
          .join('; '),
      );
      this.client = client;
      this.failures = 0;
      this.hearer.connected();
      for (;;) {
        await Promise.race([sleep(answerTimeoutMs, undefined, { ref: false, signal }), ended]);
        await client.query('SELECT 1');
      }
    } finally {
      this.client = undefined;
      signal.removeEventListener('abort', destroy);
      destroy();
    }
  }
}
