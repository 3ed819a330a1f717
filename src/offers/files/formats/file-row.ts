import type { FieldError } from '../../../common/errors.js';
import { jsonPointer } from '../../../common/field-path.js';
import { decodeCell } from '../../../bulk/csv/csv-cell.js';
import { scaledBy, unscaled } from '../../../money/exact.js';
import { shorten } from '../cell-places.js';
import type { FileColumn } from './file-column.js';

/** A column of the format that the file contains, with its index and its name there. */
export interface PresentColumn extends FileColumn {
  index: number;
  as: string;
}

const isNull = (text: string) => text.length === 4 && text.toUpperCase() === 'NULL';
const plainNumber = /^\d+(?:\.\d+)?$/;
/** Also as a spreadsheet writes it. */
const negative = /^(?:[-\u2212]\s*\$?\s*|\$\s*[-\u2212]\s*)[\d.,]*\d[\d.,]*$|^\(\$?\s*[\d.,]*\d[\d.,]*\)$/;
const numberError = (text: string, message: string) =>
  negative.test(text) ? 'must not be negative' : message;
const amount = /^\$?\s*(\d{1,3}(?:,\d{3})+|\d+)?(\.\d+)?$/;

/** A range of numbers; `low` and `high` are equal if the cell contains a single number. */
export interface NumberRange {
  low: number;
  high: number;
}

/**
 * The cells of a row, by the names of their columns. Cells that are empty or contain `NULL` are undefined. A cell that does
 * not have the form which is asked for is reported in `errors`, and is undefined too. An apostrophe that an export has put
 * before a formula is removed.
 */
export class FileRow {
  readonly errors: FieldError[] = [];

  /** @param extra the cells of columns that the format does not define */
  constructor(
    private readonly cells: readonly string[],
    private readonly columns: ReadonlyMap<string, PresentColumn>,
    private readonly line: number,
    readonly extra: Record<string, string>,
  ) {}

  /** Returns whether the file contains the column. */
  has(name: string): boolean {
    return this.columns.has(name);
  }

  text(name: string): string | undefined {
    return cellText(this.cellOf(name));
  }

  private cellOf(name: string): string {
    const column = this.columns.get(name);
    return column ? (this.cells[column.index] ?? '') : '';
  }

  /** Reads a number, also with a dollar sign or thousands separators. */
  number(name: string, example = '59.95'): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    return parseAmount(text) ?? this.fail(name, numberError(text, `must be a number such as ${example}`));
  }

  integer(name: string, example = '12'): number | undefined {
    const number = this.number(name, example);
    if (number === undefined || Number.isInteger(number)) return number;
    return this.fail(name, `must be an integer such as ${example}`);
  }

  /** Reads an average price per kWh in cents, or in dollars if it is below 1. */
  centsPerKwh(name: string): number | undefined {
    const price = this.number(name, '14.9');
    return price === undefined ? undefined : toCentsPerKwh(price);
  }

  /** Reads a number or a range such as `67 - 622`. */
  range(name: string): NumberRange | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    return (
      parseRange(text) ?? this.fail(name, numberError(text, 'must be a number or a range such as 67 - 622'))
    );
  }

  flag(name: string): boolean | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    return parseFlag(text) ?? this.fail(name, 'must be Yes or No, True or False, or 1 or 0');
  }

  /** Reads text in a column that contains a flag if there is none. */
  textOrFlag(name: string): string | boolean | undefined {
    const text = this.text(name);
    if (text === undefined || !/^(false|no|0|true|yes|1)$/i.test(text)) return text;
    return /^(true|yes|1)$/i.test(text);
  }

  /** Reads one of several words, case-insensitively. */
  choice<T>(name: string, values: Readonly<Record<string, T>>): T | undefined {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined) return undefined;
    if (Object.hasOwn(values, text)) return values[text];
    return this.fail(name, `must be one of ${Object.keys(values).join(', ')}`);
  }

  /** Reads a URL. Its spaces are percent-encoded. */
  url(name: string): string | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : withoutSpaces(text);
  }

  /** Reads a URL that is a member of a merged object: null clears it, and without the column it stays. */
  mergedUrl(name: string): string | null | undefined {
    return this.has(name) ? (this.url(name) ?? null) : undefined;
  }

  /**
   * Reads a list of amounts and the parallel list of their names; those without a name have the default name.
   * @param isText whether the column of the names can contain any text, which then names none of several fees
   */
  fees(
    amounts: string,
    names: string,
    { defaultName, isText = false }: { defaultName: string; isText?: boolean },
  ): { name: string; amount: number }[] {
    const given = parseList(this.text(amounts) ?? '');
    const labels = parseList(this.text(names) ?? '');
    const isParallel = labels.length === given.length;
    if (!isParallel && !isText && labels.length > 0 && given.length > 0) {
      this.fail(amounts, `must have as many entries as ${this.columnName(names)}`);
      return [];
    }
    const fees: { name: string; amount: number }[] = [];
    for (const [index, entry] of given.entries()) {
      const label = isParallel ? labels[index] : undefined;
      const fee = entry === undefined ? undefined : parseAmount(entry);
      if (fee !== undefined) fees.push({ name: label ?? defaultName, amount: fee });
      else if (entry !== undefined) {
        const isNegative = negative.test(entry);
        this.fail(
          amounts,
          isNegative ? 'must not contain a negative amount' : 'must be amounts such as 9.95, separated by ;',
        );
        return [];
      } else if (label !== undefined) this.fail(amounts, `must have an amount for ${shorten(label)}`);
    }
    return fees;
  }

  /** Reports what is wrong with a cell. */
  fail(name: string, message: string): undefined {
    const column = this.columnName(name);
    const value = shorten(this.cellOf(name));
    // Several fields can be read from the same cell.
    if (this.errors.some((error) => error.message === `${column} ${message}`)) return undefined;
    this.errors.push({
      field: column,
      pointer: jsonPointer([column]),
      code: 'format',
      message: `${column} ${message}`,
      line: this.line,
      column,
      value,
    });
    return undefined;
  }

  /** Reports the required columns whose cells are empty. */
  requireValues(): void {
    for (const [name, { required }] of this.columns)
      if (required && this.text(name) === undefined) this.fail(name, 'is required');
  }

  private columnName = (name: string) => this.columns.get(name)?.as ?? name;
}

/** Returns the text of a cell; undefined if it is empty. */
export function cellText(cell: string): string | undefined {
  const text = cell.trim();
  if (text === '' || isNull(text)) return undefined;
  return text.startsWith("'") ? (decodeCell(text, 'text') as string) || undefined : text;
}

export function parseFlag(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (['yes', 'true', '1', 'y'].includes(word)) return true;
  return ['no', 'false', '0', 'n'].includes(word) ? false : undefined;
}

/** Returns the entries of a list that is separated by `;`. Those without a value are undefined, and left out at its end. */
export function parseList(text: string): (string | undefined)[] {
  const entries = text.split(';').map((entry) => {
    const trimmed = entry.trim();
    return trimmed === '' || isNull(trimmed) ? undefined : trimmed;
  });
  return entries.slice(0, entries.findLastIndex((entry) => entry !== undefined) + 1);
}

/** Returns the ends of a range; a single number is both. Undefined if an end is missing or not a number. */
export function parseRange(text: string): NumberRange | undefined {
  const ends = text.split(/\s*(?:-|–|\bto\b)\s*/).map(parseAmount);
  const [low, high] = [ends[0], ends.at(-1)];
  return low !== undefined && high !== undefined && ends.length <= 2 ? { low, high } : undefined;
}

/** Percent-encodes spaces, which are common in the URLs of such files. */
export const withoutSpaces = (url: string) => url.replace(/\s/g, (space) => encodeURIComponent(space));

/** Converts an average price per kWh to cents: one below 1 is in dollars. Rounds half up to a tenth of a cent. */
export function toCentsPerKwh(price: number): number {
  const tenths = price * (price < 1 ? 1000 : 10);
  // Exact arithmetic is needed only close to the half.
  if (Math.abs(tenths - Math.round(tenths)) < 0.49) return Math.round(tenths) / 10;
  return unscaled(1, scaledBy(price < 1 ? 3 : 1, price));
}

/** Reads `1,234.50` and `$120.00`. */
export function parseAmount(text: string): number | undefined {
  if (plainNumber.test(text)) return Number(text);
  const [, whole, fraction] = amount.exec(text.trim()) ?? [];
  if (whole === undefined && fraction === undefined) return undefined;
  return Number(`${(whole ?? '0').replaceAll(',', '')}${fraction ?? ''}`);
}
