import { ValidationFailed } from '../../common/errors.js';
import { parseJsonBody } from '../../http/json-body.js';

/*
 * A CSV file has no types, so the field of a column determines how the text of a cell is read. An empty cell is absent,
 * `NULL` is null, and a leading apostrophe, as in a spreadsheet, makes text of a cell that would be something else: of an
 * empty cell, of NULL, and of a formula. Text that begins with an apostrophe and would not need it keeps it.
 */

/** How the text of a cell is read: `texts` is a list, `json` an object or list, `any` any JSON value. */
export type CellKind = 'text' | 'number' | 'boolean' | 'texts' | 'json' | 'any';

/** Text that is empty or NULL, or that a spreadsheet would run as a formula. */
const reserved = /^(?:$|NULL$|[=+\-@\t\r])/;
const numeric = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;
/** Text that a spreadsheet takes for a number, which would lose the zero of 007. */
const looksNumeric = /^-?\d[\d.,]*(?:e[+-]?\d+)?$/i;
const json = /^\s*[{["]/;

/** Returns whether text would be read as something else without an apostrophe. */
function needsApostrophe(text: string, kind: CellKind): boolean {
  const rest = text.replace(/^'+/, '');
  if (reserved.test(rest)) return true;
  if (kind !== 'any') return false;
  const trimmed = rest.trim();
  return json.test(rest) || looksNumeric.test(trimmed) || booleanOf(trimmed) !== undefined;
}

/**
 * Returns the value of a cell; undefined if it is empty. Text that does not have the form of its kind is returned as text,
 * which the rules of the field then report.
 * @throws ValidationFailed for JSON that cannot be stored, with paths within the cell
 */
export function decodeCell(cell: string, kind: CellKind): unknown {
  if (cell === '') return undefined;
  if (cell === 'NULL') return null;
  if (cell.startsWith("'") && needsApostrophe(cell.slice(1), kind)) return cell.slice(1);
  if (kind === 'text') return cell;
  const text = cell.trim();
  if (kind === 'number') return numberOf(text) ?? cell;
  if (kind === 'boolean') return booleanOf(text) ?? cell;
  if (kind === 'texts' && !text.startsWith('[')) {
    const entries = text.split(';').map((entry) => entry.trim());
    return entries.filter((entry) => entry !== '');
  }
  if (kind === 'any') return numberOf(text) ?? booleanOf(text) ?? (json.test(cell) ? parseJson(cell) : cell);
  return parseJson(cell);
}

/** Returns a number within the range that JSON bodies allow. */
function numberOf(text: string): number | undefined {
  const number = numeric.test(text) ? Number(text) : NaN;
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : undefined;
}

function booleanOf(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  return lower === 'true' || lower === 'false' ? lower === 'true' : undefined;
}

function parseJson(cell: string): unknown {
  try {
    return parseJsonBody(Buffer.from(cell));
  } catch (cause) {
    if (cause instanceof ValidationFailed) throw cause;
    return cell;
  }
}

/**
 * Returns the text of a cell from which `decodeCell` restores the value; undefined if that is impossible for the kind,
 * such as for text in a column of numbers.
 */
export function encodeCell(value: unknown, kind: CellKind): string | undefined {
  if (value === undefined) return '';
  if (value === null) return 'NULL';
  if (typeof value === 'string')
    return kind === 'text' || kind === 'any'
      ? needsApostrophe(value, kind)
        ? `'${value}`
        : value
      : undefined;
  if (typeof value === 'number' || typeof value === 'boolean')
    return kind === typeof value || kind === 'any' ? String(value) : undefined;
  const isList = Array.isArray(value);
  return kind === 'json' || kind === 'any' || (kind === 'texts' && isList)
    ? JSON.stringify(value)
    : undefined;
}

/** Returns a row with its line break. Cells are in quotes if necessary (RFC 4180). */
export const csvRow = (cells: readonly string[]): string =>
  `${cells.map((cell) => (/[",;\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
