import type { Socket } from 'node:net';
import { promiseHooks } from 'node:v8';

/** What the database layer must know about the request that a statement belongs to. */
export interface RequestScope {
  /** The client's connection. */
  readonly socket: Socket;
  /** The team whose share of database connections the request uses, or the name of another group of callers. */
  readonly group: string;
  /** Whether the request streams its body or its response: it can wait longer for a database connection. */
  isStream: boolean;
  /** The transaction that everything the request does belongs to; undefined if its statements are independent. */
  transaction?: ScopeTransaction;
}

/** A transaction that spans a request. */
export interface ScopeTransaction {
  /** Runs `action` as soon as the transaction is committed; never if it is rolled back. */
  afterCommit(action: () => void): void;
}

type WithScope = Promise<unknown> & { [scopeOf]?: RequestScope };

const scopeOf = Symbol('request scope');
let current: RequestScope | undefined;
let isTracking = false;

/**
 * Gives every promise the scope in which it was created, and restores that scope while its handlers run. An
 * AsyncLocalStorage does the same and more, for more than twice the cost on Node 20 and 22: see
 * docs/decisions/0010. Unlike there, callbacks of events and timers have no scope.
 */
function trackPromises(): void {
  if (isTracking) return;
  isTracking = true;
  promiseHooks.createHook({
    init(promise: WithScope) {
      if (current !== undefined) promise[scopeOf] = current;
    },
    before(promise: WithScope) {
      current = promise[scopeOf];
    },
    after() {
      current = undefined;
    },
  });
}

/** Returns the request that the running code belongs to; undefined for background work. */
export const currentScope = (): RequestScope | undefined => current;

/** Runs `work` as part of a request, or outside of any. Applies to everything that it awaits as well. */
export function runInScope<T>(scope: RequestScope | undefined, work: () => T): T {
  trackPromises();
  const previous = current;
  current = scope;
  try {
    return work();
  } finally {
    current = previous;
  }
}

/**
 * Runs `action` when the changes that the request has made are visible to others: now, or at the end of the transaction
 * that spans the request. Use it for what must follow a commit, such as clearing a cache.
 */
export function whenCommitted(action: () => void): void {
  if (current?.transaction) current.transaction.afterCommit(action);
  else action();
}

/** Reads `items` in the current scope, even if events of a stream request them, which have no scope. */
export function iterateInScope<T>(items: AsyncGenerator<T>): AsyncIterableIterator<T> {
  const scope = current;
  if (scope) scope.isStream = true;
  return {
    next: () => runInScope(scope, () => items.next()),
    return: (value: unknown) => runInScope(scope, () => items.return(value)),
    throw: (cause: unknown) => runInScope(scope, () => items.throw(cause)),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const listeners = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls `listener` when the client closes its connection before `stop` is called. One connection can have many
 * requests in progress, so this adds a single event listener to it.
 * @returns `stop`
 */
export function whenClientLeaves({ socket }: Pick<RequestScope, 'socket'>, listener: () => void): () => void {
  let all = listeners.get(socket);
  if (!all) {
    const added = new Set<() => void>();
    listeners.set(socket, (all = added));
    socket.once('close', () => {
      for (const notify of added) notify();
    });
  }
  const added = all.add(listener);
  return () => void added.delete(listener);
}
