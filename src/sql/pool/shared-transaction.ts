import type { PoolClient, QueryResult } from 'pg';
import type { ScopeTransaction } from '../../common/request/request-scope.js';
import type { Statement } from '../statement.js';
import type { RawRow, SqlRunner } from '../transaction.js';
import type { WireClient } from '../wire/wire-client.js';

export type Release = (failure?: Error | boolean) => void;
export type Connected = (error: Error | undefined, client: PoolClient | undefined, release: Release) => void;
export type Leased = PoolClient & WireClient;

const nothing = () => undefined;

/**
 * A transaction that spans a request. Whatever takes a connection from the pool while the request is handled, through
 * Sql or TypeORM, gets the connection of this transaction instead, one after another. Each use is a savepoint, so that
 * a failed statement, or a transaction that is rolled back, undoes only itself: code that catches the violation of a
 * unique index, or repeats a transaction after a deadlock, works as it does without.
 */
export class SharedTransaction implements ScopeTransaction {
  private readonly waiting: (() => void)[] = [];
  private readonly actions: (() => void)[] = [];
  private isLent = false;
  private mustDiscard = false;
  private hasEnded = false;
  private readonly giveBack: Release;

  /**
   * @param client a connection on which a transaction has begun
   * @param runner runs statements on it
   * @param onEnd called when the connection goes back to the pool
   */
  constructor(
    private readonly client: Leased,
    private readonly runner: Pick<SqlRunner, 'rows'>,
    private readonly onEnd: () => void,
  ) {
    this.giveBack = client.release.bind(client);
  }

  /** Runs a statement that belongs to the transaction as a whole: if it fails, all is lost. */
  async rows(statement: Statement): Promise<RawRow[]> {
    await this.turn();
    try {
      return await this.runner.rows(statement);
    } finally {
      this.nextTurn();
    }
  }

  afterCommit(action: () => void): void {
    this.actions.push(action);
  }

  /** Lends the connection when it is free. */
  join(callback: Connected): void {
    void this.lend(callback);
  }

  /** Undoes everything since a savepoint of the transaction. */
  async rollBackTo(savepoint: string): Promise<void> {
    await this.turn();
    try {
      await this.client.query(`ROLLBACK TO SAVEPOINT ${savepoint}`);
      this.actions.length = 0;
    } finally {
      this.nextTurn();
    }
  }

  /** @throws Error if the transaction could not be committed; it has then been rolled back, unless the connection broke */
  async commit(): Promise<void> {
    await this.turn();
    let failure: unknown;
    try {
      const { command } = (await this.client.query('COMMIT')) as QueryResult;
      // Postgres answers so if a statement had failed.
      if (command !== 'COMMIT') throw new Error('The transaction of the request had failed before its end');
    } catch (cause) {
      failure = cause;
      throw cause;
    } finally {
      this.end(failure);
    }
    for (const action of this.actions) action();
  }

  /** Does not fail, because a connection that cannot roll back is closed. */
  async rollBack(): Promise<void> {
    await this.turn();
    let failure: unknown;
    try {
      await this.client.query('ROLLBACK');
    } catch (cause) {
      failure = cause;
    }
    this.end(failure);
  }

  /** Returns the connection to the pool. Whoever still waits for it fails, as after a lost connection. */
  private end(failure: unknown): void {
    this.hasEnded = true;
    this.onEnd();
    this.giveBack(failure !== undefined || this.mustDiscard);
    this.nextTurn();
  }

  private async lend(callback: Connected): Promise<void> {
    const { client } = this;
    await this.turn();
    try {
      if (this.hasEnded) throw new Error('Connection terminated: the request is over');
      await client.query('SAVEPOINT joined');
    } catch (cause) {
      this.nextTurn();
      callback(cause as Error, undefined, nothing);
      return;
    }
    const release = (failure?: Error | boolean) => {
      client.interceptor = undefined;
      client.release = this.giveBack;
      this.mustDiscard ||= Boolean(failure);
      void this.endLoan();
    };
    client.interceptor = { intercept: (text) => this.replaceControl(text) };
    client.release = release;
    callback(undefined, client, release);
  }

  /** Keeps what was done, or undoes it if a statement has failed. */
  private async endLoan(): Promise<void> {
    const { client } = this;
    try {
      // Postgres refuses it after a failed statement.
      await client.query('RELEASE SAVEPOINT joined').catch(() => client.query(undo));
    } catch {
      // The connection is lost, and so is the transaction.
      this.mustDiscard = true;
    } finally {
      this.nextTurn();
    }
  }

  /** A transaction within the transaction of the request begins and ends with the loan. */
  private replaceControl(text: unknown): Promise<unknown> | undefined {
    if (text === 'START TRANSACTION' || text === 'COMMIT') return Promise.resolve();
    // Not with `undo`, because the loan releases the savepoint.
    return text === 'ROLLBACK' ? this.client.query('ROLLBACK TO SAVEPOINT joined') : undefined;
  }

  /** Waits until nobody else uses the connection. */
  private turn(): Promise<void> {
    if (this.isLent) return new Promise((resolve) => this.waiting.push(resolve));
    this.isLent = true;
    return Promise.resolve();
  }

  private nextTurn(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.isLent = false;
  }
}

const undo = 'ROLLBACK TO SAVEPOINT joined; RELEASE SAVEPOINT joined';
