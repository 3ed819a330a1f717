import { Injectable } from '@nestjs/common';
import type { Transaction } from '../sql/transaction.js';
import { Wakeups } from '../wakeups/wakeups.js';
import { insertEvents } from './events.write.js';
import type { NewEvent } from './new-event.js';

/** Writes events, and wakes up whoever passes them on as soon as they are committed. */
@Injectable()
export class EventLog {
  constructor(private readonly wakeups: Wakeups) {}

  /** Stores events in the transaction of the change that they are about. */
  async write(tx: Transaction, events: readonly NewEvent[]): Promise<void> {
    if (events.length === 0) return;
    await tx.rows(insertEvents(events));
    this.announce(tx);
  }

  /**
   * Announces events that a statement has stored, as soon as others can see them.
   * @param tx the transaction of the statement, if it is not a transaction of its own
   */
  announce(tx?: Transaction): void {
    const announce = () => this.wakeups.sendToOne('events');
    if (tx) tx.afterCommit(announce);
    else announce();
  }
}
