/** Whether the text is an http or https URL with a host and without credentials or white space. */
export function isWebUrl(text: string): boolean {
  if (!/^https?:\/\/[^\s\\]+$/i.test(text)) return false;
  try {
    const { hostname, username, password } = new URL(text);
    return hostname !== '' && username === '' && password === '';
  } catch {
    return false;
  }
}

const rfc3339 = /^(\d{4}-\d\d-\d\d)[Tt]([01]\d|2[0-3]):\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;

/** Whether the text is an RFC 3339 time of a day that exists and, in UTC, of a year of four digits. */
export function isMoment(text: string): boolean {
  const day = rfc3339.exec(text)?.[1];
  if (day === undefined || Number.isNaN(Date.parse(text))) return false;
  // Date makes 2 March of 30 February.
  const exists = new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
  return exists && /^\d{4}-/.test(new Date(text).toISOString());
}

/** Whether Postgres can store the text: no NUL, well-formed UTF-16. */
export const storable = (text: string) => !text.includes('\0') && text.isWellFormed();

/** What to tell about text that is not storable; follows the path of the field. */
export const unstorable = 'must not hold NUL characters or lone surrogates';

/** Bytes of the value as JSON text in UTF-8. */
export const jsonBytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** The known word within two edits of the given one, to suggest it in an error. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = 3;
  for (const candidate of known) {
    const distance = edits(word.toLowerCase(), candidate.toLowerCase(), least);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/**
 * Edits between two words, a swap of neighbours counting as one (optimal string alignment); given up once it must
 * reach `limit`.
 */
export function edits(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = at(row, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? at(before, j - 2) + 1 : limit;
      next.push(Math.min(change, swap, at(row, j) + 1, at(next, j - 1) + 1));
    }
    [before, row] = [row, next];
  }
  return Math.min(at(row, b.length), limit);
}

const at = (row: number[], index: number) => row[index] ?? 0;
