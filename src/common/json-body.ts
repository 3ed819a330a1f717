import { isUtf8 } from 'node:buffer';
import { DomainError, ValidationFailed, type FieldError } from './errors.js';
import { fieldError, type PathStep } from './path.js';
import { storable, unstorable } from './values.js';

const maxDepth = 20;
const maxErrors = 50;

/**
 * Reads a JSON body and refuses what must never reach the database: nesting deeper than 20, NUL characters,
 * lone surrogates, numbers beyond 2^53-1. `__proto__` stays an ordinary member.
 * @throws DomainError MALFORMED_JSON, ValidationFailed
 */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw new DomainError('MALFORMED_JSON', 'The body is not valid UTF-8');
  const text = body.toString('utf8');
  const value = parse(text);
  // Without a \u escape valid UTF-8 can hold neither a NUL (JSON forbids it raw) nor a lone surrogate.
  const errors = inspectValue(value, text.includes('\\u'), []);
  if (errors.length > 0) throw new ValidationFailed(errors.slice(0, maxErrors));
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : '';
    const position = /position \d+/.exec(reason)?.[0];
    throw new DomainError('MALFORMED_JSON', `The body is not valid JSON${position ? ` at ${position}` : ''}`);
  }
}

function inspectValue(value: unknown, escapes: boolean, steps: PathStep[]): FieldError[] {
  if (typeof value === 'number') return safeNumber(value) ? [] : [fieldError(steps, 'range', unsafeNumber)];
  if (typeof value === 'string')
    return escapes && !storable(value) ? [fieldError(steps, 'format', unstorable)] : [];
  if (typeof value !== 'object' || value === null) return [];
  if (steps.length >= maxDepth)
    return [fieldError(steps, 'depth', `is nested deeper than ${maxDepth} levels`)];
  const errors: FieldError[] = [];
  for (const key of Object.keys(value)) {
    const here = [...steps, Array.isArray(value) ? Number(key) : key];
    if (escapes && !storable(key)) errors.push(fieldError(here, 'format', unstorable));
    errors.push(...inspectValue((value as Record<string, unknown>)[key], escapes, here));
    if (errors.length >= maxErrors) break;
  }
  return errors;
}

const unsafeNumber = 'must lie between -(2^53-1) and 2^53-1';
const safeNumber = (value: number) => Math.abs(value) <= Number.MAX_SAFE_INTEGER;
