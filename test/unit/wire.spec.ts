import { EventEmitter } from 'node:events';
import * as fc from 'fast-check';
import { JsonBytes } from '../../src/common/json-bytes.js';
import { computed, json, JsonRow, moment, plain, text } from '../../src/common/json-row.js';
import { WireClient } from '../../src/common/wire-client.js';
import type { WireRow } from '../../src/common/wire-row.js';

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

/** What a client makes of what comes in these chunks. */
function received(chunks: readonly Buffer[]): { rows: WireRow[]; commands: string[] } {
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

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % bytes.length), bytes.length].toSorted((a, b) => a - b);
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

const anyText = fc.option(
  fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', '"', '\\', 'é"', '\n'),
  ),
);
/** Postgres has no lone surrogates. */
const column = anyText.map((each) => each?.toWellFormed() ?? null);

it('hands on every row and every other message, however they are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(column, { maxLength: 5 }), { maxLength: 5 }),
      fc.array(fc.nat()),
      (all, places) => {
        const sent = all.flatMap((texts, index) => [
          dataRow(texts),
          message('C', Buffer.from(`SELECT ${index}\0`)),
        ]);
        const { rows, commands } = received(cut(Buffer.concat([...sent, message('s')]), places));
        expect(rows.map((row) => row.texts())).toEqual(all);
        expect(rows.map((row, index) => all[index]?.map((_, place) => row.text(place)))).toEqual(all);
        expect(commands).toEqual(all.map((_, index) => `SELECT ${index}`));
      },
    ),
  );
});

const object = new JsonRow({
  name: text('name'),
  kind: plain('kind'),
  data: json('data'),
  at: moment('at'),
  one: computed(['name'], (name) => JSON.stringify(name)),
  both: computed(['name', 'data'], (name, data) => JSON.stringify([name, data])),
  three: computed(['data', 'at', 'name'], (...all) => JSON.stringify(all)),
});

const times = [
  '2026-01-31 09:30:00+00',
  '2026-01-31 09:30:00.5+00',
  '2026-01-31 09:30:00.05+00',
  '2026-01-31 09:30:00.123+00',
];
const farTimes = [
  '2026-01-31 09:30:00.1234+00',
  '2026-01-31 09:30:00.123456+00',
  '2026-01-31 11:30:00.05+02',
  '2026-01-31 11:30:00+02',
  '2026-01-31 11:30:00-05:30',
];

it('writes an object alike from texts and from bytes', () => {
  const row = fc.tuple(
    column,
    fc.constantFrom('internet', null),
    fc.option(fc.json()),
    fc.constantFrom(...times, ...farTimes, null),
  );
  fc.assert(
    fc.property(fc.array(row, { maxLength: 4 }), (all) => {
      const { rows } = received(all.map(dataRow));
      const written = all.map((texts) => object.write(texts));
      expect(object.list(rows).take().toString()).toBe(`[${written.join(',')}]`);
      expect(rows.map((each) => object.one(each).toString())).toEqual(written);
      expect(written.map((each) => JSON.parse(each).name)).toEqual(all.map(([name]) => name));
    }),
  );
});

it('makes room for an answer of any size', () => {
  const long = 'é"'.repeat(400_000);
  const { rows } = received([dataRow([long, null, '[]', null]), dataRow(['short', null, null, null])]);
  const list = object.list(rows, new JsonBytes().put('{"items":')).put('}').take().toString();
  expect(JSON.parse(list).items.map(({ name }: { name: string }) => name)).toEqual([long, 'short']);
  expect(object.one(rows[1] as WireRow).toString()).toContain('"short"');
});
