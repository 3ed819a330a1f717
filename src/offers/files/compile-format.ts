import type { ReadCells } from '../../bulk/csv/csv-lines.js';
import type { LocateField } from '../../bulk/lines.js';
import { closestWord } from '../../common/edit-distance.js';
import { ValidationFailed, type FieldError } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { withPublishedCells } from './as-published.js';
import { shorten } from './cell-places.js';
import type { FileColumn } from './formats/file-column.js';
import type { FileFormat } from './formats/file-format.js';
import { FileRow, type PresentColumn } from './formats/file-row.js';

/** How the rows of a file in an industry's format become offers. */
export interface FormatOptions {
  /** Reads only rows in this language. */
  language?: string;
  /** The status of new offers; existing ones keep theirs if it is `draft`. */
  status?: 'active' | 'draft';
}

/** The number of plan IDs whose language is remembered during an upload. */
const maxRemembered = 20_000;

/**
 * Compiles the columns of a file in a format. Columns that it does not define are read too, unless their name resembles
 * that of a column which the file does not have.
 * @throws ValidationFailed for all such columns, and for required columns that are missing
 */
export function compileFormat(
  format: FileFormat,
  names: readonly string[],
  { language, status = 'active' }: FormatOptions,
): ReadCells {
  const { present, extra } = matchColumns(format, names);
  const byName = new Map(present.map((column) => [column.name, column]));
  const languages = new Map<string, string>();
  const stated = new Set(
    present.flatMap(({ fields = [] }) => fields.map((field) => field.split('.')[0] ?? '')),
  );
  return (cells, line) => {
    const row = new FileRow(cells, byName, line, extraCells(names, extra, cells));
    const locate = locateIn(present, cells);
    const rowLanguage = row.text('language')?.toLowerCase();
    if (language !== undefined && rowLanguage !== language.toLowerCase()) return undefined;
    row.requireValues();
    const body = withoutUnstated(format.read(row), stated);
    if (format.hasLanguages && typeof body.externalId === 'string')
      body.externalId = distinctId(languages, body.externalId, rowLanguage ?? '');
    if (row.errors.length > 0) return { cause: new ValidationFailed(row.errors), body, locate };
    const published = withPublishedCells(format, present, cells, body);
    return { body: status === 'active' ? { ...published, status } : published, locate };
  };
}

/**
 * The regulator gives a plan another ID in each language. If a file uses one for two languages, the ID of the second is
 * followed by its language, so that the two rows do not overwrite each other.
 */
function distinctId(languages: Map<string, string>, id: string, language: string): string {
  const first = languages.get(id);
  if (first === undefined && languages.size < maxRemembered) languages.set(id, language);
  return first === undefined || first === language ? id : `${id}-${language}`;
}

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
function matchColumns({ name: format, columns }: FileFormat, names: readonly string[]) {
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
  const missing = columns.filter((column) => !present.some(({ name }) => name === column.name));
  const missingNames = missing.flatMap(namesOf).map(plainName);
  for (const index of extra) {
    const as = names[index] ?? '';
    const closest = closestWord(plainName(as), missingNames);
    const meant = missing.find((column) => namesOf(column).some((name) => plainName(name) === closest));
    if (meant) errors.push(headerError(as, 'unknown', `is not a known column; did you mean ${meant.name}?`));
  }
  for (const { name, required } of missing)
    if (required) errors.push(headerError(name, 'required', `is a required column of the format ${format}`));
  if (errors.length > 0) throw new ValidationFailed(errors);
  return { present, extra };
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
      const column = present.find(({ fields }) => fields?.includes(path));
      if (column) return { column: column.as, value: shorten(cells[column.index] ?? '') };
    }
    return undefined;
  };
