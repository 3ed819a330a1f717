import { negotiateType } from '../../http/content-negotiation.js';

/** The media types of a label, by the values of `format`. */
const mediaTypes = {
  json: 'application/json',
  html: 'text/html',
  svg: 'image/svg+xml',
} as const;

export type LabelFormat = keyof typeof mediaTypes;
export const labelFormats = Object.keys(mediaTypes) as LabelFormat[];

/**
 * Returns the format of an answer: the one that is asked for, or else the one that `Accept` prefers. Clients that accept
 * anything get JSON, as everywhere else.
 * @throws DomainError NOT_ACCEPTABLE
 */
export function labelFormat(asked: LabelFormat | undefined, accept: string | undefined): LabelFormat {
  if (asked) return asked;
  const type = negotiateType(accept, [mediaTypes.json, mediaTypes.html, mediaTypes.svg]);
  return labelFormats.find((format) => mediaTypes[format] === type) ?? 'json';
}

export const labelContentType = (format: LabelFormat) => `${mediaTypes[format]}; charset=utf-8`;
