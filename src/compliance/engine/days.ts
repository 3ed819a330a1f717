/*
 * Arithmetic with days in the form `YYYY-MM-DD`. They are compared as texts.
 */

const msPerDay = 86_400_000;
const [firstDay, lastDay] = ['0001-01-01', '9999-12-31'];
/** Years of other lengths would be compared wrongly. */
const dayOf = (date: Date): string => {
  const year = date.getUTCFullYear();
  return year > 9999 ? lastDay : year < 1 ? firstDay : date.toISOString().slice(0, 10);
};

/**
 * Returns the day that is a number of days later, or earlier if it is negative; at most the last day of the year 9999, with
 * which some mean that a license never expires.
 */
export function addDays(day: string, days: number): string {
  const time = Date.parse(day) + days * msPerDay;
  return Number.isNaN(time) ? day : dayOf(new Date(time));
}

export const dayAfter = (day: string) => addDays(day, 1);

/** Returns the same day a number of years later; 29 February becomes 1 March in other years. */
export function addYears(day: string, years: number): string {
  const date = new Date(day);
  if (Number.isNaN(date.getTime())) return day;
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return dayOf(date);
}

/** Returns the earlier of two days; undefined counts as never. */
export const earlierDay = (a: string | undefined, b: string | undefined) =>
  a === undefined || (b !== undefined && b < a) ? b : a;
