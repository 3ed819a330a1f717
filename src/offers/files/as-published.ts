import { cellOf, dataOf, type Cells, type ExportedOffer } from './formats/cells.js';
import type { FileColumn } from './formats/file-column.js';
import type { FileFormat } from './formats/file-format.js';
import {
  cellText,
  FileRow,
  parseAmount,
  parseFlag,
  parseList,
  parseRange,
  withoutSpaces,
  type PresentColumn,
} from './formats/file-row.js';

/*
 * A file can say the same in many ways, and some of what it says has no field: that a cell is empty, that a fee has no name,
 * two columns that contradict each other. What an export would write in another way than the file is kept as it was published,
 * and is written again for as long as it still means what the offer says.
 */

/** The key of category data with the cells that were published in another way, by the names of their columns. */
const asPublished = 'asPublished';

/** Returns the body with those cells of its row that an export would not write in the same way. */
export function withPublishedCells(
  format: FileFormat,
  present: readonly PresentColumn[],
  cells: readonly string[],
  body: Record<string, unknown>,
): Record<string, unknown> {
  const written = format.write(body);
  let published: Record<string, string> | undefined;
  for (const column of present) {
    const cell = cells[column.index] ?? '';
    const text = cellText(cell);
    if (!isSameCell(column, text, written[column.name])) (published ??= {})[column.name] = text ?? '';
  }
  if (!published) return body;
  const data = body[format.extraIn] as object;
  return { ...body, [format.extraIn]: { ...data, [asPublished]: { format: format.name, cells: published } } };
}

/**
 * Returns whether two cells differ in no more than the notation of numbers, flags, lists and ranges, the case of words, or
 * spaces in URLs. Texts have fields of their own, and so differ in nothing.
 */
function isSameCell(column: FileColumn, cell: string | undefined, other: string | undefined): boolean {
  if (cell === other) return true;
  if (cell === undefined || other === undefined) return false;
  return (
    column.isSame?.(cell, other) === true ||
    cell.toLowerCase() === other.toLowerCase() ||
    isSameValue(cell, other) ||
    withoutSpaces(cell) === other ||
    isSameRange(cell, other) ||
    isSameList(cell, other)
  );
}

function isSameValue(cell: string, other: string): boolean {
  const amount = parseAmount(cell);
  if (amount !== undefined && amount === parseAmount(other)) return true;
  const flag = parseFlag(cell);
  return flag !== undefined && flag === parseFlag(other);
}

function isSameRange(cell: string, other: string): boolean {
  const [range, otherRange] = [parseRange(cell), parseRange(other)];
  return range !== undefined && range.low === otherRange?.low && range.high === otherRange.high;
}

function isSameList(cell: string, other: string): boolean {
  if (!cell.includes(';')) return false;
  const [entries, others] = [parseList(cell), parseList(other)];
  return (
    entries.length === others.length &&
    entries.every((entry, index) => {
      const counterpart = others[index];
      return (
        entry === counterpart ||
        (entry !== undefined &&
          counterpart !== undefined &&
          parseAmount(entry) !== undefined &&
          parseAmount(entry) === parseAmount(counterpart))
      );
    })
  );
}

/** Returns the cells of an offer, as they were published where that still means the same. */
export function cellsOf(format: FileFormat, offer: ExportedOffer): Cells {
  const written = format.write(offer);
  const { format: name, cells } = dataOf(dataOf(offer[format.extraIn])[asPublished]);
  if (name !== format.name) return written;
  // Only known columns, because a provider can store anything here, and each cell takes the time of a row.
  const published = format.columns.flatMap(({ name: column }): [string, string][] => {
    const cell = dataOf(cells)[column];
    return typeof cell === 'string' ? [[column, cell]] : [];
  });
  const isCurrent = (each: Cells) => isWrittenAs(format, each, written);
  const all = { ...written, ...Object.fromEntries(published) };
  if (isCurrent(all)) return all;
  // The offer has changed since, so only those of its cells that mean the same on their own are still right.
  let current: Cells = written;
  for (const [column, cell] of published) {
    const next = { ...current, [column]: cell };
    if (isCurrent(next)) current = next;
  }
  return current;
}

/** Returns whether an import of cells would be exported as `written`. */
function isWrittenAs(format: FileFormat, cells: Cells, written: Cells): boolean {
  const texts = format.columns.map(({ name }) => cellOf(cells[name]));
  const row = new FileRow(texts, allColumnsOf(format), 0, {});
  const body = format.read(row);
  return row.errors.length === 0 && JSON.stringify(format.write(body)) === JSON.stringify(written);
}

const allColumns = new Map<string, ReadonlyMap<string, PresentColumn>>();

function allColumnsOf({ name: format, columns }: FileFormat): ReadonlyMap<string, PresentColumn> {
  const all =
    allColumns.get(format) ??
    new Map(columns.map((column, index) => [column.name, { ...column, index, as: column.name }]));
  allColumns.set(format, all);
  return all;
}
