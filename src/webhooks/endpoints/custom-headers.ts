import type { FieldError } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { isString } from '../../validation/checks.js';

export const maxCustomHeaders = 10;
/** The names and values of all custom headers together have at most this many bytes. */
export const maxHeaderBytes = 4096;

/** What responses show instead of a value. In a PATCH, it means that the value stays as it is. */
export const hiddenValue = '********';

/** Headers that the service sets, and those that belong to the connection or to the framing of the request. */
const reserved =
  /^(?:webhook-.*|x-offergrid-.*|proxy-.*|host|connection|keep-alive|content-(?:length|type|encoding)|transfer-encoding|te|trailer|upgrade|expect|date|user-agent|http2-settings)$/;
/** A token (RFC 9110 5.6.2) that starts with a letter or digit. */
const token = /^[a-z0-9][a-z0-9!#$%&'*+.^_`|~-]{0,99}$/;
const printable = /^[!-~](?:[ -~]*[!-~])?$/;

type Headers = Record<string, string>;

/**
 * Adds, replaces and removes custom headers as a merge patch does: null removes a header.
 * @param stored the current headers, by their name in lowercase
 * @param given names in any case; null removes all
 * @returns the new headers, by their name in lowercase, and the errors
 */
export function changeHeaders(
  stored: Headers,
  given: object | null,
): { headers: Headers; errors: FieldError[] } {
  if (given === null) return { headers: {}, errors: [] };
  const headers = new Map(Object.entries(stored));
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  for (const [givenName, value] of Object.entries(given) as [string, unknown][]) {
    const name = givenName.toLowerCase();
    const problem = seen.has(name)
      ? 'is given twice; upper and lower case make no difference'
      : (nameProblem(name) ?? valueProblem(value, headers.has(name)));
    seen.add(name);
    if (problem !== undefined) errors.push(fieldError(['headers', givenName], 'format', problem));
    else if (value === null) headers.delete(name);
    else if (value !== hiddenValue) headers.set(name, value as string);
  }
  const bytes = [...headers].flat().reduce((sum, text) => sum + text.length, 0);
  if (headers.size > maxCustomHeaders)
    errors.push(fieldError(['headers'], 'length', `must contain at most ${maxCustomHeaders} entries`));
  else if (bytes > maxHeaderBytes)
    errors.push(
      fieldError(
        ['headers'],
        'size',
        `must have names and values of at most ${maxHeaderBytes} characters together, not ${bytes}`,
      ),
    );
  return { headers: Object.fromEntries(headers), errors };
}

function nameProblem(name: string): string | undefined {
  if (!token.test(name))
    return 'is not a header name; use letters, digits and hyphens, and at most 100 characters';
  return reserved.test(name)
    ? 'cannot be set, because the service or HTTP itself sets this header'
    : undefined;
}

function valueProblem(value: unknown, isStored: boolean): string | undefined {
  if (value === null) return undefined;
  if (value === hiddenValue)
    return isStored ? undefined : `must be the value itself; ${hiddenValue} only stands for a stored value`;
  if (!isString(value) || !printable.test(value))
    return 'must be a string of printable ASCII characters without spaces at its ends';
  return undefined;
}

/** Returns the headers without their values. */
export const hideValues = (headers: Headers): Headers =>
  Object.fromEntries(Object.keys(headers).map((name) => [name, hiddenValue]));
