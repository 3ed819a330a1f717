/** Returns a copy of the object without the members listed in `names`. */
export function omit<T extends object, K extends keyof T>(object: T, names: readonly K[]): Omit<T, K> {
  const omitted = new Set<PropertyKey>(names);
  return Object.fromEntries(Object.entries(object).filter(([name]) => !omitted.has(name))) as Omit<T, K>;
}

/** Returns a copy of the object with only the members listed in `names`, in this order. */
export function pick<T extends object, K extends keyof T>(object: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, object[name]])) as Pick<T, K>;
}
