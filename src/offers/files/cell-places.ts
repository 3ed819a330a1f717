import type { LocateField } from '../../bulk/lines.js';
import { fieldPath, type PathStep } from '../../common/field-path.js';

const maxValueLength = 200;

/**
 * Returns a function that finds the cell of a field, or else that of the object or list around it.
 * @param moved the paths of entries in the columns, by those in the list, where they differ
 */
export const columnPlaces =
  (
    columns: readonly { index: number; name: string; path: readonly PathStep[] }[],
    cells: readonly string[],
    moved: ReadonlyMap<string, string>,
  ): LocateField =>
  (field) => {
    for (
      let path = columnPath(field, moved);
      path !== '';
      path = path.replace(/(?:^|\.)[^.[\]]*$|\[\d+\]$/, '')
    ) {
      const column = columns.find((each) => fieldPath(each.path) === path);
      if (column) return { column: column.name, value: shorten(cells[column.index] ?? '') };
    }
    return undefined;
  };

/** Returns the path of a field in the columns, from the outer lists to the inner ones. */
const columnPath = (field: string, moved: ReadonlyMap<string, string>): string =>
  moved.size === 0
    ? field
    : (field.match(/\[\d+\]|[^[]+/g) ?? []).reduce((path, step) => moved.get(path + step) ?? path + step, '');

export const shorten = (text: string) =>
  text.length > maxValueLength ? `${text.slice(0, maxValueLength)}…` : text;
