/** A column of a file in an industry's format. */
export interface FileColumn {
  name: string;
  /** Name of the column in an export, if it is another one. */
  exportedAs?: string;
  /** Other spellings. Case, brackets and punctuation never matter. */
  otherNames?: readonly string[];
  meaning: string;
  /** Every file must have the column, and every row a value. */
  required?: boolean;
  example: string;
  /** Paths of the fields of the offer that are read from the column. */
  fields?: readonly string[];
  /** Returns whether two cells mean the same, for columns whose values are converted. */
  isSame?(this: void, cell: string, other: string): boolean;
}
