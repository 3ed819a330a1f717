import type { Connection } from './connection.js';

/** Open connections without a request, at most `max` of them. */
export class IdleConnections {
  private readonly byOrigin = new Map<string, Connection[]>();
  /** In the order in which they became idle. */
  private readonly all = new Set<Connection>();

  constructor(private readonly max: number) {}

  /** Removes and returns the connection to an origin that was used last. */
  take(origin: string): Connection | undefined {
    const connection = this.byOrigin.get(origin)?.at(-1);
    if (connection) this.remove(connection);
    return connection;
  }

  /** Adds a connection. If there are too many, the one that has been idle for the longest time is closed. */
  add(connection: Connection): void {
    const { origin } = connection;
    const same = this.byOrigin.get(origin);
    if (same) same.push(connection);
    else this.byOrigin.set(origin, [connection]);
    this.all.add(connection);
    if (this.all.size <= this.max) return;
    for (const oldest of this.all) return void oldest.destroy();
  }

  remove(connection: Connection): void {
    if (!this.all.delete(connection)) return;
    const same = this.byOrigin.get(connection.origin) ?? [];
    if (same.length > 1) same.splice(same.lastIndexOf(connection), 1);
    else this.byOrigin.delete(connection.origin);
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.all].map((connection) => connection.destroy()));
  }
}
