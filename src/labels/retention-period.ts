/*
 * How long labels and the records of their views are kept: two years after the last sale, and after a label was last shown
 * (47 CFR 8.1(a)).
 */

/** The period as an interval of Postgres. */
export const keptFor = "interval '2 years'";

const dayMs = 86_400_000;
/** Two years in milliseconds, at most: what is older need not be kept. */
export const longestKeptMs = 2 * 366 * dayMs;
/** Two years in milliseconds, at least: what is younger is still kept. */
export const shortestKeptMs = 2 * 365 * dayMs;
