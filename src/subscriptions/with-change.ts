/** Returns the value after an update. An omitted attribute keeps its value; null clears it. */
export const withChange = <T>(current: T, change: T | undefined): T =>
  change === undefined ? current : change;
