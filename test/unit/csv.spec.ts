import * as fc from 'fast-check';
import { csvRow, decodeCell, encodeCell } from '../../src/bulk/csv/csv-cell.js';
import { readCsvLines } from '../../src/bulk/csv/csv-lines.js';
import type { Line } from '../../src/bulk/lines.js';
import { ValidationFailed } from '../../src/common/errors.js';
import { testSeed } from '../support/seed.js';

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

async function read(chunks: AsyncIterable<Buffer>): Promise<Line[]> {
  const lines: Line[] = [];
  const compile = (columns: string[]) => (cells: readonly string[]) => ({
    body: Object.fromEntries(columns.map((name, index) => [name, cells[index]])),
  });
  for await (const line of readCsvLines(chunks, compile)) lines.push(line);
  return lines;
}

const readText = (text: string, size = 1 << 16) => read(chunksOf(Buffer.from(text), size));
/** The cells of each row, or the error code of a row that cannot be read, by the number of its line. */
const summary = (lines: readonly Line[]) =>
  lines.map(({ number, body, cause }) => [number, cause ? cause.code : Object.values(body ?? {})]);
const failed = 'VALIDATION_FAILED';

const special = [
  '=1+1',
  '+1',
  '-1',
  '@x',
  "'",
  "'=x",
  "''",
  'NULL',
  "'NULL",
  'null',
  '',
  ' ',
  '\t',
  '\r',
  '\n',
];
const looksTyped = [
  '007',
  '7',
  '-7.5',
  '1e5',
  '1e400',
  'true',
  'TRUE',
  '"',
  '""',
  '{',
  '{"a":1}',
  '[1]',
  'a;b',
  ',',
  'ü',
];
const text = fc
  .oneof(fc.constantFrom(...special, ...looksTyped), fc.string({ unit: 'grapheme', maxLength: 6 }))
  .filter((each) => each.isWellFormed() && !each.includes('\0'));
const json = fc
  .oneof(
    text,
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, min: -1e15, max: 1e15 }),
  )
  .filter((value) => !Object.is(value, -0));

describe('a CSV file', () => {
  const table = fc.array(fc.tuple(text, text, fc.constant('x')), { minLength: 1, maxLength: 8 });

  it('is read the same in chunks of any size, with `,` or `;` and with any line breaks', async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('\n', '\r\n'),
        async (rows, size, end) => {
          const file = `\uFEFFa,"b",c${end}${rows.map((row) => csvRow(row).replace(/\r\n$/, end)).join('')}`;
          const expected = rows.map((row) => [...row]);
          const lines = await readText(file, size);
          expect(lines.map(({ body }) => Object.values(body ?? {}))).toEqual(expected);
          expect(summary(await readText(file))).toEqual(summary(lines));
          const quoted = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(';'));
          const other = await readText(['a;b;c', ...quoted].join(end), size);
          expect(other.map(({ body }) => Object.values(body ?? {}))).toEqual(expected);
        },
      ),
      { seed: testSeed, numRuns: 100 },
    );
  });

  it('has the line numbers of the file, and rows without values are left out', async () => {
    const lines = await readText('a,b\n\n"1\n\n",2\n,\n \r\n3,4');
    expect(summary(lines)).toEqual([
      [3, ['1\n\n', '2']],
      [8, ['3', '4']],
    ]);
  });

  it('is read on after a row that cannot be read', async () => {
    const rows = [
      ['1,5" pipe', failed],
      ['2,"a"b', failed],
      ['3', failed],
      ['4,5,6', failed],
      ['5,6,', ['5', '6']],
      ['7,"never closed', failed],
      ['8,9', ['8', '9']],
      ['"10",11', ['10', '11']],
      ['12,\0', failed],
      [`13,"${'x'.repeat(1_048_576)}`, 'PAYLOAD_TOO_LARGE'],
    ] as const;
    const lines = summary(await readText(['a,b', ...rows.map(([row]) => row)].join('\n')));
    expect(lines).toEqual(rows.map(([, result], index) => [index + 2, result]));
    const [line] = summary(await read(chunksOf(Buffer.from('a,b\n1,\xff\n', 'latin1'), 2)));
    expect(line).toEqual([2, failed]);
    expect(summary(await readText('a,b\n1,"\n2,3\n"4",5'))).toEqual([
      [2, failed],
      [3, ['2', '3']],
      [4, ['4', '5']],
    ]);
  });

  it('keeps no more than a row in memory, however long a quote is open', async () => {
    const chunk = Buffer.alloc(1_048_576, 'x,\n');
    async function* open() {
      yield Buffer.from('a,b\n1,2\n3,"');
      for (let count = 0; count < 32; count += 1) yield chunk;
    }
    const before = process.memoryUsage().rss;
    expect(summary(await read(open()))).toEqual([
      [2, ['1', '2']],
      [3, 'PAYLOAD_TOO_LARGE'],
    ]);
    expect(process.memoryUsage().rss - before).toBeLessThan(60 * 1_048_576);
  });

  it('is not copied with every chunk, however small the chunks of a long row are', async () => {
    const row = `1,"${'x'.repeat(500_000)}"`;
    expect(await readText(`a,b\n${row}\n2,3`, 1)).toMatchObject([
      { number: 2 },
      { number: 3, body: { a: '2' } },
    ]);
  });

  it.each([
    ['', /is empty/],
    ['\n\n', /is empty/],
    ['a,b,a\n', /more than one column/],
    [','.repeat(1_000_000), /at most 65536 bytes/],
    [`${','.repeat(2000)}\n`, /at most 2000 columns/],
    ['a,\xff\n', /UTF-8/],
    ['"a\nb', /quote that is not closed/],
  ])('must have a usable header row: %#', async (file, message) => {
    const reading = read(chunksOf(Buffer.from(file, 'latin1'), 1000));
    await expect(reading).rejects.toThrow(ValidationFailed);
    await expect(read(chunksOf(Buffer.from(file, 'latin1'), 1000))).rejects.toThrow(message);
  });

  it('with a million cells in a row is refused without a value for each of them', async () => {
    expect(summary(await readText(`a,b\n${','.repeat(1_000_000)}\n1,2`))).toEqual([
      [2, failed],
      [3, ['1', '2']],
    ]);
  });
});

describe('a cell', () => {
  it('restores any JSON value in a column of any values, and any text in a column of texts', () => {
    fc.assert(
      fc.property(
        json,
        fc.array(json, { maxLength: 3 }),
        fc.dictionary(text, json, { maxKeys: 3 }),
        (value, list, object) => {
          for (const each of [value, list, object])
            expect(decodeCell(encodeCell(each, 'any') ?? '', 'any')).toEqual(each);
          expect(decodeCell(encodeCell(object, 'json') ?? '', 'json')).toEqual(object);
          expect(decodeCell(encodeCell(String(value), 'text') ?? '', 'text')).toBe(String(value));
        },
      ),
      { seed: testSeed, numRuns: 500 },
    );
  });

  it('is never a formula, except for negative numbers', () => {
    for (const formula of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', "'=1"])
      for (const kind of ['text', 'any'] as const) expect(encodeCell(formula, kind)).toBe(`'${formula}`);
    expect(encodeCell(-1, 'number')).toBe('-1');
    expect(encodeCell("'s avonds", 'text')).toBe("'s avonds");
    expect(decodeCell("'s avonds", 'text')).toBe("'s avonds");
  });

  it.each([
    ['', 'text', undefined],
    ['NULL', 'text', null],
    ["'", 'text', ''],
    ["'NULL", 'text', 'NULL'],
    ['59.90', 'number', 59.9],
    [' 5 ', 'number', 5],
    ['1.2.3', 'number', '1.2.3'],
    ['12345678901234567890', 'any', '12345678901234567890'],
    ['FALSE', 'boolean', false],
    ['maybe', 'boolean', 'maybe'],
    ['94102; 94103', 'texts', ['94102', '94103']],
    ['["a;b"]', 'texts', ['a;b']],
    ['[]', 'texts', []],
    ['{"a":"1"}', 'any', { a: '1' }],
    ['{broken', 'json', '{broken'],
    ["'7", 'any', '7'],
    ["'007", 'any', '007'],
    ['007', 'any', '007'],
  ] as const)('%s in a column of kind %s is %j', (cell, kind, value) => {
    expect(decodeCell(cell, kind)).toEqual(value);
  });
});
