import type { Client } from 'pg';
import { until } from './until.js';

/**
 * Makes changes of offers wait in Postgres until they are released. They do not wait for a lock, which the service
 * would not do for long; changes of the same offer do wait for each other.
 */
export class HeldChanges {
  private constructor(private readonly client: Client) {}

  /** @param untilReleased whether the changes also wait if the service cancels them */
  static async start(client: Client, { untilReleased = false } = {}): Promise<HeldChanges> {
    const ignoreCancel = untilReleased ? 'EXCEPTION WHEN query_canceled THEN NULL;' : '';
    await client.query(`
      CREATE TABLE test_release ();
      GRANT SELECT ON test_release TO PUBLIC;
      CREATE FUNCTION test_hold() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN
           WHILE NOT EXISTS (SELECT FROM test_release) LOOP
             BEGIN PERFORM pg_sleep(0.05); ${ignoreCancel} END;
           END LOOP;
           RETURN NEW;
         END';
      CREATE TRIGGER test_hold BEFORE UPDATE ON offers FOR EACH ROW EXECUTE FUNCTION test_hold();
    `);
    return new HeldChanges(client);
  }

  /** Resolves when so many changes are waiting. */
  async untilWaiting(count = 1): Promise<void> {
    const waiting = `SELECT FROM pg_stat_activity
      WHERE wait_event = 'PgSleep' AND application_name = 'offerdock' AND datname = current_database()`;
    await until(async () => (await this.client.query(waiting)).rowCount === count);
  }

  async release(): Promise<void> {
    await this.client.query('INSERT INTO test_release DEFAULT VALUES');
  }

  /** Makes changes wait again after a release. */
  async hold(): Promise<void> {
    await this.client.query('DELETE FROM test_release');
  }
}
