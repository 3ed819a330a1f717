type Encoding = 'br' | 'gzip';

/**
 * Returns the encoding for an `Accept-Encoding` header (RFC 9110 12.5.3): of those that the client likes best, the one
 * that compresses best. Without the header, nothing is compressed.
 * @param encodings the encodings to choose from, those that compress best first
 */
export function preferredEncoding(
  header: string | undefined,
  encodings: readonly Encoding[] = ['br', 'gzip'],
): Encoding | 'identity' {
  if (header === undefined || header === '') return 'identity';
  const qualities = new Map(header.split(',').map(parseItem));
  const qualityOf = (encoding: string) => qualities.get(encoding) ?? qualities.get('*') ?? 0;
  let best: Encoding | 'identity' = 'identity';
  let quality = qualities.get('identity') ?? 0;
  // In reverse, so that the first one wins with equal qualities.
  for (const encoding of encodings.toReversed())
    if (qualityOf(encoding) > 0 && qualityOf(encoding) >= quality)
      [best, quality] = [encoding, qualityOf(encoding)];
  return best;
}

/** Returns whether the client likes gzip at least as much as no encoding. */
export const acceptsGzip = (header: string | undefined): boolean =>
  preferredEncoding(header, ['gzip']) === 'gzip';

/** Parses `gzip;q=0.5`. A missing or malformed quality counts as 1. */
function parseItem(item: string): [encoding: string, quality: number] {
  const [name = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  return [
    name === 'x-gzip' ? 'gzip' : name,
    quality !== undefined && Number(quality) >= 0 ? Number(quality) : 1,
  ];
}
