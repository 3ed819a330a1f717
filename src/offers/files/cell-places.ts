import type { LocateField } from '../../bulk/lines.js';
import { fieldPath, type PathStep } from '../../common/field-path.js';

const maxValueLength = 200;

/** Returns a function that finds the cell of a field, or else that of the object or list around it. */
export const columnPlaces =
  (
    columns: readonly { index: number; name: string; path: readonly PathStep[] }[],
    cells: readonly string[],
  ): LocateField =>
  (field) => {
    for (let path = field; path !== ''; path = path.replace(/(?:^|\.)[^.[\]]*$|\[\d+\]$/, '')) {
      const column = columns.find((each) => fieldPath(each.path) === path);
      if (column) return { column: column.name, value: shorten(cells[column.index] ?? '') };
    }
    return undefined;
  };

export const shorten = (text: string) =>
  text.length > maxValueLength ? `${text.slice(0, maxValueLength)}…` : text;
