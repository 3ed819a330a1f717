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
  /** The least recently used one is first, as in the maps of the connections. */
  private readonly known = new Map<string, KnownStatement>();
  private readonly perConnection = new WeakMap<PoolClient, Map<string, true>>();
  private lastName = 0;

  /**
   * Returns the name under which the connection prepares the statement; empty if it should not. Call this immediately
   * before the statement is sent.
   */
  nameOn(client: PoolClient, text: string): string {
    const statement = touch(this.known, text) ?? { uses: 0, name: '' };
    this.known.set(text, statement);
    if (this.known.size > maxKnown) this.known.delete(oldestKey(this.known));
    statement.uses += 1;
    if (statement.uses < usesBeforePrepared) return '';
    if (statement.name === '') statement.name = `offerdock_${(this.lastName += 1)}`;
    this.makeRoom(client, statement.name);
    return statement.name;
  }

  private makeRoom(client: PoolClient, name: string): void {
    let names = this.perConnection.get(client);
    if (!names) this.perConnection.set(client, (names = new Map()));
    touch(names, name);
    names.set(name, true);
    if (names.size <= maxPrepared) return;
    const oldest = oldestKey(names);
    names.delete(oldest);
    const { connection } = client as unknown as { connection: StatementState };
    // Postgres handles this message together with the next statement.
    connection.close({ type: 'S', name: oldest });
    delete connection.parsedStatements[oldest];
    delete connection.submittedNamedStatements[oldest];
  }
}

/** Removes an entry, so that setting it again makes it the most recently used one. */
function touch<T>(map: Map<string, T>, key: string): T | undefined {
  const value = map.get(key);
  if (value !== undefined) map.delete(key);
  return value;
}

const oldestKey = (map: Map<string, unknown>): string => map.keys().next().value ?? '';
