/** A copy without the members that have no value, for answers that leave them out. */
export function withoutNulls<T extends object>(object: { [K in keyof T]: T[K] | null | undefined }): T {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== null && value !== undefined),
  ) as T;
}
