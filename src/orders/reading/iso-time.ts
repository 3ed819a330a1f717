/** Converts a time from the JSON of Postgres to ISO 8601 in UTC with milliseconds. */
export const isoTimeOrNull = (time: string | null) => (time === null ? null : new Date(time).toISOString());
