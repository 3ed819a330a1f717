import { titleSizes } from '../title-size.js';

/**
 * The style of a page with a label. The label itself is black on white, as regulations demand; what is around it follows
 * the colour scheme of the reader.
 */
export const labelStyle = `
:root { color-scheme: light dark; --page: #f2f3f5; --text: #1b1f24 }
@media (prefers-color-scheme: dark) { :root { --page: #2b3036; --text: #e4e7ea } }
* { box-sizing: border-box }
body { margin: 0; padding: 24px 0; background: var(--page); color: var(--text);
  font: 14px/1.3 Helvetica, Arial, "Liberation Sans", sans-serif; overflow-wrap: anywhere }
main { width: 430px; max-width: 100%; margin: 0 auto }
.label { color-scheme: light; border: 3px solid #000; padding: 9px 12px 12px; background: #fff; color: #000 }
h1, h2, p, dl, dd, table, hr, figure { margin: 0 }
h1 { line-height: 1.2; font-weight: bold }
${titleSizes.map((size) => `.title-${size} { font-size: min(${size}px, ${Math.floor((size / 430) * 1000) / 10}vw) }`).join('\n')}
h2 { font-size: 17px; line-height: 1.3 }
p, .row { padding-bottom: 2px }
hr { border: 0; background: #000; margin: 5px 0 4px; print-color-adjust: exact; -webkit-print-color-adjust: exact }
.rule-1 { height: 1px } .rule-3 { height: 3px } .rule-6 { height: 6px } .rule-12 { height: 12px }
.row { display: flex; justify-content: space-between; gap: 10px }
.row dt { min-width: 0; flex: 1 1 0 } .row dd { max-width: 55%; flex: none; text-align: right }
.indented { padding-left: 14px }
.strong { font-weight: bold } .small { font-size: 11px } .notice { font-size: 16px } .large { font-size: 24px; line-height: 1.2 }
a { color: inherit; text-decoration: underline }
a:focus-visible { outline: 2px solid #000; outline-offset: 2px }
table { width: 100%; border-collapse: collapse; table-layout: fixed; font-size: 13px; margin-bottom: 6px }
caption { text-align: left; font-weight: bold; font-size: 14px }
th, td { border: 1px solid #000; padding: 3px 4px; text-align: left; vertical-align: top }
tbody th { font-weight: normal } .headed tbody th { font-weight: bold }
.first-14 { width: 14% } .first-40 { width: 40% } .first-55 { width: 55% }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
svg { display: block; width: 100%; height: auto; overflow: hidden }
footer { padding: 12px; font-size: 12px }
@media print {
  :root { --page: #fff; --text: #000; color-scheme: light }
  body { padding: 0 } main { margin: 0 } .label { break-inside: avoid }
  .label a[href]::after { content: " (" attr(href) ")"; font-weight: normal; font-size: 10px }
}
`;
