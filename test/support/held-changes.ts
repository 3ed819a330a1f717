import type { Client } from 'pg';
import { until } from './until.js';

/**
 * Makes changes of offers wait in Postgres until they are released. They do not wait for a lock, which the service
 * would not do for long.
 */
export class HeldChanges {
  private constructor(private readonly client: Client) {}

  static async start(client: Client): Promise<HeldChanges> {
    await client.query(`
      CREATE TABLE test_release ();
      GRANT SELECT ON test_release TO PUBLIC;
      CREATE FUNCTION test_hold() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN
           WHILE NOT EXISTS (SELECT FROM test_release) LOOP
             PERFORM pg_sleep(0.05);
           END LOOP;
           RETURN NEW;
         END';
      CREATE TRIGGER test_hold BEFORE UPDATE ON offers FOR EACH ROW EXECUTE FUNCTION test_hold();
    `);
    return new HeldChanges(client);
  }

  /** Resolves when a change is waiting. */
  async untilWaiting(): Promise<void> {
    const waiting =
      "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND application_name = 'offerdock'";
    await until(async () => (await this.client.query(waiting)).rowCount === 1);
  }

  async release(): Promise<void> {
    await this.client.query('INSERT INTO test_release DEFAULT VALUES');
  }
}
