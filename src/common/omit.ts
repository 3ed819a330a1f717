/** A copy of the object without the named members. */
export function omit<T extends object, K extends keyof T>(object: T, names: readonly K[]): Omit<T, K> {
  const hidden = new Set<PropertyKey>(names);
  return Object.fromEntries(Object.entries(object).filter(([name]) => !hidden.has(name))) as Omit<T, K>;
}
