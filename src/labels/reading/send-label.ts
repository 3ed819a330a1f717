import type { FastifyReply, FastifyRequest } from 'fastify';
import { replyNotModified } from '../../http/conditional-requests.js';
import { withVary } from '../../http/content/response-headers.js';
import { contentETag } from '../../http/etag.js';
import { labelDocument } from '../rendering/documents/label-document.js';
import { htmlLabel, labelPagePolicy } from '../rendering/html/html-label.js';
import { svgLabel } from '../rendering/svg/svg-label.js';
import type { LabelValues } from '../values/label-values.js';
import type { LabelVersion } from '../versions/label-versions.query.js';
import { labelContentType, labelFormat, type LabelFormat } from './label-answer.js';
import { labelViewJson } from './labels.dto.js';

/** Prevents an image that is opened directly in a browser from loading or running anything. */
const imagePolicy = "default-src 'none'; frame-ancestors 'none'";

/**
 * Answers with a label in the format that is asked for.
 * @param isImmutable whether the request named a version
 */
export function sendLabel(
  label: LabelVersion,
  { asked, isImmutable }: { asked?: LabelFormat; isImmutable: boolean },
  request: FastifyRequest,
  reply: FastifyReply,
): string | undefined {
  const format = labelFormat(asked, request.headers.accept);
  const text = labelText(label, format);
  void reply.header('vary', withVary(reply, 'Accept'));
  if (label.version !== null)
    void reply.header('link', `</labels/${label.offerId}/${label.version}>; rel="canonical"`);
  if (isImmutable) void reply.header('cache-control', 'private, max-age=31536000, immutable');
  if (replyNotModified(contentETag([format, text]), request, reply)) return undefined;
  void reply.type(labelContentType(format));
  if (format === 'html') void reply.header('content-security-policy', labelPagePolicy);
  if (format === 'svg') void reply.header('content-security-policy', imagePolicy);
  return text;
}

function labelText(label: LabelVersion, format: LabelFormat): string {
  if (format === 'json') return labelViewJson(label);
  const { json, version, issuedMs, offerId } = label;
  const issuedOn = issuedMs === null ? null : new Date(issuedMs).toISOString().slice(0, 10);
  const document = labelDocument(JSON.parse(json) as LabelValues, issuedOn);
  if (format === 'svg') return svgLabel(document).text;
  const caption =
    version === null
      ? ['Preview: the offer is not active.']
      : [
          `Version ${version}, first issued on ${issuedOn}.`,
          `Permanent address: /labels/${offerId}/${version}`,
        ];
  return htmlLabel(document, caption).text;
}
