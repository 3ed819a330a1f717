/** Returns a copy without members that are null or undefined, for responses that omit them. */
export function withoutNulls<T extends object>(object: { [K in keyof T]: T[K] | null | undefined }): T {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== null && value !== undefined),
  ) as T;
}
