import { csvRow } from '../../bulk/csv/csv-cell.js';
import type { ExportFormat } from '../bulk/offer-export.js';
import { ownOfferJsonWithoutArea, parseOwnOffer } from '../offer-json.js';
import type { OfferView } from '../offers.dto.js';
import { cellsOf } from './as-published.js';
import { cellOf, type Cells, type ExportedOffer } from './formats/cells.js';
import type { FileFormat } from './formats/file-format.js';

export interface FormatExportOptions {
  /** Names of the columns that the file does not have. */
  without?: readonly string[];
  /** Completes the cells of an offer, or returns undefined if the file does not list it. */
  complete?(cells: Cells, offer: OfferView): Cells | undefined;
}

/**
 * Writes offers as a file in a format. An import in the same format reads the same values from it. Text that a spreadsheet
 * would run as a formula gets an apostrophe, which an import removes.
 */
export function formatExport(
  format: FileFormat,
  { without = [], complete = (cells) => cells }: FormatExportOptions = {},
): ExportFormat {
  const { emptyCell } = format;
  const columns = format.columns.filter(({ name }) => !without.includes(name));
  const rowOf = (cells: Cells) => csvRow(columns.map(({ name }) => cellOf(cells[name], emptyCell)));
  const write = (offer: OfferView) => {
    const cells = complete(cellsOf(format, offer as ExportedOffer), offer);
    return cells ? rowOf(cells) : '';
  };
  return {
    json: ownOfferJsonWithoutArea,
    header: () => Buffer.from(csvRow(columns.map(({ name, exportedAs }) => exportedAs ?? name))),
    write: (rows) =>
      Buffer.from(rows.map((row) => write(parseOwnOffer(row, ownOfferJsonWithoutArea))).join('')),
  };
}
