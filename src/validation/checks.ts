/*
 * Checks on individual values, used by field validation rules.
 */

export const isString = (value: unknown): value is string => typeof value === 'string';

/** Returns whether the value is a JSON object, that is, neither null nor an array. */
export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns whether the number is in the range; both bounds are inclusive. */
export const isBetween = (value: number, min: number, max: number) => value >= min && value <= max;

/** Returns the number of code points in the text; a surrogate pair counts as one. */
function characterCount(text: string): number {
  return text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);
}

/** Returns whether the text has from `min` to `max` code points. Only the code points of a text near a bound are counted. */
export const hasLength = (text: string, min: number, max: number): boolean =>
  (text.length <= max && text.length >= 2 * min) || isBetween(characterCount(text), min, max);

/**
 * Returns whether the value takes at most `maxBytes` as JSON text in UTF-8. Nearly all values are so small that an estimate
 * shows it, which takes a third of the time of writing them.
 */
export const fitsInJson = (value: unknown, maxBytes: number): boolean =>
  maxJsonLength(value) <= maxBytes || Buffer.byteLength(JSON.stringify(value)) <= maxBytes;

/** Returns a number of bytes that the value and a comma cannot exceed as JSON text. */
function maxJsonLength(value: unknown): number {
  // An escaped code unit takes six bytes, and the longest number 24.
  if (typeof value === 'string') return 6 * value.length + 3;
  if (typeof value !== 'object' || value === null) return 25;
  let bytes = 3;
  if (Array.isArray(value)) for (const entry of value) bytes += maxJsonLength(entry);
  else for (const [key, member] of Object.entries(value)) bytes += 6 * key.length + 3 + maxJsonLength(member);
  return bytes;
}

/**
 * Removes spaces around a URL and line breaks and tabs in it, and percent-encodes its other spaces, as browsers do. A URL
 * without spaces is returned unchanged.
 */
export const normalizeUrl = (text: string) =>
  /\s/.test(text)
    ? text
        .trim()
        .replace(/[\t\n\r]/g, '')
        .replace(/\s/g, encodeURIComponent)
    : text;

/** Returns whether the text is an http or https URL that has a host and no credentials or whitespace. */
export function isWebUrl(text: string): boolean {
  if (!/^https?:\/\/[^\s\\]+$/i.test(text)) return false;
  try {
    const { hostname, username, password } = new URL(text);
    return hostname !== '' && username === '' && password === '';
  } catch {
    return false;
  }
}

/** Returns whether the value is an existing calendar day in the form `YYYY-MM-DD`, from year 1 onwards. */
export function isCalendarDay(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\d$/.test(value) &&
    value >= '0001' &&
    !Number.isNaN(Date.parse(value)) &&
    // Date interprets 30 February as 2 March.
    new Date(value).toISOString().startsWith(value)
  );
}

const rfc3339 = /^(\d{4}-\d\d-\d\d)[Tt]([01]\d|2[0-3]):\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;

/** Returns whether the text is an RFC 3339 time on an existing day whose year, in UTC, is from 1 to 9999. */
export function isRfc3339Time(text: string): boolean {
  const day = rfc3339.exec(text)?.[1];
  if (day === undefined || Number.isNaN(Date.parse(text))) return false;
  // Date interprets 30 February as 2 March.
  const exists = new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
  // Years that Postgres cannot store are 0000 and those with a sign.
  return exists && /^(?!0000)\d{4}-/.test(new Date(text).toISOString());
}
