import { createRequire } from 'node:module';
import type sanitizeHtml from 'sanitize-html';

const require = createRequire(import.meta.url);

/** Loads sanitize-html on first use, because its HTML and CSS parsers would slow down startup. */
const sanitize = (html: string) => (require('sanitize-html') as typeof sanitizeHtml)(html, options);

/** Allowed elements. Other elements are removed, but their text is kept. */
const allowedElements =
  'h1 h2 h3 h4 h5 h6 p br hr div span b strong i em u s small sub sup mark blockquote q cite code pre ul ol li ' +
  'dl dt dd a img figure figcaption table caption thead tbody tfoot tr th td';

/** Elements that are removed with their content. */
const removedWithContent =
  'script style template noscript svg math iframe object embed applet textarea option select xmp noembed noframes ' +
  'plaintext title head';

const allowedAttributes: Record<string, string[]> = {
  a: ['href', 'title', 'rel'],
  img: ['src', 'alt', 'title', 'width', 'height'],
  ol: ['start'],
  th: ['colspan', 'rowspan', 'scope'],
  td: ['colspan', 'rowspan'],
};

const options: sanitizeHtml.IOptions = {
  allowedTags: allowedElements.split(' '),
  allowedAttributes,
  allowedSchemes: ['https', 'http', 'mailto', 'tel'],
  allowedSchemesByTag: { img: ['https'] },
  allowedSchemesAppliedToAttributes: ['href', 'src'],
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  nonTextTags: removedWithContent.split(' '),
  nestingLimit: 40,
  transformTags: {
    a: (tagName, { href, ...others }) => ({
      tagName,
      attribs: { ...absoluteUrl('href', href), ...others, rel: 'noopener noreferrer nofollow' },
    }),
    img: (tagName, { src, ...others }) => ({ tagName, attribs: { ...absoluteUrl('src', src), ...others } }),
  },
};

/**
 * Returns the attribute only if its URL is absolute. A relative URL would resolve to a different address on
 * each reseller's page.
 */
function absoluteUrl(attribute: string, url: string | undefined): Record<string, string> {
  return url && /^(https?:\/\/|mailto:|tel:)/i.test(url) ? { [attribute]: url } : {};
}

/** The maximum size of rich content in UTF-8 bytes, both as received and as stored. */
export const maxRichContentBytes = 65_536;

/** The sanitization rules for rich content, as shown in the API documentation. */
export const richContentPolicy = [
  'HTML of at most 64 KiB. It is sanitized before it is stored, so it can be embedded in a page safely.',
  `Allowed elements: ${allowedElements.replaceAll(' ', ', ')}.`,
  `Allowed attributes: ${Object.entries(allowedAttributes)
    .map(([element, names]) => `${names.join(', ')} on ${element}`)
    .join('; ')}.`,
  'Links must have absolute https, http, mailto or tel URLs, and `rel="noopener noreferrer nofollow"` is added to them. Images must have https URLs.',
  'Other elements are removed, but their text is kept. Scripts, styles, frames, SVG, MathML and form fields such as textarea and select are removed with their content.',
].join(' ');

/**
 * Several passes may be needed, because sanitizing badly nested HTML can produce tags that nest differently
 * when they are parsed again.
 */
const maxPasses = 5;

/** Removes everything that is not allowed from the HTML. The operation is idempotent. */
export function cleanHtml(html: string): string {
  let clean = html;
  for (let pass = 0; pass < maxPasses; pass += 1) {
    const previous = clean;
    clean = sanitize(previous);
    if (clean === previous) break;
  }
  return clean;
}
