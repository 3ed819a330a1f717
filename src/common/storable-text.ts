/** Returns whether Postgres can store the text: it must be well-formed UTF-16 without NUL characters. */
export const isStorable = (text: string) => !text.includes('\0') && text.isWellFormed();

/** Message of the field error for text that Postgres cannot store. */
export const notStorable = 'must not contain NUL characters or lone surrogates';
