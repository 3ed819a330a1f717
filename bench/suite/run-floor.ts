import type { Client } from 'pg';
import { newId } from '../../src/common/new-id.js';
import { directUpdate, parseDirectUpdate } from '../../src/offers/direct-update.js';
import { unassessed } from '../../src/offers/assessment/assessment-columns.js';
import { parseNewOffer } from '../../src/offers/input/new-offer.js';
import { insertOffer } from '../../src/offers/offers.write.js';
import type { Statement } from '../../src/sql/statement.js';
import type { Caller } from '../../src/teams/caller.js';
import { report, waitUntilIdle } from '../environment/databases.js';
import { cell, median, section, table } from '../environment/markdown.js';
import { postgresUsPerStatement } from '../load/statement-loop.js';
import type { FixtureTeam } from './fixtures.js';
import { offerBody } from './request-bodies.js';

/*
 * What a write costs Postgres at least: the service's own statements on a plain table with the same columns and rows, which
 * has three indexes and no checks, foreign keys or triggers.
 */

/** The medians of one kind of write; CPU time of Postgres is in microseconds per write. */
export interface FloorResult {
  name: string;
  us: number;
  floorUs: number;
  /** The median of the ratios per round. */
  ratio: number;
  maxRatio: number;
}

interface FloorOptions {
  url: string;
  client: Client;
  writer: FixtureTeam;
  postmaster?: number;
  rounds: number;
}

interface Write {
  name: string;
  maxRatio: number;
  statement(index: number): Statement;
}

const tables = ['offers', 'offers_floor'] as const;
type TableName = (typeof tables)[number];

const writesPerSlice = 3000;

const createFloor = `
  DROP TABLE IF EXISTS offers_floor;
  CREATE TABLE offers_floor (LIKE offers);
  DO $$
    DECLARE needed text;
    BEGIN
      -- Triggers fill some of the columns, so they stay empty here.
      FOR needed IN SELECT attname FROM pg_attribute
        WHERE attrelid = 'offers_floor'::regclass AND attnum > 0 AND NOT attisdropped AND attnotnull LOOP
        EXECUTE format('ALTER TABLE offers_floor ALTER %I DROP NOT NULL', needed);
      END LOOP;
    END $$;
  INSERT INTO offers_floor SELECT * FROM offers;
  ALTER TABLE offers_floor ADD CONSTRAINT offers_floor_pk PRIMARY KEY (id);
  CREATE INDEX offers_floor_newest_idx ON offers_floor (team_id, created_at, id);
  -- On the price itself, because a trigger fills the price_key of the real table; a change of the price changes the index.
  CREATE INDEX offers_floor_price_idx ON offers_floor (category, monthly_price_minor, id)`;

/** A GIN index defers a part of the work of each write; this does it at once. */
const flushPendingEntries = `
  SELECT gin_clean_pending_list(indexrelid::regclass)
    FROM pg_index i JOIN pg_class c ON c.oid = indexrelid JOIN pg_am a ON a.oid = relam
   WHERE indrelid = $1::text::regclass AND amname = 'gin'`;

/** Measures the creation of an offer and the change of its price, on both tables in turn. */
export async function runFloor({
  url,
  client,
  writer,
  postmaster,
  rounds,
}: FloorOptions): Promise<FloorResult[]> {
  const clear = async (name: TableName) => {
    await client.query(`DELETE FROM ${name} WHERE sku LIKE 'FLOOR-%' AND team_id = $1`, [writer.id]);
    await client.query(`VACUUM ${name}`);
    await waitUntilIdle(client);
  };
  try {
    await client.query(createFloor);
    // Otherwise autovacuum and a checkpoint would do this during the first measurements.
    await client.query('VACUUM (ANALYZE) offers_floor');
    await client.query('CHECKPOINT');
    const results: FloorResult[] = [];
    for (const write of writesOf(writer)) {
      const samples: Record<TableName, number[]> = { offers: [], offers_floor: [] };
      for (let round = 0; round < rounds; round += 1)
        for (const name of round % 2 === 0 ? tables : tables.toReversed()) {
          await clear(name);
          const finish = () => client.query(flushPendingEntries, [name]);
          const options = { databaseUrl: url, count: writesPerSlice, postmaster, finish };
          const statement = (index: number) => on(name, write.statement(index));
          samples[name].push(await postgresUsPerStatement(statement, options));
        }
      results.push(resultOf(write, samples));
    }
    return results;
  } finally {
    await client.query('DROP TABLE IF EXISTS offers_floor');
    await client.query("DELETE FROM offers WHERE sku LIKE 'FLOOR-%' AND team_id = $1", [writer.id]);
  }
}

function resultOf({ name, maxRatio }: Write, samples: Record<TableName, number[]>): FloorResult {
  const ratio = median(samples.offers.map((us, round) => us / (samples.offers_floor[round] ?? NaN)));
  const [us, floorUs] = [median(samples.offers), median(samples.offers_floor)];
  report(`floor, ${name}: ${cell(us, 0)} µs, plain table ${cell(floorUs, 0)} µs, ratio ${cell(ratio)}`);
  return { name, us, floorUs, ratio, maxRatio };
}

/** Returns the statement with another table. @throws Error if it does not write to `offers` */
function on(name: TableName, { text, values }: Statement): Statement {
  const moved = text.replace(/^(INSERT INTO|UPDATE) offers\b/, `$1 ${name}`);
  if (!moved.includes(name)) throw new Error(`Not a write to offers: ${text}`);
  return { text: moved, values };
}

/** The statements of the service, with the same values for both tables. */
function writesOf({ id, offers }: FixtureTeam): Write[] {
  const team: Caller = {
    id,
    name: '',
    role: 'provider',
    verified: true,
    suspended: false,
    currency: 'USD',
    needsLicenses: false,
    keyId: '',
  };
  const offer = parseNewOffer(team, { ...offerBody, sku: null }, new Date());
  // As the service writes it: it need not be assessed afterwards.
  offer.assessment = { ...unassessed, assessedAt: new Date(), assessedVersion: 1 };
  let created = 0;
  let changes = 0;
  return [
    {
      name: 'create an offer',
      maxRatio: 2,
      statement: () => {
        const now = new Date();
        const sku = `FLOOR-${(created += 1)}`;
        // The service knows the words of an offer after the first one with the same words.
        return insertOffer({ ...offer, id: newId(), sku, createdAt: now, updatedAt: now }, 0);
      },
    },
    {
      name: 'change the price of an offer',
      maxRatio: 2.5,
      statement: (index) => {
        // No offer has such a price yet; a change to the price that it has would write nothing.
        const monthlyPrice = 50_000 + (changes += 1) / 100;
        const columns = parseDirectUpdate({ monthlyPrice }, team.currency);
        if (!columns) throw new Error('The price must be writable in one statement');
        const target = { id: offers[index % offers.length] ?? '', teamId: id, currency: team.currency };
        return directUpdate({ ...target, updatedAt: new Date() }, columns);
      },
    },
  ];
}

export const floorSection = (results: readonly FloorResult[]): string[] =>
  section('Floor of a write', [
    "Postgres CPU per write of the service's own statements, compared with the same statements on a plain table that has the",
    'same columns and rows, three indexes, and no checks, foreign keys or triggers. A ratio that misses its target is bold.',
    '',
    ...table(
      ['Write', 'Postgres CPU µs', 'plain table, Postgres CPU µs', 'Postgres CPU / floor'],
      results.map(({ name, us, floorUs, ratio, maxRatio }) => [
        name,
        cell(us, 0),
        cell(floorUs, 0),
        `${ratio > maxRatio ? `**${cell(ratio)}**` : cell(ratio)} (≤ ${cell(maxRatio)})`,
      ]),
    ),
  ]);
