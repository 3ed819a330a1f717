import type { Stream } from 'node:stream';

/** The connection of node-postgres, as its queries use it; its public types omit most of it. */
interface SettingsConnection {
  stream: Stream & { cork(): void; uncork(): void };
  query(text: string): void;
  parse(message: { text: string; name?: string }): void;
  bind(message: object): void;
  execute(message: object): void;
}

const code = (letter: string) => letter.charCodeAt(0);
/** ParseComplete, BindComplete, CommandComplete: the answers to the three messages below. */
const answers = new Set(['1', '2', 'C'].map(code));
const errorResponse = code('E');

/**
 * Puts a statement in front of each transaction on a connection, for a pooler in transaction mode: each transaction can
 * have another session, and only settings of the transaction itself apply to it and to nobody else. The statement
 * needs no round trip of its own. Postgres keeps a transaction open until the messages of the extended protocol are
 * followed by a Sync or a simple query, so the settings and the next statement are one transaction, even if that
 * statement is BEGIN.
 */
export class TransactionSettings {
  /** How many answers to the settings have not arrived yet. */
  private due = 0;

  /**
   * @param text sets the settings with `set_config(…, true)` and returns no rows
   * @param isInTransaction returns whether a transaction is in progress on the connection
   */
  constructor(text: string, connection: SettingsConnection, isInTransaction: () => boolean) {
    const { stream } = connection;
    const parse = connection.parse.bind(connection);
    const query = connection.query.bind(connection);
    const begin = () => {
      if (isInTransaction()) return;
      parse({ text });
      connection.bind({});
      connection.execute({});
      this.due = answers.size;
    };
    connection.parse = (message) => {
      begin();
      parse(message);
    };
    connection.query = (statement) => {
      stream.cork();
      begin();
      query(statement);
      stream.uncork();
    };
  }

  /** Returns whether a message of this type answers the settings. Call this for each message that arrives, in order. */
  isAnswer(type: number | undefined): boolean {
    if (this.due === 0 || type === undefined) return false;
    // After an error, Postgres ignores what follows.
    if (type === errorResponse) this.due = 0;
    if (this.due === 0 || !answers.has(type)) return false;
    this.due -= 1;
    return true;
  }
}
