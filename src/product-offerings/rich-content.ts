import { createRequire } from 'node:module';
import type sanitizeHtml from 'sanitize-html';

const require = createRequire(import.meta.url);

/** Loaded when it is first used: it brings parsers of HTML and CSS with it, for which a start need not wait. */
const sanitize = (html: string) => (require('sanitize-html') as typeof sanitizeHtml)(html, options);

/** Elements that rich content may hold; any other is dropped and its text kept. */
const elements =
  'h1 h2 h3 h4 h5 h6 p br hr div span b strong i em u s small sub sup mark blockquote q cite code pre ul ol li ' +
  'dl dt dd a img figure figcaption table caption thead tbody tfoot tr th td';

/** Elements that go with all that is in them. */
const droppedWhole =
  'script style template noscript svg math iframe object embed applet textarea option select xmp noembed noframes ' +
  'plaintext title head';

const attributes: Record<string, string[]> = {
  a: ['href', 'title', 'rel'],
  img: ['src', 'alt', 'title', 'width', 'height'],
  ol: ['start'],
  th: ['colspan', 'rowspan', 'scope'],
  td: ['colspan', 'rowspan'],
};

const options: sanitizeHtml.IOptions = {
  allowedTags: elements.split(' '),
  allowedAttributes: attributes,
  allowedSchemes: ['https', 'http', 'mailto', 'tel'],
  allowedSchemesByTag: { img: ['https'] },
  allowedSchemesAppliedToAttributes: ['href', 'src'],
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  nonTextTags: droppedWhole.split(' '),
  nestingLimit: 40,
  transformTags: {
    a: (tagName, { href, ...given }) => ({
      tagName,
      attribs: { ...absolute('href', href), ...given, rel: 'noopener noreferrer nofollow' },
    }),
    img: (tagName, { src, ...given }) => ({ tagName, attribs: { ...absolute('src', src), ...given } }),
  },
};

/** A relative address would mean something else on the page of each reseller, so it is dropped. */
function absolute(name: string, address: string | undefined): Record<string, string> {
  return address && /^(https?:\/\/|mailto:|tel:)/i.test(address) ? { [name]: address } : {};
}

/** Bytes of rich content in UTF-8, as given and as kept. */
export const maxRichContentBytes = 65_536;

/** What becomes of rich content, for the documentation. */
export const richContentPolicy = [
  'HTML, at most 64 KiB, that is sanitised before it is stored; what is shown is safe to put in a page.',
  `Elements kept: ${elements.replaceAll(' ', ', ')}.`,
  `Attributes kept: ${Object.entries(attributes)
    .map(([element, names]) => `${names.join(', ')} of ${element}`)
    .join('; ')}.`,
  'Links go to absolute https, http, mailto and tel addresses and get `rel="noopener noreferrer nofollow"`; pictures come by https.',
  'Other elements are dropped and their text kept; scripts, styles, frames, forms, SVG and MathML are dropped whole.',
].join(' ');

/** Broken nesting can come out as tags that nest otherwise when they are read again. */
const maxPasses = 5;

/** The HTML without anything that could run or load what is not allowed. Cleaning twice changes nothing more. */
export function cleanHtml(html: string): string {
  let clean = html;
  for (let pass = 0; pass < maxPasses; pass += 1) {
    const before = clean;
    clean = sanitize(before);
    if (clean === before) break;
  }
  return clean;
}
