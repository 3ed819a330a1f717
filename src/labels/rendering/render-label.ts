import type { LabelValues } from '../values/label-values.js';
import type { LabelVersion } from '../versions/label-versions.query.js';
import { labelDocument } from './documents/label-document.js';
import { htmlLabel, labelPagePolicy } from './html/html-label.js';
import { svgLabel } from './svg/svg-label.js';

/** A label to look at, and the content security policy with which it is sent. */
export interface RenderedLabel {
  text: string;
  policy: string;
}

/** Prevents an image that is opened directly in a browser from loading or running anything. */
const imagePolicy = "default-src 'none'; frame-ancestors 'none'";

/** Draws a label as a page in HTML or as an image in SVG. */
export function renderLabel(label: LabelVersion, format: 'html' | 'svg'): RenderedLabel {
  const { json, version, issuedMs, offerId } = label;
  const issuedOn = issuedMs === null ? null : new Date(issuedMs).toISOString().slice(0, 10);
  const document = labelDocument(JSON.parse(json) as LabelValues, issuedOn);
  if (format === 'svg') return { text: svgLabel(document).text, policy: imagePolicy };
  const caption =
    version === null
      ? ['Preview: the offer is not active.']
      : [
          `Version ${version}, first issued on ${issuedOn}.`,
          `Permanent address: /labels/${offerId}/${version}`,
        ];
  return { text: htmlLabel(document, caption).text, policy: labelPagePolicy };
}
