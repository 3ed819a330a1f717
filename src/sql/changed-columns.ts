import { jsonEqual } from '../common/json-equal.js';

/**
 * Returns the names of the columns whose new value differs from the stored value. JSON values are compared by
 * content.
 */
export const changedColumns = <Row extends object>(
  row: Row,
  newValues: Partial<Row>,
): (keyof Row & string)[] =>
  (Object.keys(newValues) as (keyof Row & string)[]).filter((name) => !jsonEqual(row[name], newValues[name]));
