import { setTimeout as sleep } from 'node:timers/promises';
import { ClientLeft } from '../../common/request/client-left.js';
import type { WireClient } from '../wire/wire-client.js';
import { sendCancelRequest } from './cancel-request.js';

/** Delay before a cancel request is repeated, in milliseconds; doubled each time. */
const firstRetryMs = 50;
const maxRetryMs = 1_000;

/**
 * A connection while one request uses it. When the client leaves, the running statement is cancelled and no other one
 * is sent, except a ROLLBACK.
 */
export class Lease {
  /** Resolves when no cancel request can arrive any more. @returns whether the connection is still usable */
  private cancelling: Promise<boolean> | undefined;

  constructor(private readonly client: WireClient) {}

  leave(): void {
    this.cancelling ??= this.cancelRunning();
  }

  /**
   * Called before a statement is sent.
   * @returns undefined if it can be sent, a promise if it can be sent after that, or the error
   */
  admit(text: unknown): undefined | Promise<unknown> | ClientLeft {
    if (!this.cancelling) return undefined;
    return typeof text === 'string' && text.startsWith('ROLLBACK') ? this.cancelling : new ClientLeft();
  }

  /** Whether a cancel request is on its way or has arrived. */
  get isCancelled(): boolean {
    return this.cancelling !== undefined;
  }

  /**
   * Waits until no cancel request can hit the next user of the connection.
   * @returns whether the connection is still usable
   */
  async settle(): Promise<boolean> {
    return (await this.cancelling) ?? true;
  }

  /** Repeats the request, because Postgres ignores one that overtakes its statement. */
  private async cancelRunning(): Promise<boolean> {
    for (let delay = firstRetryMs; this.client.isBusy; delay = Math.min(delay * 2, maxRetryMs)) {
      if (!(await sendCancelRequest(this.client))) return false;
      if (this.client.isBusy) await sleep(delay, undefined, { ref: false });
    }
    return true;
  }
}
