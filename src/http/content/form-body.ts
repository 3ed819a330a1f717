import { ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';

export const formMediaType = 'application/x-www-form-urlencoded';

/**
 * Parses the body of an HTML form. Each parameter becomes a member with its text. Returns undefined if the body is empty.
 * @throws ValidationFailed if a parameter is given more than once
 */
export function parseFormBody(bytes: Buffer): Record<string, string> | undefined {
  if (bytes.length === 0) return undefined;
  const parameters = [...new URLSearchParams(bytes.toString('utf8'))];
  const names = parameters.map(([name]) => name);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  if (repeated.size > 0)
    throw new ValidationFailed(
      [...repeated].map((name) => fieldError([name], 'duplicate', 'must not be given more than once')),
    );
  return Object.fromEntries(parameters);
}
