/** The value after an update: omitted attributes keep their value, null clears one. */
export const withChange = <T>(current: T, change: T | undefined): T =>
  change === undefined ? current : change;
