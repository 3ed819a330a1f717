import { currentScope, type RequestScope, type ScopeTransaction } from '../common/request/request-scope.js';
import type { SharedTransaction } from '../sql/pool/shared-transaction.js';
import type { RequestIdentity } from './request-identity.js';

const runs = new WeakMap<ScopeTransaction, IdempotentRun>();

/** The handling of a request with an idempotency key, in its transaction. */
export class IdempotentRun {
  /** Settled when the transaction has ended; set as soon as it is about to. */
  finished?: Promise<void>;
  /** Whether everything was rolled back because the handler ended without a response. */
  isAbandoned = false;
  /** What the response is about, so that it can be erased. */
  subject: string | null = null;
  /** Names of the response headers that were set before the handler ran. */
  readonly foreignHeaders: ReadonlySet<string>;

  constructor(
    private readonly scope: RequestScope,
    readonly transaction: SharedTransaction,
    readonly identity: RequestIdentity,
    headers: readonly string[],
  ) {
    this.foreignHeaders = new Set(headers);
    scope.transaction = transaction;
    runs.set(transaction, this);
  }

  /** Ends the transaction. What the request does from now on no longer belongs to it. */
  async end(commitOrRollBack: () => Promise<void>): Promise<void> {
    this.scope.transaction = undefined;
    await commitOrRollBack();
  }
}

/**
 * Records what the response to the current request is about, such as the ID of an order whose customer it names, so that
 * `eraseStoredResponses` finds it. Does nothing for a request without an idempotency key.
 */
export function markResponseSubject(subject: string): void {
  const transaction = currentScope()?.transaction;
  const run = transaction && runs.get(transaction);
  if (run) run.subject = subject;
}
