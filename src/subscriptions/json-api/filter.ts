import { isStorable } from '../../common/storable-text.js';
import { DomainError } from '../../common/errors.js';
import { isString } from '../../validation/checks.js';
import { field, rule, type FieldOptions } from '../../validation/field.js';

/** One condition of a filter: `in(external_product_refs,a,b)`. */
export interface Clause {
  operator: string;
  attribute: string;
  values: string[];
}

const maxClauses = 10;
const maxBytes = 8192;

/** The `filter` parameter of a list; parseFilter() reads it. */
export const FilterText = (options: FieldOptions) =>
  field(
    { type: 'string', maxLength: maxBytes },
    { optional: true, ...options },
    rule({ code: 'type' }, 'must be given once', isString),
  );

const opening = /([a-z_]+)\(([a-z_.]+)/y;
/** A value ends at a comma or a bracket; in quotes it may hold them, `\"` and `\\`. */
const value = /,\s*(?:"((?:\\["\\]|[^"\\])*)"|([^",()\s](?:[^",()]*[^",()\s])?))\s*/y;

/**
 * Reads `op(attribute,value)` clauses joined by `:`, all of which must hold. `allowed` names what the list takes, as
 * `eq(external_ref)`; `eq` takes one value, `in` one or more.
 * @throws DomainError INVALID_FILTER
 */
export function parseFilter(text: string | undefined, allowed: readonly string[]): Clause[] {
  if (text === undefined) return [];
  if (Buffer.byteLength(text) > maxBytes || !isStorable(text)) throw unreadable();
  const clauses: Clause[] = [];
  for (let at = 0; at < text.length || clauses.length === 0;) {
    if (clauses.length > 0 && text[at++] !== ':') throw unreadable();
    const { clause, end } = readClause(text, at);
    clauses.push(clause);
    at = end;
  }
  if (clauses.length > maxClauses || !clauses.every((clause) => isAllowed(clause, allowed)))
    throw unreadable();
  return clauses;
}

function readClause(text: string, start: number): { clause: Clause; end: number } {
  const head = matchAt(opening, text, start);
  if (!head) throw unreadable();
  const [whole, operator = '', attribute = ''] = head;
  const values: string[] = [];
  let at = start + whole.length;
  for (let found = matchAt(value, text, at); found; found = matchAt(value, text, at)) {
    values.push(found[1]?.replace(/\\(.)/g, '$1') ?? found[2] ?? '');
    at += found[0].length;
  }
  if (text[at] !== ')') throw unreadable();
  return { clause: { operator, attribute, values }, end: at + 1 };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

const isAllowed = ({ operator, attribute, values }: Clause, allowed: readonly string[]) =>
  allowed.includes(`${operator}(${attribute})`) &&
  (operator === 'in' ? values.length > 0 : values.length === 1);

const unreadable = () => new DomainError('INVALID_FILTER', 'Could not parse the supplied filter');
