import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { matchesETag } from '../etag.js';
import { preferredEncoding } from './preferred-encoding.js';
import { withVary } from './response-headers.js';

/** Smaller content is not compressed. */
const minBytes = 1_024;

/** On this level, brotli takes about as long as gzip and produces less. */
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
const compress = {
  br: (body: Buffer) => promisify(brotliCompress)(body, brotliOptions),
  gzip: (body: Buffer) => promisify(gzip)(body),
};

/** Content that many requests return. It is compressed at most once in each encoding. */
export class EncodedContent {
  /** Identifies the content, for use in URLs. */
  readonly version: string;
  private readonly encoded = new Map<keyof typeof compress, Promise<Buffer>>();

  /** @param type the media type */
  constructor(
    private readonly type: string,
    private readonly body: Buffer,
  ) {
    this.version = createHash('sha1').update(body).digest('base64url');
  }

  /**
   * Sets the headers of the response, and returns its body in the encoding that the client prefers. If
   * `If-None-Match` matches, sets status 304 and returns undefined.
   */
  async send(request: FastifyRequest, reply: FastifyReply): Promise<Buffer | undefined> {
    const { 'if-none-match': known, 'accept-encoding': accepted } = request.headers;
    // A weak tag, because all encodings share it.
    void reply.headers({
      etag: `W/"${this.version}"`,
      vary: withVary(reply, 'accept-encoding'),
      'cache-control': 'no-cache',
    });
    if (matchesETag(known, `"${this.version}"`)) {
      void reply.code(304);
      return undefined;
    }
    void reply.type(this.type);
    const encoding = this.body.length < minBytes ? 'identity' : preferredEncoding(accepted);
    if (encoding === 'identity') return this.body;
    void reply.header('content-encoding', encoding);
    return this.in(encoding);
  }

  private in(encoding: keyof typeof compress): Promise<Buffer> {
    const body = this.encoded.get(encoding) ?? compress[encoding](this.body);
    this.encoded.set(encoding, body);
    return body;
  }
}
