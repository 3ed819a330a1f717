import type { PoolClient } from 'pg';

/** A statement is prepared from its second use on; one that is used once would only fill the memory of Postgres. */
const usesBeforePrepared = 2;
/** A prepared statement takes about 50 KB of memory in each connection. */
const maxPrepared = 200;
const maxKnown = 2000;

interface KnownStatement {
  uses: number;
  /** Unique and never reused; empty while the statement is not prepared. */
  name: string;
  usedAt: number;
}

/** What node-postgres knows about the statements of a connection; its types omit it. */
interface StatementState {
  parsedStatements: Record<string, string>;
  submittedNamedStatements: Record<string, string>;
  close(message: { type: 'S'; name: string }): void;
}

/**
 * Names the statements that are used repeatedly. Both the known statements of the process and the prepared ones of each
 * connection are limited, and the least recently used one makes room for a new one: texts depend on the parameters of
 * requests, and a client that varies them must not use up the names for everyone.
 */
export class PreparedStatements {
  private readonly known = new Map<string, KnownStatement>();
  /** When each connection last used the statements that it has prepared, by their names. */
  private readonly perConnection = new WeakMap<PoolClient, Map<string, number>>();
  private lastName = 0;
  /** Counts the uses of all statements; serves as the time. */
  private now = 0;

  /**
   * Returns the name under which the connection prepares the statement; empty if it should not. Call this immediately
   * before the statement is sent.
   */
  nameOn(client: PoolClient, text: string): string {
    this.now += 1;
    let statement = this.known.get(text);
    if (!statement) {
      if (this.known.size >= maxKnown) this.known.delete(leastRecent(this.known, ({ usedAt }) => usedAt));
      this.known.set(text, (statement = { uses: 0, name: '', usedAt: 0 }));
    }
    statement.uses += 1;
    statement.usedAt = this.now;
    if (statement.uses < usesBeforePrepared) return '';
    if (statement.name === '') statement.name = `offerdock_${(this.lastName += 1)}`;
    this.makeRoom(client, statement.name);
    return statement.name;
  }

  private makeRoom(client: PoolClient, name: string): void {
    let names = this.perConnection.get(client);
    if (!names) this.perConnection.set(client, (names = new Map()));
    names.set(name, this.now);
    if (names.size <= maxPrepared) return;
    const oldest = leastRecent(names, (usedAt) => usedAt);
    names.delete(oldest);
    const { connection } = client as unknown as { connection: StatementState };
    // Postgres handles this message together with the next statement.
    connection.close({ type: 'S', name: oldest });
    delete connection.parsedStatements[oldest];
    delete connection.submittedNamedStatements[oldest];
  }
}

/**
 * Returns the key of the entry that was used least recently. Searching for it is slower than keeping the entries in
 * order, but is rarely necessary, whereas every statement would change the order.
 */
function leastRecent<T>(map: Map<string, T>, usedAt: (value: T) => number): string {
  let oldest = '';
  let oldestAt = Infinity;
  for (const [key, value] of map) if (usedAt(value) < oldestAt) [oldest, oldestAt] = [key, usedAt(value)];
  return oldest;
}
