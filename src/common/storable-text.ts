/** Whether Postgres can store the text: no NUL, well-formed UTF-16. */
export const isStorable = (text: string) => !text.includes('\0') && text.isWellFormed();

/** What to tell about text that is not storable; follows the path of the field. */
export const notStorable = 'must not hold NUL characters or lone surrogates';
