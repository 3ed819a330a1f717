/** The connection of node-postgres, as its queries use it; its public types omit most of it. */
interface SettingsConnection {
  query(text: string): void;
  parse(message: { text: string; name?: string }): void;
  bind(message: object): void;
  execute(message: object): void;
}

const codes = (letters: string): readonly number[] => [...Buffer.from(letters)];
/** ParseComplete, BindComplete and CommandComplete; RowDescription and CommandComplete in the simple protocol. */
const answers = { extended: codes('12C'), simple: codes('TC') };
const [errorResponse] = codes('E');

/**
 * Puts a statement in front of each transaction on a connection, for a pooler in transaction mode: each transaction can
 * have another session, and only settings of the transaction itself apply to it and to nobody else. The statement
 * needs no round trip of its own. In the simple protocol, it is in the same message as the next statement, and in the
 * extended protocol, no Sync is between the two. Postgres makes both one transaction, which goes on if the next
 * statement is BEGIN.
 */
export class TransactionSettings {
  /** The types of the messages that have not arrived yet. */
  private due: readonly number[] = [];

  /**
   * @param text sets the settings with `set_config(…, true)` and returns no rows
   * @param isInTransaction returns whether a transaction is in progress on the connection
   */
  constructor(text: string, connection: SettingsConnection, isInTransaction: () => boolean) {
    const parse = connection.parse.bind(connection);
    const query = connection.query.bind(connection);
    connection.parse = (message) => {
      if (!isInTransaction()) {
        this.due = answers.extended;
        parse({ text });
        connection.bind({});
        connection.execute({});
      }
      parse(message);
    };
    connection.query = (statement) => {
      if (isInTransaction()) return query(statement);
      this.due = answers.simple;
      query(`${text}; ${statement}`);
    };
  }

  /** Returns whether a message of this type answers the settings. Call this for each message that arrives, in order. */
  isAnswer(type: number | undefined): boolean {
    // After an error, Postgres ignores what follows.
    if (type === errorResponse) this.due = [];
    if (type === undefined || type !== this.due[0]) return false;
    this.due = this.due.slice(1);
    return true;
  }
}
