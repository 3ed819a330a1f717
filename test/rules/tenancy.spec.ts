import { DataSource } from 'typeorm';
import { start, type Harness } from '../support/harness.js';

/** Tables without a `team_id`, with the reason. */
const exceptions: Record<string, string> = {
  teams: 'the tenant itself',
  migrations: 'belongs to the whole database',
  access_epoch: 'one counter for all processes',
  secrets: 'shared by all processes',
  data_keys: 'belongs to the whole database',
  idempotency_keys: 'requests with the admin key have no team; all others have',
  search_lexemes: 'no longer used; the next release drops it',
  search_pending: 'a queue of offers, which have a team',
  search_removals: 'one time for the whole vocabulary',
  assessment_pending: 'a queue of offers, which have a team',
  assessment_rules: 'one row for the whole service',
  service_area_places: 'belongs to a service area, which has a team',
  feed_load_offers: 'belongs to the load of a feed, which has a team',
  catalog_changes: 'a log that outlives the changed rows, so its team_id is not a foreign key',
  events: 'an event about an offer concerns many teams; event_recipients lists them',
  webhook_lanes: 'belongs to a webhook endpoint, which has a team',
  webhook_attempts: 'belongs to a delivery, which has a team',
  label_sales: 'belongs to an order item, which has both teams',
  label_sales_progress: 'one position for the whole database',
  order_item_history: 'belongs to an order item, which has both teams',
  catalog_changes_floor: 'the position up to which the change log was trimmed',
};

let harness: Harness;
beforeAll(async () => {
  harness = await start();
});
afterAll(() => harness.stop());

const query = (sql: string): Promise<Record<string, string>[]> => harness.app.get(DataSource).query(sql);

it('every table has a required team_id with a foreign key', async () => {
  const rows = await query(`
    SELECT t.table_name AS name, c.is_nullable AS nullable, f.conname AS fk
      FROM information_schema.tables t
      LEFT JOIN information_schema.columns c
        ON c.table_schema = t.table_schema AND c.table_name = t.table_name AND c.column_name ~ '(^|_)team_id$'
      LEFT JOIN pg_constraint f ON f.contype = 'f' AND f.confrelid = 'teams'::regclass
        AND f.conrelid = format('%I', t.table_name)::regclass
     WHERE t.table_schema = 'public' AND t.table_type = 'BASE TABLE'`);
  expect(rows.length).toBeGreaterThan(4);
  const withoutTeam = rows.filter(
    ({ name = '', nullable, fk }) => !(name in exceptions) && !(nullable === 'NO' && fk),
  );
  expect(withoutTeam).toEqual([]);
  const names = rows.map(({ name }) => name);
  expect(Object.keys(exceptions).filter((name) => !names.includes(name))).toEqual([]);
});
