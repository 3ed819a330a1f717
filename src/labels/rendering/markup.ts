/** Text that is HTML or XML. Only `markup` creates it, so that all other text is escaped. */
export class Markup {
  constructor(readonly text: string) {}
}

type Part = Markup | string | number | readonly Part[];

/**
 * Builds HTML or XML from a template, and escapes all values that are not markup themselves. Attributes must be in double
 * quotes. This is the only place where labels escape text.
 */
export const markup = (strings: TemplateStringsArray, ...parts: readonly Part[]): Markup =>
  new Markup(String.raw({ raw: strings }, ...parts.map(textOf)));

export const noMarkup = new Markup('');

/** Combines parts, with a line break between them. */
export const joinMarkup = (parts: readonly Markup[]): Markup =>
  new Markup(parts.map(({ text }) => text).join('\n'));

function textOf(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(textOf).join('');
  return escape(visibleText(String(part)));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');

/** Characters that XML 1.0 does not allow, and controls that change the direction of the text around them. */
const forbidden = /(?![\t\n\r])\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;

/** Returns text without characters that are not shown but change what is: the JSON of a label still contains them. */
export const visibleText = (text: string): string => text.toWellFormed().replace(forbidden, '');
