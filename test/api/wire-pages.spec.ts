import { Sql } from '../../src/sql/sql.js';
import { start, type Harness } from '../support/harness.js';

let harness: Harness;
let sql: Sql;

beforeAll(async () => {
  // With a single connection, a statement fails or waits forever if the one before it left the connection in disorder.
  harness = await start({ databasePoolSize: 1 });
  sql = harness.app.get(Sql);
});
afterAll(() => harness.stop());

/** Selects rows whose number is their first column. The row `n` has about `bytes` bytes, an SQL expression. */
const rowsOf = (count: number, bytes: string) => ({
  text: `SELECT n, repeat('x', ${bytes}) FROM generate_series(1, ${count}) n`,
  values: [],
});

it('returns the rows that fit, in any number of steps', async () => {
  for (const count of [0, 1, 7, 8, 9, 31, 32, 33, 100])
    for (const bytes of ['10', '1000', 'n * 50', '5000 - n * 45', '(n % 13) * 400'])
      for (const maxBytes of [1, 900, 10_000, 60_000, 1_000_000]) {
        const statement = rowsOf(count, bytes);
        const all = await sql.wireRows(statement);
        const { rows, truncated } = await sql.wirePage(statement, { maxRows: count, maxBytes });
        const sums = all.map((_, index) => all.slice(0, index + 1).reduce((sum, { size }) => sum + size, 0));
        const fitting = Math.max(Math.min(count, 1), sums.filter((sum) => sum <= maxBytes).length);
        const label = `${count} rows of ${bytes} within ${maxBytes}`;
        expect([label, rows.map((row) => row.text(0))]).toEqual([
          label,
          all.slice(0, fitting).map((row) => row.text(0)),
        ]);
        expect([label, truncated]).toEqual([label, fitting < count]);
      }
});

it('does not make Postgres produce the rows that do not fit', async () => {
  await sql.rows({ text: 'CREATE SEQUENCE produced', values: [] });
  const text = `SELECT nextval('produced'), repeat('x', 100000) FROM generate_series(1, 100)`;
  const { rows } = await sql.wirePage({ text, values: [] }, { maxRows: 100, maxBytes: 1_000_000 });
  expect(rows).toHaveLength(9);
  const [produced] = await sql.rows({ text: 'SELECT last_value FROM produced', values: [] });
  expect(Number(produced?.[0])).toBeLessThanOrEqual(16);
});

it('can use the connection after an error in a later step', async () => {
  const text = `SELECT n, 1 / (20 - n) FROM generate_series(1, 100) n`;
  for (const maxBytes of [700, 1_000_000])
    await expect(sql.wirePage({ text, values: [] }, { maxRows: 100, maxBytes })).rejects.toThrow(
      'division by zero',
    );
  expect(await sql.rows({ text: 'SELECT 1', values: [] })).toEqual([['1']]);
});
