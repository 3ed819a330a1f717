import { Injectable } from '@nestjs/common';
import { whenCommitted } from '../common/request/request-scope.js';
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
    tx.afterCommit(() => this.wakeups.send('events'));
  }

  /** Announces events that a statement has stored, as soon as others can see them. */
  announce(tx?: Transaction): void {
    const announce = () => this.wakeups.send('events');
    if (tx) tx.afterCommit(announce);
    else whenCommitted(announce);
  }
}
