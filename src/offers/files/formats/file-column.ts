/** A column of a file in an industry's format. */
export interface FileColumn {
  name: string;
  /** Other spellings. Case, brackets and punctuation never matter. */
  otherNames?: readonly string[];
  meaning: string;
  /** Every file must have the column, and every row a value. */
  required?: boolean;
  example: string;
  /** Paths of the fields of the offer that are read from the column. */
  fields?: readonly string[];
}
