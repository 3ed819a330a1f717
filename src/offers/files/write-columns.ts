import { csvRow, encodeCell } from '../../bulk/csv/csv-cell.js';
import { fieldPath, type PathStep } from '../../common/field-path.js';
import { isObject } from '../../validation/checks.js';
import { fieldRules, type DtoClass } from '../../validation/rules.js';
import { categories, categoryNames, type CategoryName } from '../categories/all-categories.js';
import { OfferFields } from '../offer-fields.js';
import { OfferView } from '../offers.dto.js';
import { categoryParts, fieldPlace, type Place } from './field-kinds.js';

/*
 * The columns of an export are always the same, so that it needs no second pass over the offers: one for each field of the
 * DTOs, with those of all categories, and one for each object. The column of an object contains, as JSON, what has no
 * column of its own: keys that no schema defines, and lists of fees that are longer than their columns.
 */

/** The number of fees in a list that have columns of their own. */
const listColumns = 3;

/** A member or entry with its column, and those of its members or entries. */
interface TargetNode {
  kind: Place['kind'];
  column?: number;
  isList?: boolean;
  children: Map<PathStep, TargetNode>;
}

const columns: string[] = [];

function columnFor(path: readonly PathStep[]): number {
  const name = fieldPath(path);
  if (!columns.includes(name)) columns.push(name);
  return columns.indexOf(name);
}

const membersOf = (type: DtoClass, path: readonly PathStep[]) =>
  new Map(
    [...fieldRules(type).keys()].map((name) => [
      name as PathStep,
      nodeAt(fieldPlace(type, name), [...path, name]),
    ]),
  );

/** Builds the node of a place. Objects within objects have no column, because that of the outer one has room for them. */
function nodeAt({ kind, type, isList }: Place, path: readonly PathStep[]): TargetNode {
  const isTop = path.length === 1;
  if (!type || (isList && !isTop)) return { kind, column: columnFor(path), children: new Map() };
  const column = isTop ? columnFor(path) : undefined;
  if (!isList) return { kind, column, children: membersOf(type, path) };
  const entries = Array.from({ length: listColumns }, (_, index): [PathStep, TargetNode] => [
    index,
    { kind, children: membersOf(type, [...path, index]) },
  ]);
  return { kind, column, isList, children: new Map(entries) };
}

/** Builds the nodes of an offer in a category; without one, category data is only in the column of its object. */
function offerNode(category: CategoryName | undefined): TargetNode {
  const children = new Map<PathStep, TargetNode>();
  const managed = (name: string, kind: Place['kind']) =>
    children.set(name, { kind, column: columnFor([name]), children: new Map() });
  managed('id', 'text');
  for (const name of fieldRules(OfferFields).keys()) {
    const part = categoryParts[name];
    const node = nodeAt(fieldPlace(OfferFields, name), [name]);
    if (part)
      for (const each of categoryNames) {
        const members = membersOf(categories[each][part], [name]);
        if (each === category) node.children = members;
      }
    children.set(name, node);
  }
  managed('teamId', 'text');
  children.set('pricing', nodeAt(fieldPlace(OfferView, 'pricing'), ['pricing']));
  managed('version', 'number');
  for (const name of ['createdAt', 'updatedAt']) managed(name, 'text');
  return { kind: 'json', children };
}

const nodes = new Map<string | null, TargetNode>();

function nodeOf(category: CategoryName | null): TargetNode {
  const node = nodes.get(category) ?? offerNode(category ?? undefined);
  nodes.set(category, node);
  return node;
}

/** Returns the header row of an export. */
export function offerHeader(): string {
  nodeOf(null);
  return csvRow(columns);
}

/** Returns the row of an offer. Reading it again results in the same values. */
export function offerRow(offer: OfferView): string {
  const node = nodeOf(offer.category);
  const cells: string[] = columns.map(() => '');
  write(node, offer, cells);
  return csvRow(cells);
}

/** Writes a value to its cells, and returns what has no place in them; undefined if nothing is left. */
function write(node: TargetNode, value: unknown, cells: string[]): unknown {
  const rest = node.children.size > 0 ? writeMembers(node, value, cells) : value;
  if (rest === undefined || node.column === undefined) return rest;
  const cell = encodeCell(rest, node.kind);
  if (cell === undefined) return rest;
  cells[node.column] = cell;
  return undefined;
}

function writeMembers({ children, isList }: TargetNode, value: unknown, cells: string[]): unknown {
  if (isList) return writeEntries(children, value, cells);
  if (!isObject(value)) return value;
  const members = Object.entries(value as object);
  const rest = members.flatMap(([name, member]): [string, unknown][] => {
    const child = children.get(name);
    const left = child ? write(child, member, cells) : (member as unknown);
    return left === undefined ? [] : [[name, left]];
  });
  return members.length > 0 && rest.length === 0 ? undefined : Object.fromEntries(rest);
}

/** Writes a list to the cells of its entries if all of it has a place there. */
function writeEntries(children: TargetNode['children'], value: unknown, cells: string[]): unknown {
  if (!Array.isArray(value) || value.length === 0 || value.length > children.size) return value;
  const written: string[] = [...cells];
  for (const [index, entry] of value.entries()) {
    const child = children.get(index);
    if (!child || write(child, entry, written) !== undefined) return value;
  }
  cells.splice(0, cells.length, ...written);
  return undefined;
}
