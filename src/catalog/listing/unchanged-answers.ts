import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { replyNotModified } from '../../http/conditional-requests.js';
import { ExpiringMap } from '../expiring-map.js';
import { Sql } from '../../sql/sql.js';
import { SharedQuery } from './shared-query.js';
import { logEnd } from '../changes/changes.query.js';
import type { Reseller } from '../visibility.js';

/** The columns of `logEnd`. */
interface Head {
  horizon: bigint;
  last: bigint;
  today: string;
}

/** An answer and where the log stood before it was read. */
interface Answer {
  etag: string;
  link: string | undefined;
  head: Head;
}

const maxAnswers = 5000;
/** Longer addresses are not remembered. */
const maxUrl = 500;

/**
 * Remembers the tags of answers that were asked for again. As long as the log of catalog changes has nothing new, an
 * answer stands, whatever it would take to read it; and where the log ends is one question for all who ask at a time.
 */
@Injectable()
export class StandingAnswers {
  private readonly answers = new ExpiringMap<Answer>(maxAnswers, Infinity);
  private readonly head: SharedQuery<Head>;

  constructor(sql: Sql) {
    this.head = new SharedQuery(async () => {
      const [row] = await sql.rows({ text: logEnd, values: [] });
      return { horizon: BigInt(row?.[0] ?? 0), last: BigInt(row?.[1] ?? 0), today: row?.[2] ?? '' };
    });
  }

  /** To be asked before the answer is read; undefined when the client does not say what it has. */
  async revisit(reseller: Reseller, request: FastifyRequest): Promise<Revisit | undefined> {
    if (request.headers['if-none-match'] === undefined || request.url.length > maxUrl) return undefined;
    const key = `${reseller.id} ${reseller.verified} ${request.url}`;
    return new Revisit(this.answers, key, await this.head.result(), request);
  }
}

/** A request of a client that has an answer already. */
export class Revisit {
  constructor(
    private readonly answers: ExpiringMap<Answer>,
    private readonly key: string,
    private readonly head: Head,
    private readonly request: FastifyRequest,
  ) {}

  /** Answers 304 when nothing has changed since an answer that the client has. */
  stands(reply: FastifyReply): boolean {
    const known = this.answers.get(this.key);
    if (!known || known.head.today !== this.head.today || this.head.last >= known.head.horizon) return false;
    if (known.link !== undefined) void reply.header('link', known.link);
    return replyNotModified(known.etag, this.request, reply);
  }

  /** Remembers what was answered instead. */
  keep(reply: FastifyReply): void {
    const [etag, link] = [reply.getHeader('etag'), reply.getHeader('link')];
    if (typeof etag !== 'string') return;
    this.answers.set(this.key, { etag, link: typeof link === 'string' ? link : undefined, head: this.head });
  }
}
