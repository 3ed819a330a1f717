import { isStorable, notStorable } from '../common/storable-text.js';
import { isUtf8 } from 'node:buffer';
import { DomainError, ValidationFailed, type FieldError } from '../common/errors.js';
import { fieldError, type PathStep } from '../common/field-path.js';

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
  const errors: FieldError[] = [];
  inspectValue(value, text.includes('\\u'), [], errors);
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

/** `steps` is the path of the value, grown and cut back on the way: most bodies have nothing to tell of it. */
function inspectValue(value: unknown, escapes: boolean, steps: PathStep[], errors: FieldError[]): void {
  if (typeof value === 'number') {
    if (!safeNumber(value)) errors.push(fieldError(steps, 'range', unsafeNumber));
  } else if (typeof value === 'string') {
    if (escapes && !isStorable(value)) errors.push(fieldError(steps, 'format', notStorable));
  } else if (typeof value === 'object' && value !== null) {
    if (steps.length >= maxDepth)
      errors.push(fieldError(steps, 'depth', `is nested deeper than ${maxDepth} levels`));
    else if (Array.isArray(value))
      for (let index = 0; index < value.length && errors.length < maxErrors; index += 1) {
        steps.push(index);
        inspectValue(value[index], escapes, steps, errors);
        steps.pop();
      }
    else inspectMembers(value as Record<string, unknown>, escapes, steps, errors);
  }
}

function inspectMembers(
  value: Record<string, unknown>,
  escapes: boolean,
  steps: PathStep[],
  errors: FieldError[],
): void {
  for (const key of Object.keys(value)) {
    if (errors.length >= maxErrors) return;
    steps.push(key);
    if (escapes && !isStorable(key)) errors.push(fieldError(steps, 'format', notStorable));
    inspectValue(value[key], escapes, steps, errors);
    steps.pop();
  }
}

const unsafeNumber = 'must lie between -(2^53-1) and 2^53-1';
const safeNumber = (value: number) => Math.abs(value) <= Number.MAX_SAFE_INTEGER;
