import { EventEmitter } from 'node:events';
import * as fc from 'fast-check';
import { JsonBuffer } from '../../src/sql/wire/json-buffer.js';
import {
  computedMember,
  constantMember,
  decimalMember,
  jsonMember,
  JsonRowWriter,
  objectMember,
  timestampMember,
  textMember,
} from '../../src/sql/wire/json-row-writer.js';
import { WireClient } from '../../src/sql/wire/wire-client.js';
import type { WireRow } from '../../src/sql/wire/wire-row.js';
import { testSeed } from '../support/seed.js';

type Texts = readonly (string | null)[];

function message(type: string, ...parts: Buffer[]): Buffer {
  const head = Buffer.alloc(5, type);
  head.writeInt32BE(4 + Buffer.concat(parts).length, 1);
  return Buffer.concat([head, ...parts]);
}

function int(value: number, bytes: 2 | 4): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeIntBE(value, 0, bytes);
  return buffer;
}

const dataRow = (texts: Texts) =>
  message(
    'D',
    int(texts.length, 2),
    ...texts.flatMap((each) =>
      each === null ? [int(-1, 4)] : [int(Buffer.byteLength(each), 4), Buffer.from(each)],
    ),
  );

/** Returns the rows and commands that a client parses from these chunks. */
function parseChunks(chunks: readonly Buffer[]): { rows: WireRow[]; commands: string[] } {
  const { connection } = new WireClient({}) as unknown as {
    connection: EventEmitter & { attachListeners(stream: EventEmitter): void };
  };
  const stream = new EventEmitter();
  connection.attachListeners(stream);
  const rows: WireRow[] = [];
  const commands: string[] = [];
  connection.on('dataRow', (row: WireRow) => rows.push(row));
  connection.on('commandComplete', ({ text }: { text: string }) => commands.push(text));
  for (const chunk of chunks) stream.emit('data', chunk);
  return { rows, commands };
}

function split(bytes: Buffer, positions: readonly number[]): Buffer[] {
  const at = [0, ...positions.map((position) => position % bytes.length), bytes.length].toSorted(
    (a, b) => a - b,
  );
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

const anyText = fc.option(
  fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', '"', '\\', 'é"', '\n'),
  ),
);
/** Generates values without lone surrogates, which Postgres cannot store. */
const column = anyText.map((each) => each?.toWellFormed() ?? null);

it('emits every row and every other message, however the bytes are split', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(column, { maxLength: 5 }), { maxLength: 5 }),
      fc.array(fc.nat()),
      (all, positions) => {
        const sent = all.flatMap((texts, index) => [
          dataRow(texts),
          message('C', Buffer.from(`SELECT ${index}\0`)),
        ]);
        const { rows, commands } = parseChunks(split(Buffer.concat([...sent, message('s')]), positions));
        expect(rows.map((row) => row.texts())).toEqual(all);
        expect(rows.map((row, index) => all[index]?.map((_, index) => row.text(index)))).toEqual(all);
        expect(commands).toEqual(all.map((_, index) => `SELECT ${index}`));
      },
    ),
    { seed: testSeed },
  );
});

const object = new JsonRowWriter({
  first: constantMember('é'),
  name: textMember('name'),
  data: jsonMember('data'),
  at: timestampMember('at'),
  one: computedMember(['name'], (name) => JSON.stringify(name)),
  both: computedMember(['name', 'data'], (name, data) => JSON.stringify([name, data])),
  three: computedMember(['data', 'at', 'name'], (...all) => JSON.stringify(all)),
  amount: decimalMember('count', 'decimals', Number),
  nested: objectMember({ name: textMember('name'), data: jsonMember('data', '[]') }),
  last: constantMember(null),
});

/** Times as Postgres writes them in various time zones, each with its form in a response. */
const times: Record<string, string> = {
  '2026-01-31 09:30:00+00': '2026-01-31T09:30:00.000Z',
  '2026-01-31 09:30:00.5+00': '2026-01-31T09:30:00.500Z',
  '2026-01-31 09:30:00.05+00': '2026-01-31T09:30:00.050Z',
  '2026-01-31 09:30:00.123+00': '2026-01-31T09:30:00.123Z',
  '2026-01-31 09:30:00.1234+00': '2026-01-31T09:30:00.123Z',
  '2026-01-31 09:30:00.123456+00': '2026-01-31T09:30:00.123Z',
  '2026-01-31 11:30:00.05+02': '2026-01-31T09:30:00.050Z',
  '2026-01-31 11:30:00+02': '2026-01-31T09:30:00.000Z',
  '2026-01-31 11:30:00-05:30': '2026-01-31T17:00:00.000Z',
};

it('writes a JSON object from the bytes of a row', () => {
  const row = fc.tuple(
    column,
    fc.option(fc.json()),
    fc.constantFrom(...Object.keys(times), null),
    fc.option(fc.oneof(fc.nat(200), fc.nat()).map(String)),
    fc.constantFrom('0', '2', '3'),
  );
  fc.assert(
    fc.property(fc.array(row, { maxLength: 4 }), (all) => {
      const { rows } = parseChunks(all.map(dataRow));
      const written = rows.map((each) => object.toText(each));
      expect(written.map((each) => JSON.parse(each))).toEqual(
        all.map(([name, data, at, count, decimals]) => ({
          first: 'é',
          name,
          data: data === null ? null : JSON.parse(data),
          at: at === null ? null : times[at],
          one: name,
          both: [name, data],
          three: [data, at, name],
          amount: count === null ? null : Number(count) / 10 ** Number(decimals),
          nested: name === null ? null : { name, data: data === null ? [] : JSON.parse(data) },
          last: null,
        })),
      );
      expect(object.writeList(rows).take().toString()).toBe(`[${written.join(',')}]`);
      expect(rows.map((each) => object.toBuffer(each).toString())).toEqual(written);
    }),
    { seed: testSeed },
  );
});

it('expands its buffer for a response of any size', () => {
  const long = 'é"'.repeat(400_000);
  const { rows } = parseChunks([
    dataRow([long, '[]', null, null, null]),
    dataRow(['short', null, null, null, null]),
  ]);
  const list = object.writeList(rows, new JsonBuffer().append('{"items":')).append('}').take().toString();
  expect(JSON.parse(list).items.map(({ name }: { name: string }) => name)).toEqual([long, 'short']);
  expect(object.toBuffer(rows[1] as WireRow).toString()).toContain('"short"');
});
