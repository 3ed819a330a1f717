import { DomainError } from '../../common/errors.js';
import { isStorable } from '../../common/storable-text.js';
import { isString } from '../../validation/checks.js';
import { field, rule, type FieldOptions } from '../../validation/field.js';

/** One condition of a filter, such as `in(external_product_refs,a,b)`. */
export interface FilterClause {
  operator: string;
  attribute: string;
  values: string[];
}

const maxClauses = 10;
const maxBytes = 8192;

/** Declares the `filter` parameter of a list, as raw text for parseFilter(). */
export const FilterField = (options: FieldOptions) =>
  field(
    { type: 'string', maxLength: maxBytes },
    { optional: true, ...options },
    rule({ code: 'type' }, 'must be given only once', isString),
  );

export const invalidFilter = () => new DomainError('INVALID_FILTER', 'Could not parse the supplied filter');

const clauseStart = /([a-z_]+)\(([a-z_.]+)/y;
/**
 * A bare value ends at a comma or a parenthesis. A quoted value may contain both; `"` and `\` are escaped
 * with `\`.
 */
const clauseValue = /,\s*(?:"((?:\\["\\]|[^"\\])*)"|([^",()\s](?:[^",()]*[^",()\s])?))\s*/y;

/**
 * Parses `operator(attribute,value)` clauses joined by `:`. All clauses must match. `allowed` lists the
 * supported combinations, such as `eq(external_ref)`. `eq` takes one value, `in` takes one or more. A filter
 * can have at most 10 clauses and 8 KiB.
 * @throws DomainError INVALID_FILTER
 */
export function parseFilter(text: string | undefined, allowed: readonly string[]): FilterClause[] {
  if (text === undefined) return [];
  if (Buffer.byteLength(text) > maxBytes || !isStorable(text)) throw invalidFilter();
  const clauses: FilterClause[] = [];
  for (let position = 0; position < text.length || clauses.length === 0;) {
    if (clauses.length > 0 && text[position++] !== ':') throw invalidFilter();
    const { clause, end } = parseClause(text, position);
    clauses.push(clause);
    position = end;
  }
  if (clauses.length > maxClauses || !clauses.every((clause) => isAllowed(clause, allowed)))
    throw invalidFilter();
  return clauses;
}

function parseClause(text: string, start: number): { clause: FilterClause; end: number } {
  const head = matchAt(clauseStart, text, start);
  if (!head) throw invalidFilter();
  const [{ length }, operator = '', attribute = ''] = head;
  const values: string[] = [];
  let position = start + length;
  let match: RegExpExecArray | null;
  while ((match = matchAt(clauseValue, text, position))) {
    const [{ length }, quoted, bare = ''] = match;
    values.push(quoted?.replace(/\\(.)/g, '$1') ?? bare);
    position += length;
  }
  if (text[position] !== ')') throw invalidFilter();
  return { clause: { operator, attribute, values }, end: position + 1 };
}

function matchAt(pattern: RegExp, text: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position;
  return pattern.exec(text);
}

const isAllowed = ({ operator, attribute, values }: FilterClause, allowed: readonly string[]) =>
  allowed.includes(`${operator}(${attribute})`) &&
  (operator === 'in' ? values.length > 0 : values.length === 1);
