import { decodeCell } from '../../bulk/csv/csv-cell.js';
import type { ReadCells } from '../../bulk/csv/csv-lines.js';
import { ValidationFailed, type FieldError } from '../../common/errors.js';
import { fieldError, fieldPath, type PathStep } from '../../common/field-path.js';
import { isObject } from '../../validation/checks.js';
import { categoryNames, type CategoryName } from '../categories/all-categories.js';
import { columnPlaces } from './cell-places.js';
import { isIgnored, placeAt, type Place } from './field-kinds.js';

const maxNameLength = 255;
const maxSteps = 10;

interface Column {
  index: number;
  name: string;
  path: PathStep[];
}

/** A member or entry, with its column and with the columns of its own members or entries. */
interface ValueNode {
  column?: Column;
  kind: Place['kind'];
  children: Map<PathStep, ValueNode>;
}

/**
 * Compiles the columns of a file whose columns are named by field path: `fees.installationFee`, `monthlyFees[0].amount`.
 * Columns that only the server sets are ignored, because an export contains them.
 * @throws ValidationFailed for all columns that name no field
 */
export function compileOfferColumns(names: readonly string[]): ReadCells {
  const columns: Column[] = [];
  const errors: FieldError[] = [];
  for (const [index, name] of names.entries()) {
    if (name === '') continue;
    const path = parsePath(name);
    const place = path ? placeAt(path, undefined) : 'is not the path of a field';
    if (path && isIgnored(path[0])) continue;
    if (path && typeof place !== 'string') columns.push({ index, name, path });
    else errors.push({ ...fieldError([name], 'unknown', String(place)), line: 1, column: name });
  }
  errors.push(...missingEntries(columns));
  if (errors.length > 0) throw new ValidationFailed(errors);
  const categoryAt = columns.find(({ name }) => name === 'category')?.index;
  const trees = new Map<CategoryName | undefined, ValueNode>();
  return (cells) => {
    const category = categoryNames.find((name) => name === cells[categoryAt ?? -1]);
    const tree = trees.get(category) ?? buildTree(columns, category);
    trees.set(category, tree);
    const moved = new Map<string, string>();
    const locate = columnPlaces(columns, cells, moved);
    const found: FieldError[] = unnamedCells(names, cells);
    const value = valueOf(tree, [], { cells, inherited: undefined, errors: found, moved }) ?? {};
    const body = value as Record<string, unknown>;
    return found.length > 0 ? { cause: new ValidationFailed(found), body, locate } : { body, locate };
  };
}

/**
 * Returns an error for each column of an entry of a list, such as `monthlyFees[2].amount`, if the file has no column of an
 * entry before it: a row replaces the whole list, so the other entry would be lost.
 */
function missingEntries(columns: readonly Column[]): FieldError[] {
  const given = new Set(columns.flatMap(({ path }) => path.map((_, at) => fieldPath(path.slice(0, at + 1)))));
  return columns.flatMap(({ name, path }) => {
    const missing = path.flatMap((step, at) =>
      Array.from({ length: typeof step === 'number' ? step : 0 }, (_, index) =>
        fieldPath([...path.slice(0, at), index]),
      ).filter((entry) => !given.has(entry)),
    );
    if (missing.length === 0) return [];
    const message = `needs columns for ${missing.join(', ')} as well, because the entries of a list are numbered from 0 without gaps`;
    return [{ ...fieldError([name], 'required', message), line: 1, column: name }];
  });
}

/** Reads `monthlyFees[0].amount` as `['monthlyFees', 0, 'amount']`; undefined if it is not a path. */
function parsePath(name: string): PathStep[] | undefined {
  if (name.length > maxNameLength || !/^[^.[\]]+(?:\.[^.[\]]+|\[\d{1,2}\])*$/.test(name)) return undefined;
  const steps = [...name.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, step = '']) =>
    index === undefined ? step : Number(index),
  );
  return steps.length > maxSteps ? undefined : steps;
}

function buildTree(columns: readonly Column[], category: CategoryName | undefined): ValueNode {
  const root: ValueNode = { kind: 'json', children: new Map() };
  for (const column of columns) {
    let node = root;
    for (const [at, step] of column.path.entries()) {
      const place = placeAt(column.path.slice(0, at + 1), category);
      const next: ValueNode = node.children.get(step) ?? {
        kind: typeof place === 'string' ? 'any' : place.kind,
        children: new Map(),
      };
      node.children.set(step, next);
      node = next;
    }
    node.column = column;
  }
  return root;
}

interface Reading {
  cells: readonly string[];
  /** The value that the cell of the object around it gives to this member. */
  inherited: unknown;
  errors: FieldError[];
  /** The paths of entries in the columns, by those in the list, from which entries without a value are left out. */
  moved: Map<string, string>;
}

/** Returns the value of a node: that of its own cell, with the values of the cells of its members. */
function valueOf(node: ValueNode, path: readonly PathStep[], reading: Reading): unknown {
  const { column, kind, children } = node;
  const own = column ? readCell(column, kind, reading) : undefined;
  const base = own === undefined ? reading.inherited : own;
  if (children.size === 0) return base;
  const given: [PathStep, unknown][] = [];
  for (const [step, child] of children) {
    const inherited =
      isObject(base) && Object.hasOwn(base as object, step)
        ? (base as Record<PathStep, unknown>)[step]
        : undefined;
    const value = valueOf(child, [...path, step], { ...reading, inherited });
    if (value !== undefined && value !== inherited) given.push([step, value]);
  }
  if (given.length === 0) return base;
  if (base !== undefined && !isObject(base)) {
    const message = `must be empty or a JSON object, because the row also has a value for ${fieldPath([...path, given[0]?.[0] ?? ''])}`;
    reading.errors.push(fieldError(path, 'conflict', message));
    return base;
  }
  if (typeof given[0]?.[0] === 'number') {
    const entries = given.toSorted(([a], [b]) => Number(a) - Number(b));
    for (const [index, [step]] of entries.entries())
      if (index !== step) reading.moved.set(fieldPath([...path, index]), fieldPath([...path, step]));
    return entries.map(([, value]) => value);
  }
  // Not by assignment, which a member `__proto__` would turn into another prototype.
  return Object.fromEntries([...Object.entries((base as object | undefined) ?? {}), ...given]);
}

function readCell({ index, path }: Column, kind: Place['kind'], { cells, errors }: Reading): unknown {
  try {
    return decodeCell(cells[index] ?? '', kind);
  } catch (cause) {
    if (!(cause instanceof ValidationFailed)) throw cause;
    for (const { code, field, message } of cause.errors) {
      const own = field === '' ? message.replace(/^The body /, '') : message.slice(field.length + 1);
      errors.push(fieldError([...path, ...(field === '' ? [] : [field])], code, own));
    }
    return undefined;
  }
}

/** Returns an error for each cell of a column without a name. */
const unnamedCells = (names: readonly string[], cells: readonly string[]): FieldError[] =>
  names.flatMap((name, index) =>
    name === '' && cells[index] !== ''
      ? [
          {
            ...fieldError([], 'unknown', ''),
            message: `Column ${index + 1} has no name`,
            value: cells[index],
          },
        ]
      : [],
  );
