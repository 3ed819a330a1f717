import { isObject } from './field.js';

/**
 * Applies a JSON merge patch (RFC 7396) to a body: null removes a member. Objects are merged in turn when they are
 * named in `deep`, with all that is below them; every other object, being free or a list, is replaced whole.
 */
export function mergePatch(target: object, patch: unknown, deep?: readonly string[]): unknown {
  if (!isObject(patch, {})) return patch;
  const merged = new Map<string, unknown>(Object.entries(target));
  for (const [key, value] of Object.entries(patch as object)) {
    const known = merged.get(key);
    const goOn = deep === undefined || deep.includes(key);
    if (value === null) merged.delete(key);
    else if (goOn && isObject(value, {}))
      merged.set(key, mergePatch(isObject(known, {}) ? (known as object) : {}, value));
    else merged.set(key, value);
  }
  // Unlike assignment, fromEntries leaves `__proto__` an ordinary member.
  return Object.fromEntries(merged);
}
