import { hash } from 'node:crypto';
import type { Inline, LabelBlock, LabelDocument, LabelRow, TextSize } from '../label-block.js';
import { averageText, numberText } from '../label-texts.js';
import { Markup, joinMarkup, markup, noMarkup } from '../markup.js';
import { contentWidth, titleSizeOf } from '../title-size.js';
import { usageCurve } from '../usage-curve.js';
import { labelStyle } from './label-style.js';

/** The content security policy of a page with a label: nothing but its own style, and no scripts. */
export const labelPagePolicy = `default-src 'none'; style-src 'sha256-${hash('sha256', labelStyle, 'base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const style = new Markup(labelStyle);
const curveFrame = { width: contentWidth, height: 170 };

/**
 * Writes a page with a label.
 * @param caption lines below the label, such as its version
 */
export function htmlLabel({ title, summary, blocks }: LabelDocument, caption: readonly string[]): Markup {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="${summary}">
<title>${title}: ${summary}</title>
<style>${style}</style>
</head>
<body>
<main>
<article class="label" aria-labelledby="label-title">
<h1 id="label-title" class="title-${titleSizeOf(title)}">${title}</h1>
${joinMarkup(blocks.map(blockOf))}
</article>
<footer>${caption.map((line) => markup`<p>${line}</p>`)}</footer>
</main>
</body>
</html>
`;
}

function blockOf(block: LabelBlock): Markup {
  switch (block.type) {
    case 'rule':
      return markup`<hr class="rule-${block.weight}">`;
    case 'heading':
      return markup`<h2>${block.text}</h2>`;
    case 'text':
      return markup`<p${classesOf(block)}>${inlines(block.content)}</p>`;
    case 'rows':
      return block.rows.length === 0 ? noMarkup : markup`<dl>${block.rows.map(rowOf)}</dl>`;
    case 'table':
      return tableOf(block);
    case 'curve':
      return curveOf(block);
  }
}

const inlines = (content: readonly Inline[]): Markup[] =>
  content.map((inline) =>
    typeof inline === 'string'
      ? markup`<bdi>${inline}</bdi>`
      : markup`<a href="${inline.href}" rel="noopener noreferrer"><bdi>${inline.text}</bdi></a>`,
  );

const rowOf = (row: LabelRow): Markup =>
  markup`<div${classesOf(row, 'row')}><dt><bdi>${row.name}</bdi></dt><dd>${inlines(row.value)}</dd></div>`;

function tableOf({
  caption,
  hidesCaption,
  head,
  rows,
  firstColumn,
}: Extract<LabelBlock, { type: 'table' }>): Markup {
  const cells = ([first, ...others]: (typeof rows)[number]) =>
    markup`<tr><th scope="row">${inlines([first])}</th>${others.map((cell) => markup`<td>${inlines([cell])}</td>`)}</tr>`;
  const heading =
    head.length === 0
      ? noMarkup
      : markup`<thead><tr>${head.map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead>`;
  return markup`<table${head.length === 0 ? noMarkup : markup` class="headed"`}><caption${hidesCaption ? markup` class="unseen"` : noMarkup}>${caption}</caption><colgroup><col class="first-${firstColumn}"></colgroup>${heading}<tbody>${rows.map(cells)}</tbody></table>`;
}

function curveOf({ points, marked }: Extract<LabelBlock, { type: 'curve' }>): Markup {
  const drawing = usageCurve(points, marked, curveFrame);
  const inWords = marked
    .map(({ usageKwh, centsPerKwh }) => `${averageText(centsPerKwh)} at ${numberText(usageKwh)} kWh`)
    .join(', ');
  return markup`<figure><svg viewBox="0 0 ${curveFrame.width} ${curveFrame.height}" role="img" aria-labelledby="curve-title curve-description"><title id="curve-title">Average price per kWh by monthly use</title><desc id="curve-description">A curve of the average price from ${numberText(points[0]?.usageKwh ?? 0)} to ${numberText(points.at(-1)?.usageKwh ?? 0)} kWh per month: ${inWords}.</desc>${drawing}</svg></figure>`;
}

function classesOf(
  { indented, strong, size }: { indented?: boolean; strong?: boolean; size?: TextSize },
  ...more: readonly string[]
): Markup {
  const classes = [
    ...more,
    ...(indented ? ['indented'] : []),
    ...(strong ? ['strong'] : []),
    ...(size && size !== 'normal' ? [size] : []),
  ];
  return classes.length === 0 ? noMarkup : markup` class="${classes.join(' ')}"`;
}
