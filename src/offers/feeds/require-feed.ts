import { ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';

/** Checks that the options which concern a feed are used only with one. @throws ValidationFailed */
export function requireFeed(feed: string | undefined, options: Record<string, boolean>): void {
  if (feed !== undefined) return;
  const errors = Object.keys(options)
    .filter((name) => options[name])
    .map((name) => fieldError([name], 'conflict', 'can be true only if feed is set'));
  if (errors.length > 0) throw new ValidationFailed(errors);
}
