/*
 * Two texts that look the same must not be two identifiers. Names are only normalized, because joiners and
 * other invisible characters are part of how some scripts and emoji are written.
 */

/** ASCII without surrounding spaces, which normalizing does not change. Most identifiers are like this. */
const normalAscii = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** Returns the form in which names and identifiers are stored and looked up: NFC, without surrounding spaces. */
export const normalizeName = (text: string) => (normalAscii.test(text) ? text : text.normalize('NFC').trim());

const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}]/u;
const visible = /[^\p{Default_Ignorable_Code_Point}\p{C}\p{Z}\s\u2800]/u;

/** Returns whether the text contains a character that is not shown, such as a zero-width space. */
export const hasInvisible = (text: string) => invisible.test(text);

/** Returns whether the text contains a character that can be seen. */
export const hasVisible = (text: string) => visible.test(text);
