import { setTimeout as sleep } from 'node:timers/promises';
import { answerLimitMs, type TrafficLog } from './traffic-log.js';

/** A request is given up later than its limit, so that a late answer is seen. */
const giveUpMs = answerLimitMs + 3_000;
const pauseMs = 100;
/** Tests do not wait as long as `Retry-After` of a service asks for. */
const maxPauseMs = 1_000;
const maxAttempts = 500;

export interface Answer {
  /** 0 if there was no complete answer. */
  status: number;
  text: string;
  retryAfterMs: number;
  /** Whether it is the stored answer to an earlier request with the same idempotency key. */
  isReplayed?: boolean;
  /** The path of the next page of a list. */
  next?: string;
}

/** An answer that is neither a failure nor a request to try again later. */
export interface Settled extends Answer {
  /** Whether an earlier attempt may have succeeded without the client getting to know. */
  isRepeated: boolean;
}

interface SendOptions {
  body?: object | string;
  headers?: Record<string, string>;
}

/** Sends the requests of one team, and logs how they end. */
export class TeamClient {
  constructor(
    private readonly url: string,
    private readonly key: string,
    readonly log: TrafficLog,
  ) {}

  /** Sends a request once. Never throws. */
  async send(method: string, path: string, { body, headers = {} }: SendOptions = {}): Promise<Answer> {
    const sentAt = Date.now();
    const end = (how: string | number) =>
      this.log.add({ what: `${method} ${nameOf(path)}`, how: String(how), sentAt, ms: Date.now() - sentAt });
    try {
      const reply = await fetch(this.url + path, {
        method,
        headers: {
          'x-api-key': this.key,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: typeof body === 'object' ? JSON.stringify(body) : body,
        signal: AbortSignal.timeout(giveUpMs),
      });
      const text = await reply.text();
      end(reply.status);
      return {
        status: reply.status,
        text,
        retryAfterMs: Number(reply.headers.get('retry-after')) * 1000,
        isReplayed: reply.headers.has('idempotency-replayed'),
        next: /^<([^>]+)>; rel="next"/.exec(reply.headers.get('link') ?? '')?.[1],
      };
    } catch (cause) {
      end((cause as Error).name === 'TimeoutError' ? 'no answer' : 'no connection');
      return { status: 0, text: '', retryAfterMs: pauseMs };
    }
  }

  /**
   * Sends a request until the service handles it, as a careful client does.
   * @param isOver returns whether to give up
   * @returns undefined if it gave up; whether the request has had an effect is then unknown
   */
  async persist(isOver: () => boolean, send: () => Promise<Answer>): Promise<Settled | undefined> {
    for (let attempts = 0; attempts < maxAttempts; attempts += 1) {
      const answer = await send();
      if (!mayTryAgain(answer)) return { ...answer, isRepeated: attempts > 0 };
      if (isOver()) return undefined;
      await sleep(Math.min(Math.max(answer.retryAfterMs, pauseMs), maxPauseMs));
    }
    return undefined;
  }
}

export const mayTryAgain = ({ status }: Answer): boolean => status === 0 || status === 429 || status >= 500;

/** Returns the JSON of an answer. */
export const jsonOf = <T>({ text }: Answer): T => JSON.parse(text) as T;

const nameOf = (path: string) => path.replace(/\?.*/, '').replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}');
