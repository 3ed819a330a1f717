import { newId } from '../../common/new-id.js';
import type { Clock } from '../../common/clock.js';
import type { Encryption, Sealed } from '../../encryption/encryption.js';
import { eventContext, publicEventId } from '../../events/new-event.js';
import type { OutgoingRequests, OutgoingResponse, OutgoingResult } from '../../outgoing/outgoing-requests.js';
import { sealExcerpt } from '../deliveries/attempt-excerpts.js';
import { signingSecrets, type PreparedSecrets } from '../endpoints/endpoint-secrets.js';
import { signatureHeaders } from '../signature.js';
import type { DueDelivery, EndpointState } from './due-deliveries.write.js';
import { parseRetryAfter } from './rules/retry-schedule.js';

/** What has become of an attempt. */
export interface Attempt {
  id: string;
  at: Date;
  durationMs: number;
  isDelivered: boolean;
  /** The label of the metric. */
  result: string;
  statusCode: number | null;
  /** A sentence for the owner of the endpoint; null after a success. */
  error: string | null;
  excerpt: Sealed | null;
  /** What the receiver asks for with 429 or 503. */
  retryAfterMs: number | undefined;
  /** Whether the receiver is at fault if it failed. */
  countsForEndpoint: boolean;
}

const notReadable = 'The event cannot be decrypted, because its data key is lost or not configured';

/** Sends a delivery once. */
export class Sender {
  constructor(
    private readonly outgoing: OutgoingRequests,
    private readonly encryption: Encryption,
    private readonly clock: Clock,
    /** Value of the header `user-agent`. */
    private readonly userAgent: string,
  ) {}

  /**
   * @param deadlineAt when everything must have ended, as a time of `performance.now()`; nothing is sent after it
   * @returns undefined if the request was aborted, because the service stops
   */
  async send(
    endpoint: EndpointState,
    secrets: PreparedSecrets,
    delivery: DueDelivery,
    deadlineAt: number,
  ): Promise<Attempt | undefined> {
    const at = this.clock.now();
    const body = this.open(delivery);
    if (body === undefined) return failedAttempt(at, 'not_readable', notReadable);
    const until = endpoint.previousSecretUntil === null ? null : new Date(endpoint.previousSecretUntil);
    const headers = [
      ...secrets.headers,
      'content-type',
      'application/json',
      'user-agent',
      this.userAgent,
      ...signatureHeaders({
        eventId: publicEventId(delivery.eventId),
        timestamp: Math.floor(at.getTime() / 1000),
        body,
        keys: signingSecrets(secrets, until, at),
      }),
    ];
    const timeoutMs = deadlineAt - performance.now();
    const result = await this.outgoing.post(endpoint.url, { headers, body, timeoutMs });
    if ('error' in result && result.error === 'aborted') return undefined;
    return this.toAttempt(at, result);
  }

  private toAttempt(at: Date, result: OutgoingResult): Attempt {
    const { statusCode = null, excerpt, durationMs } = result;
    const id = newId(at.getTime());
    const failure = 'error' in result ? result : undefined;
    const isDelivered = !failure && statusCode !== null && statusCode >= 200 && statusCode < 300;
    return {
      id,
      at,
      durationMs,
      isDelivered,
      result: failure?.error ?? (isDelivered ? 'delivered' : 'status'),
      statusCode,
      error: isDelivered ? null : toStorable(failure?.message ?? describeStatus(statusCode ?? 0)),
      excerpt: excerpt && excerpt.length > 0 ? sealExcerpt(this.encryption, id, excerpt.toString()) : null,
      retryAfterMs:
        failure || (statusCode !== 429 && statusCode !== 503)
          ? undefined
          : parseRetryAfter((result as OutgoingResponse).retryAfter, at.getTime() + durationMs),
      countsForEndpoint: true,
    };
  }

  /** Returns the bytes to send; undefined if they were encrypted with a key that is lost. */
  private open({ eventId, payload, sealed, keyId }: DueDelivery): Buffer | undefined {
    if (payload !== null) return payload;
    if (sealed === null || keyId === null) return undefined;
    try {
      return Buffer.from(this.encryption.open<string>({ keyId, bytes: sealed }, eventContext(eventId)));
    } catch {
      return undefined;
    }
  }
}

/** Removes what Postgres cannot store, such as from the message of a TLS library. */
const toStorable = (text: string) => text.replaceAll('\0', '').toWellFormed().slice(0, 500);

function describeStatus(statusCode: number): string {
  const answered = `The receiver answered with status ${statusCode}`;
  return statusCode >= 300 && statusCode < 400 ? `${answered}; redirects are not followed` : answered;
}

/** Returns an attempt that failed before anything was sent, through no fault of the receiver. */
export const failedAttempt = (at: Date, result: string, error: string): Attempt => ({
  id: newId(at.getTime()),
  at,
  durationMs: 0,
  isDelivered: false,
  result,
  statusCode: null,
  error,
  excerpt: null,
  retryAfterMs: undefined,
  countsForEndpoint: false,
});
