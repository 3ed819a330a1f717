import { isObject } from './checks.js';

/**
 * Applies a JSON merge patch (RFC 7396) to a body; null removes a member. `deep` lists the members that are
 * merged recursively at all levels. All other objects, and all arrays, are replaced as a whole. If `deep` is
 * undefined, all objects are merged.
 */
export function mergePatch(target: object, patch: unknown, deep?: readonly string[]): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map<string, unknown>(Object.entries(target));
  for (const [key, value] of Object.entries(patch)) {
    const current = merged.get(key);
    const isDeep = deep === undefined || deep.includes(key);
    if (value === null) merged.delete(key);
    else if (isDeep && isObject(value)) merged.set(key, mergePatch(isObject(current) ? current : {}, value));
    else merged.set(key, value);
  }
  // Unlike an assignment, fromEntries treats `__proto__` as an ordinary member.
  return Object.fromEntries(merged);
}
