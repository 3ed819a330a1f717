import { isStorable, notStorable } from '../common/storable-text.js';
import { isUtf8 } from 'node:buffer';
import { DomainError, ValidationFailed, type FieldError } from '../common/errors.js';
import { fieldError, type PathStep } from '../common/field-path.js';

const maxDepth = 20;
const maxErrors = 50;

/**
 * Parses a JSON body and rejects content that must not reach the database: more than 20 levels of nesting,
 * NUL characters, lone surrogates and numbers outside ±(2^53-1). Returns undefined if the body is empty.
 * `__proto__` remains an ordinary member.
 * @throws DomainError MALFORMED_JSON, ValidationFailed
 */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw new DomainError('MALFORMED_JSON', 'The body is not valid UTF-8');
  const text = body.toString('utf8');
  const value = parse(text);
  // Without a \u escape, valid UTF-8 cannot contain a NUL (which JSON forbids unescaped) or a lone surrogate.
  const mayBeUnstorable = text.includes('\\u');
  const errors: FieldError[] = [];
  checkValue(value, mayBeUnstorable, [], errors);
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

/**
 * Checks a value recursively.
 * All calls share one `path` array, because it is needed only if an error is found.
 */
function checkValue(value: unknown, mayBeUnstorable: boolean, path: PathStep[], errors: FieldError[]): void {
  if (typeof value === 'number') {
    if (!isSafeNumber(value)) errors.push(fieldError(path, 'range', unsafeNumber));
  } else if (typeof value === 'string') {
    if (mayBeUnstorable && !isStorable(value)) errors.push(fieldError(path, 'format', notStorable));
  } else if (typeof value === 'object' && value !== null) {
    if (path.length >= maxDepth)
      errors.push(fieldError(path, 'depth', `must not be nested more than ${maxDepth} levels deep`));
    else if (Array.isArray(value))
      for (let index = 0; index < value.length && errors.length < maxErrors; index += 1) {
        path.push(index);
        checkValue(value[index], mayBeUnstorable, path, errors);
        path.pop();
      }
    else checkMembers(value as Record<string, unknown>, mayBeUnstorable, path, errors);
  }
}

function checkMembers(
  value: Record<string, unknown>,
  mayBeUnstorable: boolean,
  path: PathStep[],
  errors: FieldError[],
): void {
  for (const key of Object.keys(value)) {
    if (errors.length >= maxErrors) return;
    path.push(key);
    if (mayBeUnstorable && !isStorable(key)) errors.push(fieldError(path, 'format', notStorable));
    checkValue(value[key], mayBeUnstorable, path, errors);
    path.pop();
  }
}

const unsafeNumber = 'must be between -(2^53-1) and 2^53-1';
const isSafeNumber = (value: number) => Math.abs(value) <= Number.MAX_SAFE_INTEGER;
