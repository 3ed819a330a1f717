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
export function isRfc3339Time(text: string): boolean {
  const day = rfc3339.exec(text)?.[1];
  if (day === undefined || Number.isNaN(Date.parse(text))) return false;
  // Date makes 2 March of 30 February.
  const exists = new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
  return exists && /^\d{4}-/.test(new Date(text).toISOString());
}

/** Bytes of the value as JSON text in UTF-8. */
export const jsonByteLength = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
