import { readJsonLines } from '../../bulk/bulk-batches.js';
import { readCsvLines } from '../../bulk/csv/csv-lines.js';
import type { Line } from '../../bulk/lines.js';
import { ValidationFailed, type FieldError } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { compileOfferColumns } from './compile-columns.js';
import { compileFormat, type FormatOptions } from './compile-format.js';
import { fileFormats } from './formats/all-formats.js';

/** How the body of a bulk upload is read. */
export interface ReadOptions extends FormatOptions {
  /** The body is a CSV file rather than JSON Lines. */
  isCsv: boolean;
  /** Name of an industry's format; without one, the columns of a CSV file are named by field path. */
  format?: string;
}

/**
 * Reads offers as lines of a bulk upload.
 * @throws ValidationFailed for options that do not go together, and then those of `readCsvLines`
 */
export function readOffers(chunks: AsyncIterable<Buffer>, options: ReadOptions): AsyncGenerator<Line> {
  const { isCsv, format: name, language, status } = options;
  const format = fileFormats.find((each) => each.name === name);
  const errors: FieldError[] = [];
  if (name !== undefined && !isCsv)
    errors.push(fieldError(['format'], 'conflict', 'requires a body in CSV format (Content-Type: text/csv)'));
  if (status !== undefined && name === undefined)
    errors.push(
      fieldError(
        ['status'],
        'conflict',
        'requires a format; otherwise, the rows or lines contain the status',
      ),
    );
  if (language !== undefined && !format?.hasLanguages)
    errors.push(fieldError(['language'], 'conflict', `requires format=${withLanguages.join(' or ')}`));
  if (errors.length > 0) throw new ValidationFailed(errors);
  if (!isCsv) return readJsonLines(chunks);
  return readCsvLines(chunks, (columns) =>
    format ? compileFormat(format, columns, options) : compileOfferColumns(columns),
  );
}

const withLanguages = fileFormats.filter(({ hasLanguages }) => hasLanguages).map(({ name }) => name);
