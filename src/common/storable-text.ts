/** Whether Postgres can store the text: no NUL, well-formed UTF-16. */
export const isStorable = (text: string) => !text.includes('\0') && text.isWellFormed();

/** Message of the field error for text that is not storable. */
export const notStorable = 'must not contain NUL characters or lone surrogates';
