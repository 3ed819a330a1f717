import type { ReadCells } from '../../bulk/csv/csv-lines.js';
import type { Listing, LocateField, Translation } from '../../bulk/lines.js';
import { closestWord } from '../../common/edit-distance.js';
import { ValidationFailed, type FieldError } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { withPublishedCells } from './as-published.js';
import { shorten } from './cell-places.js';
import { dataOf, type ExportedOffer } from './formats/cells.js';
import type { FileColumn } from './formats/file-column.js';
import type { FileFormat } from './formats/file-format.js';
import { cellText, FileRow, type PresentColumn } from './formats/file-row.js';
import { RepeatedRows } from './repeated-rows.js';
import { parseLanguage, type Language } from './row-language.js';

/** How the rows of a file in an industry's format become offers. */
export interface FormatOptions {
  /** Reads only rows in this language. */
  language?: Language;
  /**
   * The status of the offers; with `draft`, existing ones keep theirs. Without it, new offers and drafts become active, and
   * offers that were made inactive or archived stay so.
   */
  status?: 'active' | 'draft';
  /** Is called for each row that is in another language. */
  onSkip?: () => void;
}

/**
 * Compiles the columns of a file in a format. Columns that it does not define are read too, unless their name resembles
 * that of a column which the file does not have.
 * @throws ValidationFailed for all such columns, and for required columns that are missing, also that of the language if
 * only the rows in one are read
 */
export function compileFormat(
  format: FileFormat,
  names: readonly string[],
  { language, status, onSkip }: FormatOptions,
): ReadCells {
  const { present, extra } = matchColumns(format, names, language);
  const byName = new Map(present.map((column) => [column.name, column]));
  const repeated = new RepeatedRows();
  const stated = new Set(
    present.flatMap(({ fields = [] }) => fields.map((field) => field.split('.')[0] ?? '')),
  );
  return (cells, line) => {
    const row = new FileRow(cells, byName, line, extraCells(names, extra, cells));
    const locate = locateIn(present, cells);
    const rowLanguage = format.hasLanguages ? parseLanguage(row.text('language')) : undefined;
    if (language !== undefined) {
      if (rowLanguage !== undefined && rowLanguage !== language) {
        onSkip?.();
        return undefined;
      }
      if (row.text('language') === undefined) row.fail('language', `is required with language=${language}`);
    }
    row.requireValues();
    const body = withoutUnstated(format.read(row), stated);
    if (row.errors.length > 0) return { cause: new ValidationFailed(row.errors), body, locate };
    const { externalId } = body;
    const cause = repeated.check(`${rowLanguage ?? ''} ${String(externalId)}`, cells, { line, locate });
    if (cause) return { cause, body, locate };
    const published = withPublishedCells(format, present, cells, body);
    const listing: Listing = { isOnSale: status === undefined };
    if (rowLanguage !== undefined) listing.translation = translationOf(String(externalId), rowLanguage);
    return { body: status === 'active' ? { ...published, status } : published, locate, listing };
  };
}

/**
 * The regulator gives a plan another ID in each language. If a file uses one for two languages, the offer in the second one
 * gets an external ID that ends with its language, so that the two do not overwrite each other.
 */
const translationOf = (id: string, language: Language): Translation => ({
  externalId: `${id}-${language.toLowerCase()}`,
  isOther: (offer) => {
    const other = parseLanguage(dataOf((offer as ExportedOffer).serviceSpecificData).language);
    return other !== undefined && other !== language;
  },
});

/**
 * Removes members without a value that no column of the file is about, because a null would clear what is stored.
 */
function withoutUnstated(body: Record<string, unknown>, stated: ReadonlySet<string>) {
  const isEmpty = (value: unknown) =>
    value === null ||
    (typeof value === 'object' && Object.values(value as object).every((each) => each === null));
  for (const [name, value] of Object.entries(body))
    if (!stated.has(name) && isEmpty(value)) delete body[name];
  return body;
}

const plainName = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

const namesOf = ({ name, otherNames = [] }: FileColumn) => [name, ...otherNames];

/** Finds the columns of a format in a file. @throws ValidationFailed */
function matchColumns(
  { name: format, columns }: FileFormat,
  names: readonly string[],
  language: Language | undefined,
) {
  const known = new Map(
    columns.flatMap((column) => namesOf(column).map((name) => [plainName(name), column])),
  );
  const present: PresentColumn[] = [];
  const extra: number[] = [];
  const errors: FieldError[] = [];
  for (const [index, as] of names.entries()) {
    const column = known.get(plainName(as));
    const earlier = present.find(({ name }) => name === column?.name);
    if (earlier) errors.push(headerError(as, 'duplicate', `means the same as ${earlier.as}`));
    else if (column) present.push({ ...column, index, as });
    else if (as !== '') extra.push(index);
  }
  const spell = spellingOf(present);
  const missing = columns.filter((column) => !present.some(({ name }) => name === column.name));
  const missingNames = missing.flatMap(namesOf).map(plainName);
  for (const index of extra) {
    const as = names[index] ?? '';
    const closest = closestWord(plainName(as), missingNames);
    const meant = missing.find((column) => namesOf(column).some((name) => plainName(name) === closest));
    if (meant)
      errors.push(headerError(as, 'unknown', `is not a known column; did you mean ${spell(meant)}?`));
  }
  for (const column of missing) {
    const name = spell(column);
    if (column.required)
      errors.push(headerError(name, 'required', `is a required column of the format ${format}`));
    else if (column.name === 'language' && language !== undefined)
      errors.push(headerError(name, 'required', `is a required column with language=${language}`));
  }
  if (errors.length > 0) throw new ValidationFailed(errors);
  return { present, extra };
}

/**
 * Returns how a file would spell the name of another column: as in an export of the format, if its columns have such names,
 * with or without their brackets.
 */
function spellingOf(present: readonly PresentColumn[]): (column: FileColumn) => string {
  const isExported = ({ as, name, exportedAs }: PresentColumn) =>
    exportedAs !== undefined && plainName(as) === plainName(exportedAs) && plainName(as) !== plainName(name);
  const hasBrackets = present.some(({ as }) => as.startsWith('['));
  const usesExported = hasBrackets || present.some(isExported);
  return ({ name, exportedAs }) => {
    if (!usesExported || exportedAs === undefined) return name;
    return hasBrackets ? exportedAs : exportedAs.replace(/^\[|\]$/g, '');
  };
}

const headerError = (name: string, code: string, message: string): FieldError => ({
  ...fieldError([name], code, message),
  line: 1,
  column: name,
});

/** Returns the cells of other columns, by their names in the file. */
const extraCells = (names: readonly string[], extra: readonly number[], cells: readonly string[]) =>
  Object.fromEntries(
    extra.flatMap((index) => (cells[index] ? [[names[index] ?? '', cells[index]] as [string, string]] : [])),
  );

/** Finds the cell of a field that a column of the format sets, or else of the object or list around it. */
const locateIn =
  (present: readonly PresentColumn[], cells: readonly string[]): LocateField =>
  (field) => {
    for (let path = field; path !== ''; path = path.replace(/(?:^|\.)[^.[\]]*$|\[\d+\]$/, '')) {
      const columns = present.filter(({ fields }) => fields?.includes(path));
      // Several columns can set a field, such as the ends of a range.
      const column = columns.find(({ index }) => cellText(cells[index] ?? '') !== undefined) ?? columns[0];
      if (column) return { column: column.as, value: shorten(cells[column.index] ?? '') };
    }
    return undefined;
  };
