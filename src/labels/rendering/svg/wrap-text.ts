import type { Inline } from '../label-block.js';
import { visibleText } from '../markup.js';
import { textWidth } from './font-metrics.js';

/** A piece of a line: text, or the text of a link. */
export interface TextRun {
  text: string;
  href?: string;
}

export interface TextLine {
  runs: TextRun[];
  /** In pixels. */
  width: number;
}

/** How text is set. */
export interface TextStyle {
  fontSize: number;
  isBold: boolean;
}

/** A word, which can consist of several runs; no line ends within it. */
interface Word {
  runs: TextRun[];
  width: number;
  /** Whether a space separates it from the word before. */
  isSeparate: boolean;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Breaks text into lines of at most `maxWidth` pixels, between words. A word that is too long for a line is broken between
 * characters.
 */
export function wrapText(content: readonly Inline[], maxWidth: number, style: TextStyle): TextLine[] {
  const space = textWidth(' ', style.fontSize, style.isBold);
  const lines: TextLine[] = [];
  for (const word of wordsOf(content, style).flatMap((each) => splitWord(each, maxWidth, style))) {
    const line = lines.at(-1);
    const gap = word.isSeparate ? space : 0;
    if (line && line.width + gap + word.width <= maxWidth) {
      append(line, word.isSeparate ? [{ text: ' ' }, ...word.runs] : word.runs);
      line.width += gap + word.width;
    } else {
      const next: TextLine = { runs: [], width: word.width };
      append(next, word.runs);
      lines.push(next);
    }
  }
  return lines;
}

function wordsOf(content: readonly Inline[], { fontSize, isBold }: TextStyle): Word[] {
  const words: Word[] = [];
  let isSeparate = true;
  for (const inline of content) {
    const { text, href } = typeof inline === 'string' ? { text: inline, href: undefined } : inline;
    for (const piece of visibleText(text).split(/(\s+)/)) {
      if (/^\s*$/.test(piece)) {
        isSeparate ||= piece !== '';
        continue;
      }
      const run: TextRun = href === undefined ? { text: piece } : { text: piece, href };
      const width = textWidth(piece, fontSize, isBold);
      const last = words.at(-1);
      if (isSeparate || !last) words.push({ runs: [run], width, isSeparate: true });
      else {
        last.runs.push(run);
        last.width += width;
      }
      isSeparate = false;
    }
  }
  return words;
}

/** Splits a word into parts that each fit on a line. */
function splitWord(word: Word, maxWidth: number, { fontSize, isBold }: TextStyle): Word[] {
  if (word.width <= maxWidth) return [word];
  const parts: Word[] = [];
  let part: Word = { runs: [], width: 0, isSeparate: word.isSeparate };
  for (const { text, href } of word.runs)
    for (const { segment } of graphemes.segment(text)) {
      const width = textWidth(segment, fontSize, isBold);
      if (part.width + width > maxWidth && part.runs.length > 0) {
        parts.push(part);
        part = { runs: [], width: 0, isSeparate: false };
      }
      part.runs.push(href === undefined ? { text: segment } : { text: segment, href });
      part.width += width;
    }
  return [...parts, part];
}

/** Adds runs to a line, and combines those that follow each other without a change of the link. */
function append({ runs }: TextLine, added: readonly TextRun[]): void {
  for (const [index, run] of added.entries()) {
    const last = runs.at(-1);
    // The space between two words of a link belongs to the link.
    const isInLink = run.text === ' ' && last?.href !== undefined && last.href === added[index + 1]?.href;
    if (last && (last.href === run.href || isInLink)) last.text += run.text;
    else runs.push({ ...run });
  }
}
