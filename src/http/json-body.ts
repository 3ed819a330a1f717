import { isStorable, notStorable } from '../common/storable-text.js';
import { isUtf8 } from 'node:buffer';
import { DomainError, ValidationFailed, type FieldError } from '../common/errors.js';
import { fieldError, type PathStep } from '../common/field-path.js';
import { countMembers, firstDuplicate } from './content/duplicate-members.js';

const maxDepth = 20;
const maxErrors = 50;

/**
 * Parses a JSON body and rejects content that must not reach the database: more than 20 levels of nesting,
 * NUL characters, lone surrogates and numbers outside ±(2^53-1). Two members with the same name in an object
 * are rejected too, because readers disagree on which of them counts. A UTF-8 byte order mark is skipped.
 * Returns undefined if the body is empty. `__proto__` remains an ordinary member.
 * @throws DomainError MALFORMED_JSON, ValidationFailed
 */
export function parseJsonBody(bytes: Buffer): unknown {
  const body = withoutByteOrderMark(bytes);
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw new DomainError('MALFORMED_JSON', 'The body is not valid UTF-8');
  const text = body.toString('utf8');
  const value = parse(text);
  // Without a \u escape, valid UTF-8 cannot contain a NUL (which JSON forbids unescaped) or a lone surrogate.
  const mayBeUnstorable = text.includes('\\u');
  const findings: Findings = { errors: [], members: 0 };
  checkValue(value, mayBeUnstorable, [], findings);
  const { errors, members } = findings;
  if (errors.length > 0) throw new ValidationFailed(errors.slice(0, maxErrors));
  const duplicate = countMembers(text) > members ? firstDuplicate(text) : undefined;
  if (duplicate)
    throw new ValidationFailed([fieldError(duplicate, 'duplicate', 'must not occur more than once')]);
  return value;
}

const byteOrderMark = Buffer.from('\uFEFF');

/** Returns the bytes after a UTF-8 byte order mark, with which some programs start their files. */
export const withoutByteOrderMark = (bytes: Buffer) =>
  byteOrderMark.equals(bytes.subarray(0, byteOrderMark.length))
    ? bytes.subarray(byteOrderMark.length)
    : bytes;

/** What was found in a body: its errors, and the number of members in all of its objects. */
interface Findings {
  errors: FieldError[];
  members: number;
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
function checkValue(value: unknown, mayBeUnstorable: boolean, path: PathStep[], findings: Findings): void {
  const { errors } = findings;
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
        checkValue(value[index], mayBeUnstorable, path, findings);
        path.pop();
      }
    else checkMembers(value as Record<string, unknown>, mayBeUnstorable, path, findings);
  }
}

function checkMembers(
  value: Record<string, unknown>,
  mayBeUnstorable: boolean,
  path: PathStep[],
  findings: Findings,
): void {
  const { errors } = findings;
  for (const key of Object.keys(value)) {
    if (errors.length >= maxErrors) return;
    findings.members += 1;
    path.push(key);
    if (mayBeUnstorable && !isStorable(key)) errors.push(fieldError(path, 'format', notStorable));
    checkValue(value[key], mayBeUnstorable, path, findings);
    path.pop();
  }
}

const unsafeNumber = 'must be between -(2^53-1) and 2^53-1';
const isSafeNumber = (value: number) => Math.abs(value) <= Number.MAX_SAFE_INTEGER;
