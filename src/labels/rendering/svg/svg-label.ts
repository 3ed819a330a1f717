import type { Inline, LabelBlock, LabelDocument, LabelRow, TextSize } from '../label-block.js';
import { joinMarkup, markup, type Markup } from '../markup.js';
import { contentWidth, labelWidth, titleSizeOf } from '../title-size.js';
import { usageCurve } from '../usage-curve.js';
import { wrapText, type TextLine, type TextStyle } from './wrap-text.js';

const border = 3;
const left = (labelWidth - contentWidth) / 2;
const right = labelWidth - left;
const indent = 14;
const gap = 10;
/** The most that the value of a row takes of its width. */
const valueShare = 0.55;
const cellPadding = 4;
const curveHeight = 170;
/** A line that is fuller than this is set to its measured width, so that another font cannot make it wider. */
const fullLine = 0.85;

const fontSizes: Record<TextSize, number> = { small: 11, normal: 14, notice: 16, large: 24 };
const lineHeightOf = (fontSize: number) => Math.round(fontSize * 1.28);

type Block<T extends LabelBlock['type']> = Extract<LabelBlock, { type: T }>;

/** Writes a label as an SVG image of 430 units width. Its text can be selected, and has no other size than the metrics. */
export function svgLabel({ title, summary, blocks }: LabelDocument): Markup {
  const canvas = new Canvas();
  canvas.text([title], { fontSize: titleSizeOf(title), isBold: true });
  for (const block of blocks) canvas.block(block);
  const height = Math.ceil(canvas.y + left - border);
  return markup`<svg xmlns="http://www.w3.org/2000/svg" width="${labelWidth}" height="${height}" viewBox="0 0 ${labelWidth} ${height}" role="graphics-document" aria-labelledby="label-title" aria-describedby="label-summary" font-family="Helvetica, Arial, 'Liberation Sans', sans-serif" xml:space="preserve" xml:lang="en">
<title id="label-title">${title}</title>
<desc id="label-summary">${summary}</desc>
<rect x="${border / 2}" y="${border / 2}" width="${labelWidth - border}" height="${height - border}" fill="#fff" stroke="#000" stroke-width="${border}"/>
${joinMarkup(canvas.parts)}
</svg>
`;
}

/** Draws blocks below each other. */
class Canvas {
  y = left - border;
  readonly parts: Markup[] = [];

  block(block: LabelBlock): void {
    switch (block.type) {
      case 'rule':
        this.rule(block.weight);
        return;
      case 'heading':
        this.text([block.text], { fontSize: 17, isBold: true });
        return;
      case 'text':
        this.text(block.content, styleOf(block));
        return;
      case 'rows':
        for (const row of block.rows) this.row(row);
        return;
      case 'table':
        this.table(block);
        return;
      case 'curve':
        this.curve(block);
    }
  }

  text(content: readonly Inline[], style: TextStyle): void {
    this.y += this.lines(wrapText(content, contentWidth, style), style, {
      x: left,
      y: this.y,
      maxWidth: contentWidth,
    });
    this.y += 2;
  }

  private rule(weight: number): void {
    this.y += 5;
    this.parts.push(
      markup`<rect x="${left}" y="${this.y}" width="${contentWidth}" height="${weight}" fill="#000"/>`,
    );
    this.y += weight + 4;
  }

  private row({ name, value, indented, ...given }: LabelRow): void {
    const style = styleOf(given);
    const start = indented ? left + indent : left;
    const width = right - start;
    const valueWidth = width * valueShare;
    const values = wrapText(value, valueWidth, style);
    const taken = Math.max(0, ...values.map((line) => line.width));
    const nameWidth = width - (taken === 0 ? 0 : taken + gap);
    const names = wrapText([name], nameWidth, style);
    const { y } = this;
    const nameHeight = this.lines(names, style, { x: start, y, maxWidth: nameWidth });
    const valueHeight = this.lines(values, style, { x: right, y, maxWidth: valueWidth, atEnd: true });
    this.y += Math.max(nameHeight, valueHeight) + 2;
  }

  private table({ caption, hidesCaption, head, rows, firstColumn }: Block<'table'>): void {
    if (!hidesCaption) this.text([caption], { fontSize: fontSizes.normal, isBold: true });
    const count = Math.max(head.length, ...rows.map((row) => row.length));
    const first = (contentWidth * firstColumn) / 100;
    const other = (contentWidth - first) / Math.max(1, count - 1);
    const widthOf = (index: number) => (index === 0 ? first : other);
    const top = this.y;
    const all: { cells: readonly Inline[]; isHead: boolean }[] = [
      ...(head.length > 0 ? [{ cells: head, isHead: true }] : []),
      ...rows.map((cells) => ({ cells, isHead: false })),
    ];
    const line = () =>
      this.parts.push(
        markup`<path d="M${left} ${this.y}H${right}" stroke="#000" stroke-width="1" shape-rendering="crispEdges"/>`,
      );
    line();
    for (const { cells, isHead } of all) {
      let x = left;
      let height = 0;
      for (const [index, cell] of cells.entries()) {
        const style = { fontSize: 13, isBold: isHead || (index === 0 && head.length > 0) };
        const maxWidth = widthOf(index) - 2 * cellPadding;
        const place = { x: x + cellPadding, y: this.y + cellPadding - 1, maxWidth };
        height = Math.max(height, this.lines(wrapText([cell], maxWidth, style), style, place));
        x += widthOf(index);
      }
      this.y += height + 2 * cellPadding;
      line();
    }
    const edges = Array.from(
      { length: count + 1 },
      (_, index) => left + (index === 0 ? 0 : first + (index - 1) * other),
    );
    for (const x of edges)
      this.parts.push(
        markup`<path d="M${round(x)} ${top}V${this.y}" stroke="#000" stroke-width="1" shape-rendering="crispEdges"/>`,
      );
    this.y += 6;
  }

  private curve({ points, marked }: Block<'curve'>): void {
    const drawing = usageCurve(points, marked, { width: contentWidth, height: curveHeight });
    this.parts.push(markup`<g transform="translate(${left} ${this.y})">${drawing}</g>`);
    this.y += curveHeight + 4;
  }

  /** Writes lines, and returns their height. With `atEnd`, `x` is the right edge. */
  private lines(
    lines: readonly TextLine[],
    { fontSize, isBold }: TextStyle,
    { x, y, maxWidth, atEnd = false }: { x: number; y: number; maxWidth: number; atEnd?: boolean },
  ): number {
    const lineHeight = lineHeightOf(fontSize);
    for (const [index, { runs, width }] of lines.entries()) {
      const baseline = round(y + index * lineHeight + fontSize * 0.95);
      const weight = isBold ? markup` font-weight="bold"` : '';
      const anchor = atEnd ? markup` text-anchor="end"` : '';
      const isMeasured =
        width > maxWidth * fullLine && runs.every(({ text }) => /^[\u0020-\u007e¢–’]*$/.test(text));
      const length = isMeasured ? markup` textLength="${round(width)}" lengthAdjust="spacingAndGlyphs"` : '';
      this.parts.push(
        markup`<text x="${round(x)}" y="${baseline}" font-size="${fontSize}"${weight}${anchor}${length}>${runs.map(({ text, href }) => (href === undefined ? markup`${text}` : markup`<a href="${href}" target="_top" text-decoration="underline">${text}</a>`))}</text>`,
      );
    }
    return lines.length * lineHeight;
  }
}

const styleOf = ({ size = 'normal', strong = false }: { size?: TextSize; strong?: boolean }): TextStyle => ({
  fontSize: fontSizes[size],
  isBold: strong,
});

const round = (value: number) => Math.round(value * 100) / 100;
