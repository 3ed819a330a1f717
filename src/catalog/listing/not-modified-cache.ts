import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { replyNotModified } from '../../http/conditional-requests.js';
import { ExpiringMap } from '../expiring-map.js';
import { Sql } from '../../sql/sql.js';
import { SharedQuery } from './shared-query.js';
import { logHead } from '../changes/changes.query.js';
import type { CatalogReader } from '../visibility.js';

/** The columns of `logHead`. */
interface Head {
  horizon: bigint;
  last: bigint;
  today: string;
  epoch: string;
}

/** A response, and the head of the change log before the response was read. */
interface CachedAnswer {
  etag: string;
  link: string | undefined;
  head: Head;
}

const maxAnswers = 5000;
/** Requests with longer URLs are not cached. */
const maxUrlLength = 500;

/**
 * Answers repeated requests with 304 without reading the catalog. An earlier response is valid until the log
 * of catalog changes has a new entry. Concurrent requests share one query for the head of the log.
 */
@Injectable()
export class NotModifiedCache {
  private readonly answers = new ExpiringMap<CachedAnswer>(maxAnswers, Infinity);
  private readonly head: SharedQuery<Head>;

  constructor(sql: Sql) {
    this.head = new SharedQuery(async () => {
      const [row] = await sql.rows({ text: logHead, values: [] });
      const [horizon, last, today, epoch] = row ?? [];
      return {
        horizon: BigInt(horizon ?? 0),
        last: BigInt(last ?? 0),
        today: today ?? '',
        epoch: epoch ?? '',
      };
    });
  }

  /**
   * Prepares the revalidation of a request with an If-None-Match header. Call this before reading the data for the
   * response. Returns undefined if the URL is too long to cache.
   */
  async revalidate(reseller: CatalogReader, request: FastifyRequest): Promise<Revalidation | undefined> {
    if (request.url.length > maxUrlLength) return undefined;
    const key = `${reseller.id} ${reseller.verified} ${reseller.currency} ${request.url}`;
    return new Revalidation(this.answers, key, await this.head.result(), request);
  }
}

/** A request with an If-None-Match header. */
export class Revalidation {
  constructor(
    private readonly answers: ExpiringMap<CachedAnswer>,
    private readonly key: string,
    private readonly head: Head,
    private readonly request: FastifyRequest,
  ) {}

  /** Replies 304 if nothing has changed since the response that the client has. */
  replyIfUnchanged(reply: FastifyReply): boolean {
    const cached = this.answers.get(this.key);
    if (!cached || cached.head.today !== this.head.today || cached.head.epoch !== this.head.epoch)
      return false;
    if (this.head.last >= cached.head.horizon) return false;
    if (cached.link !== undefined) void reply.header('link', cached.link);
    return replyNotModified(cached.etag, this.request, reply);
  }

  /** Caches the ETag, which is that of the unpacked answer, and the link of the response that is being sent. */
  remember(etag: string, reply: FastifyReply): void {
    const link = reply.getHeader('link');
    this.answers.set(this.key, { etag, link: typeof link === 'string' ? link : undefined, head: this.head });
  }
}
