import pg, { Pool, type ClientConfig, type PoolClient, type PoolConfig } from 'pg';
import { ClientLeft } from '../../common/request/client-left.js';
import { DomainError } from '../../common/errors.js';
import {
  currentScope,
  runInScope,
  whenClientLeaves,
  type RequestScope,
} from '../../common/request/request-scope.js';
import { WireClient } from '../wire/wire-client.js';
import { ConnectionShares, shareLimits } from './connection-shares.js';
import { ConnectionWatch, type WatchLimits } from './connection-watch.js';
import { Lease } from './lease.js';
import { SharedTransaction, type Connected, type Leased, type Release } from './shared-transaction.js';

/** Maximum number of callers waiting for a connection that no team's share limits, per connection. */
const maxWaitingPerConnection = 20;
const nothing = () => undefined;

/**
 * The connection pool of the service, for TypeORM and Sql. Requests take connections from the share of their team, and
 * their statements are cancelled when their clients leave. Work without a request, such as background jobs, only waits
 * for a free connection.
 */
class FairPool extends Pool {
  private readonly shares: ConnectionShares;
  private readonly watch: ConnectionWatch;
  /** Callers whose connection is being opened or is still in use. */
  private pending = 0;

  constructor(config: PoolConfig & WatchLimits) {
    const watch = new ConnectionWatch(config, config);
    class WatchedClient extends WireClient {
      constructor(options?: ClientConfig) {
        super(options);
        watch.add(this);
      }
    }
    super({ ...config, Client: WatchedClient } as PoolConfig);
    // When a connection breaks, its query fails as well, and the pool discards it.
    this.on('connect', (client) => client.on('error', nothing));
    this.watch = watch;
    watch.hasPoolEnded = () => this.ended;
    this.on('release', (_failure, client) => ((client as Leased).statementLimitMs = undefined));
    this.shares = new ConnectionShares(shareLimits(this.options.max));
    // For the metrics. TypeScript would not accept a getter.
    Object.defineProperty(this, 'waitingCount', { get: () => this.pending + this.shares.waiting });
  }

  override connect(): Promise<PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<PoolClient> | undefined {
    if (callback) {
      this.connectFor(currentScope(), callback);
      return undefined;
    }
    return new Promise((resolve, reject) => {
      this.connectFor(currentScope(), (error, client) => (client ? resolve(client) : reject(error as Error)));
    });
  }

  private connectFor(scope: RequestScope | undefined, callback: Connected): void {
    if (!scope) this.connectNow(callback);
    else if (scope.socket.destroyed) callback(new ClientLeft(), undefined, nothing);
    else if (scope.transaction) (scope.transaction as SharedTransaction).join(callback);
    else if (this.shares.takeNow(scope.group)) this.connectWithShare(scope, callback);
    else this.connectInTurn(scope, callback);
  }

  /** Waits for a part of the team's share, then for a connection. */
  private connectInTurn(scope: RequestScope, callback: Connected): void {
    let stopWaiting: () => void = nothing;
    const refuse = (cause: Error) => {
      unwatch();
      callback(cause, undefined, nothing);
    };
    const unwatch = whenClientLeaves(scope, () => {
      stopWaiting();
      refuse(new ClientLeft());
    });
    const grant = () => {
      unwatch();
      this.connectWithShare(scope, callback);
    };
    stopWaiting = this.shares.take(scope.group, scope.isStream, { grant, refuse });
  }

  private connectWithShare(scope: RequestScope, callback: Connected): void {
    const { group } = scope;
    this.connectNow((error, client, release) => {
      if (client) {
        const giveBack = (failure?: Error | boolean) => {
          release(failure);
          this.shares.release(group);
        };
        client.release = lend(client as Leased, scope, giveBack);
        callback(undefined, client, client.release);
      } else {
        this.shares.release(group);
        callback(error, undefined, nothing);
      }
    });
  }

  private connectNow(callback: Connected): void {
    const { outage } = this.watch;
    if (outage) {
      callback(outage, undefined, nothing);
      return;
    }
    if (this.pending >= this.options.max * maxWaitingPerConnection) {
      const message = 'Too many requests are waiting for the database; try again later';
      callback(new DomainError('UNAVAILABLE', message, {}, { 'retry-after': '1' }), undefined, nothing);
      return;
    }
    // A new connection outlives the request, so its events must not belong to it.
    this.pending += 1;
    runInScope(undefined, () =>
      super.connect((error, client, release) => {
        this.pending -= 1;
        callback(error, client, release);
      }),
    );
  }
}

/** Lends a connection to a request until the function that it returns is called. */
function lend(client: Leased, scope: RequestScope, giveBack: Release): Release {
  const lease = new Lease(client);
  client.lease = lease;
  const unwatch = whenClientLeaves(scope, () => lease.leave());
  if (scope.socket.destroyed) lease.leave();
  const end = (failure?: Error | boolean) => {
    client.lease = undefined;
    giveBack(failure || client.isEnding || !isOutsideTransaction(client));
  };
  const endLater = async (failure?: Error | boolean) => {
    const isUsable = await lease.settle();
    end(failure || !isUsable);
  };
  return (failure) => {
    unwatch();
    if (lease.isCancelled) void endLater(failure);
    else end(failure);
  };
}

/** Returns false if a ROLLBACK could not be sent. */
const isOutsideTransaction = (client: PoolClient) =>
  (client as unknown as { getTransactionStatus(): string | null }).getTransactionStatus() === 'I';

/** node-postgres with this pool, for TypeORM's option `driver`. */
export const fairDriver = { ...pg, Pool: FairPool };
