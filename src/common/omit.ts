/** Returns a copy of the object without the members listed in `names`. */
export function omit<T extends object, K extends keyof T>(object: T, names: readonly K[]): Omit<T, K> {
  const omitted = new Set<PropertyKey>(names);
  return Object.fromEntries(Object.entries(object).filter(([name]) => !omitted.has(name))) as Omit<T, K>;
}
