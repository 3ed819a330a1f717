import { Client } from 'pg';
import { until } from './until.js';

/** Makes statements of the service slow, and shows what Postgres is doing for it. */
export class SlowDatabase {
  private constructor(private readonly client: Client) {}

  /** Reads of offers, inserts of offers, and writes of products take as long as `delay` sets; 0 seconds at first. */
  static async open(url: string): Promise<SlowDatabase> {
    const client = new Client({ connectionString: url, application_name: 'test' });
    await client.connect();
    await client.query(`
      CREATE TABLE test_delay (seconds float8 NOT NULL);
      INSERT INTO test_delay VALUES (0);
      CREATE FUNCTION test_sleep() RETURNS bool LANGUAGE plpgsql VOLATILE AS
        'BEGIN
           -- Housekeeping reads unused areas at a random time after the start.
           IF current_query() NOT LIKE ''SELECT id FROM service_areas%'' THEN
             PERFORM pg_sleep(seconds) FROM test_delay;
           END IF;
           RETURN true;
         END';
      ALTER TABLE service_areas RENAME TO stored_areas;
      CREATE VIEW service_areas AS
        SELECT a.* FROM (SELECT test_sleep() AS slept OFFSET 0) s LEFT JOIN stored_areas a ON s.slept
         WHERE coalesce(a.id::text, '') <> '';
      CREATE FUNCTION test_wait() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_sleep(seconds) FROM test_delay; RETURN NEW; END';
      CREATE TRIGGER test_wait BEFORE INSERT OR UPDATE ON products FOR EACH ROW EXECUTE FUNCTION test_wait();
      CREATE TRIGGER test_wait BEFORE INSERT ON offers FOR EACH ROW EXECUTE FUNCTION test_wait();
    `);
    return new SlowDatabase(client);
  }

  async delay(seconds: number): Promise<void> {
    await this.client.query('UPDATE test_delay SET seconds = $1', [seconds]);
  }

  /** Number of statements of the service that are sleeping. */
  async sleeping(): Promise<number> {
    return this.count("wait_event = 'PgSleep'");
  }

  async untilSleeping(count: number): Promise<void> {
    await until(async () => (await this.sleeping()) === count);
  }

  /** The process IDs of the service's connections, in order. */
  async connections(): Promise<number[]> {
    const { rows } = await this.client.query<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE application_name = 'offerdock' AND datname = current_database() ORDER BY pid",
    );
    return rows.map(({ pid }) => pid);
  }

  openTransactions(): Promise<number> {
    return this.count("state LIKE 'idle in transaction%'");
  }

  async rows(table: 'offers' | 'products'): Promise<number> {
    const { rows } = await this.client.query<{ count: string }>(`SELECT count(*) FROM ${table}`);
    return Number(rows[0]?.count);
  }

  close(): Promise<void> {
    return this.client.end();
  }

  private async count(condition: string): Promise<number> {
    const { rows } = await this.client.query<{ count: string }>(
      `SELECT count(*) FROM pg_stat_activity
        WHERE application_name = 'offerdock' AND datname = current_database() AND ${condition}`,
    );
    return Number(rows[0]?.count);
  }
}
