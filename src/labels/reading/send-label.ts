import type { FastifyReply, FastifyRequest } from 'fastify';
import { replyNotModified } from '../../http/conditional-requests.js';
import { withVary } from '../../http/content/response-headers.js';
import { contentETag } from '../../http/etag.js';
import type { LabelVersion } from '../versions/label-versions.query.js';
import { labelContentType, labelFormat, type LabelFormat } from './label-answer.js';
import { labelViewJson } from './labels.dto.js';

/**
 * Answers with a label in the format that is asked for.
 * @param isImmutable whether the request named a version
 */
export async function sendLabel(
  label: LabelVersion,
  { asked, isImmutable }: { asked?: LabelFormat; isImmutable: boolean },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string | undefined> {
  const format = labelFormat(asked, request.headers.accept);
  const { text, policy } = await labelIn(format, label);
  void reply.header('vary', withVary(reply, 'Accept'));
  if (label.version !== null)
    void reply.header('link', `</labels/${label.offerId}/${label.version}>; rel="canonical"`);
  if (isImmutable) void reply.header('cache-control', 'private, max-age=31536000, immutable');
  if (replyNotModified(contentETag([format, text]), request, reply)) return undefined;
  void reply.type(labelContentType(format));
  if (policy !== undefined) void reply.header('content-security-policy', policy);
  return text;
}

async function labelIn(format: LabelFormat, label: LabelVersion): Promise<{ text: string; policy?: string }> {
  if (format === 'json') return { text: labelViewJson(label) };
  // Loaded with the first page or image: fifteen modules, 20 ms of the startup time.
  const { renderLabel } = await import('../rendering/render-label.js');
  return renderLabel(label, format);
}
