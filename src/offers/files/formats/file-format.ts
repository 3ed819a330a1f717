import type { CategoryName } from '../../categories/all-categories.js';
import type { Cells, ExportedOffer } from './cells.js';
import type { FileColumn } from './file-column.js';
import type { FileRow } from './file-row.js';

/** A format in which providers and regulators publish offers. Each row of a file is an offer on sale. */
export interface FileFormat {
  name: string;
  title: string;
  /** Who defines the format. */
  source: string;
  /** What identifies a row; it is the `externalId` of the offer. */
  identifiedBy: string;
  /** Whether a row is in the language of its `language` column, by which the query parameter of that name selects. */
  hasLanguages?: boolean;
  /** The category of the offers. */
  category: CategoryName;
  /** Where the cells of other columns are kept. */
  extraIn: 'serviceSpecificData' | 'complianceData';
  /** What an export writes into a cell without a value. */
  emptyCell: '' | 'NULL';
  /** The columns, in the order in which an export writes them. */
  columns: readonly FileColumn[];
  /** Returns the members of the offer in a row; problems are reported to the row. */
  read(row: FileRow): Record<string, unknown>;
  /** Returns the cells of an offer, from which `read` restores the values that the format has room for. */
  write(offer: ExportedOffer): Cells;
}

/** Returns the members that are not undefined. A loop, because it takes a third of the time of `Object.fromEntries`. */
export function defined(object: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const name of Object.keys(object)) if (object[name] !== undefined) result[name] = object[name];
  return result;
}

/** As `defined`, or undefined if no member is left. */
export function definedOrNone(object: Record<string, unknown>): Record<string, unknown> | undefined {
  const rest = defined(object);
  return Object.keys(rest).length > 0 ? rest : undefined;
}
