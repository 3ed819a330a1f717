/*
 * A label as a list of blocks, from which HTML and SVG are written, so that both have the same content in the same order.
 */

/** A text, or a link. URLs are those of `knownUrl`. */
export type Inline = string | { text: string; href: string };

/** In pixels: 11, 14, 16 (12 points), and 24. */
export type TextSize = 'small' | 'normal' | 'notice' | 'large';

/** Weight of a rule, in pixels. */
export type RuleWeight = 1 | 3 | 6 | 12;

/** A name on the left, and its value on the right. */
export interface LabelRow {
  name: string;
  value: readonly Inline[];
  indented?: boolean;
  strong?: boolean;
  size?: TextSize;
}

export interface CurvePoint {
  usageKwh: number;
  centsPerKwh: number;
}

export type LabelBlock =
  | { type: 'rule'; weight: RuleWeight }
  | { type: 'heading'; text: string }
  | { type: 'text'; content: readonly Inline[]; size?: TextSize; strong?: boolean }
  | { type: 'rows'; rows: readonly LabelRow[] }
  | {
      type: 'table';
      caption: string;
      /** Whether the caption is only for screen readers. */
      hidesCaption?: boolean;
      head: readonly string[];
      rows: readonly (readonly [Inline, ...Inline[]])[];
      /** Width of the first column, in percent; the others share the rest. */
      firstColumn: number;
    }
  | { type: 'curve'; points: readonly CurvePoint[]; marked: readonly CurvePoint[] };

export interface LabelDocument {
  title: string;
  /** One sentence, for screen readers and search results. */
  summary: string;
  blocks: readonly LabelBlock[];
}

export const ruleBlock = (weight: RuleWeight): LabelBlock => ({ type: 'rule', weight });
export const headingBlock = (text: string): LabelBlock => ({ type: 'heading', text });
export const textBlock = (
  content: readonly Inline[] | string,
  style: { size?: TextSize; strong?: boolean } = {},
): LabelBlock => ({ type: 'text', content: typeof content === 'string' ? [content] : content, ...style });
export const rowsBlock = (...rows: readonly LabelRow[]): LabelBlock => ({ type: 'rows', rows });

export const labelRow = (
  name: string,
  value: readonly Inline[] | Inline,
  style: Omit<LabelRow, 'name' | 'value'> = {},
): LabelRow => ({ name, value: [value].flat() as Inline[], ...style });
