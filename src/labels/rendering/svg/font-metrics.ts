/*
 * Widths of Helvetica in thousandths of the font size, from the font metrics that Adobe published (AFM, core 14 fonts).
 * Arial, Liberation Sans and Nimbus Sans have the same widths.
 */

/** From U+0020 to U+007E. */
const regular = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
  556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
  500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
  556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
  278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
const bold = [
  278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
  556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278,
  556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584,
  556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556,
  333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
];

/** Other characters of the fonts: sign of the cent, dashes, quotation marks, bullet, ellipsis, euro, trade mark. */
const others: Readonly<Record<string, number>> = {
  '¢': 556,
  '£': 556,
  '€': 556,
  '–': 556,
  '—': 1000,
  '‘': 278,
  '’': 278,
  '“': 500,
  '”': 500,
  '•': 350,
  '…': 1000,
  '®': 737,
  '©': 737,
  '™': 1000,
  '°': 400,
  '\u00a0': 278,
};

/** Widths that no text of a kind exceeds by much, because other fonts draw it. */
const fallbackWidths: readonly (readonly [RegExp, number])[] = [
  [/^\p{M}/u, 0],
  [/^\p{Extended_Pictographic}/u, 1300],
  [/^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hebrew}\p{Script=Arabic}]/u, 950],
];
const widest = 1050;

/** Returns the width of a text in pixels. Ligatures and kerning are not taken into account. */
export function textWidth(text: string, fontSize: number, isBold: boolean): number {
  const widths = isBold ? bold : regular;
  let sum = 0;
  for (const character of text) sum += characterWidth(character, widths);
  return (sum * fontSize) / 1000;
}

function characterWidth(character: string, widths: readonly number[]): number {
  const known = widths[(character.codePointAt(0) ?? 0) - 0x20] ?? others[character];
  if (known !== undefined) return known;
  // A letter with a diacritic is as wide as the letter.
  const [base = character, ...marks] = character.normalize('NFD');
  const plain = marks.length > 0 ? widths[(base.codePointAt(0) ?? 0) - 0x20] : undefined;
  return plain ?? fallbackWidths.find(([kind]) => kind.test(character))?.[1] ?? widest;
}
