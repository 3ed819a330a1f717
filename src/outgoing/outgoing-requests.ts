import { createSecureContext } from 'node:tls';
import type { Dispatcher } from 'undici';
import { Connection, type ConnectionSettings } from './connection.js';
import type { Exchange } from './exchange.js';
import { FailedRequest, type OutgoingError } from './failed-request.js';
import { IdleConnections } from './idle-connections.js';
import { checkedLookup, dnsResolver, resolveWithSystem, type ResolveHost } from './lookup.js';
import { checkOutgoingUrl, type OutgoingRules } from './outgoing-url.js';

const MAX_IDLE_CONNECTIONS = 256;
const MAX_CHECKED_URLS = 1_000;

export interface OutgoingOptions extends OutgoingRules {
  /** Resolves host names. Default: DNS; with `allowInsecure`, as other programs on the machine do. */
  readonly resolve?: ResolveHost;
  /** Certificate authorities to trust instead of those of Node, in PEM. */
  readonly ca?: string;
}

export interface OutgoingPost {
  /**
   * An object, or names and values in turn, which takes less time. Without `host`, `content-length` and others that
   * describe the connection.
   */
  readonly headers: Record<string, string> | string[];
  readonly body: Buffer;
  /** How long everything can take, from the resolution of the name to the end of the response; nothing is sent after it. */
  readonly timeoutMs: number;
  /** Ends the request with the error `aborted`. */
  readonly signal?: AbortSignal;
}

/** The response to a request, of any status. */
export interface OutgoingResponse {
  readonly statusCode: number;
  /** The first 1024 bytes of the body, still encoded if the receiver has encoded it. */
  readonly excerpt: Buffer;
  readonly durationMs: number;
  /** The header `Retry-After` of a response with another status than 2xx. */
  readonly retryAfter?: string;
}

/** The reason why a request has no complete response. */
export interface OutgoingFailure {
  readonly error: OutgoingError;
  /** A sentence for the owner of the URL. */
  readonly message: string;
  /** What has arrived of the response, if its headers have. */
  readonly statusCode?: number;
  readonly excerpt?: Buffer;
  readonly durationMs: number;
}

export type OutgoingResult = OutgoingResponse | OutgoingFailure;

/** Where a URL leads. */
interface Target {
  readonly origin: string;
  readonly path: string;
}

/**
 * Sends requests to URLs that other people have entered. It resolves the name of a host once for each connection, checks
 * all of its addresses, and connects to these addresses only. Redirects are not followed, certificates are always
 * verified, responses are not unpacked, and environment variables that name a proxy are ignored. Each request that runs
 * has its own connection; at most 256 connections are kept for four seconds after their last request.
 */
export class OutgoingRequests {
  private readonly idle = new IdleConnections(MAX_IDLE_CONNECTIONS);
  private readonly running = new Map<Exchange, Connection>();
  /** URLs that were used before: where they lead, or what is wrong with them. */
  private readonly checked = new Map<string, Target | string>();
  private settings: ConnectionSettings | undefined;
  private loading: Promise<ConnectionSettings> | undefined;
  private isClosed = false;

  constructor(private readonly options: OutgoingOptions) {}

  /**
   * Sends a POST request; failures are results, not errors. At most 64 kB of a response are read: after that, its status
   * counts and the rest is ignored. If the receiver closes a connection that was kept from an earlier request, instead
   * of responding, the request is sent once more on a new connection.
   */
  async post(url: string, { headers, body, timeoutMs, signal }: OutgoingPost): Promise<OutgoingResult> {
    const startedAt = performance.now();
    const target = this.check(url);
    if (typeof target === 'string')
      return failedBefore(new FailedRequest('refused_address', `The URL ${target}`), startedAt);
    const settings = this.settings ?? (await (this.loading ??= this.load()));
    if (this.isClosed || signal?.aborted) return failedBefore(aborted(), startedAt);
    const leftMs = () => timeoutMs - (performance.now() - startedAt);
    // The process can have been stopped for a while.
    if (leftMs() <= 0) return failedBefore(notSent(), startedAt);

    const { origin, path } = target;
    const request: Dispatcher.DispatchOptions = { path, method: 'POST', headers, body };
    const open = () => new Connection(settings, origin, (connection) => this.idle.remove(connection));
    const kept = this.idle.take(origin);
    let exchange = await this.run(kept ?? open(), request, leftMs(), signal);
    if (kept && exchange.statusCode === undefined && exchange.failure?.error === 'connection')
      exchange = await this.run(open(), request, leftMs(), signal);
    return toResult(exchange, startedAt);
  }

  /** Aborts running requests, and closes all connections. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const exchange of this.running.keys()) exchange.fail(aborted());
    const closing = [...this.running.values()].map((connection) => connection.destroy());
    await Promise.all([...closing, this.idle.closeAll()]);
  }

  private check(url: string): Target | string {
    let target = this.checked.get(url);
    if (target === undefined) {
      target = toTarget(checkOutgoingUrl(url, this.options));
      if (this.checked.size >= MAX_CHECKED_URLS) this.checked.clear();
      this.checked.set(url, target);
    }
    return target;
  }

  private run(
    connection: Connection,
    request: Dispatcher.DispatchOptions,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Exchange> {
    const exchange = connection.send(request, performance.now() + timeoutMs);
    const onAbort = () => exchange.fail(aborted());
    const deadline = setTimeout(() => exchange.fail(timedOut(exchange)), timeoutMs);
    signal?.addEventListener('abort', onAbort);
    this.running.set(exchange, connection);
    return exchange.over.then(() => {
      this.running.delete(exchange);
      signal?.removeEventListener('abort', onAbort);
      clearTimeout(deadline);
      if (exchange.isComplete && connection.isOpen) this.idle.add(connection);
      else void connection.destroy();
      return exchange;
    });
  }

  private async load(): Promise<ConnectionSettings> {
    const { allowInsecure, ca, resolve = allowInsecure ? resolveWithSystem : dnsResolver() } = this.options;
    // Takes 70 ms, so it waits until there is a request.
    const { Client } = await import('undici');
    return (this.settings = {
      Client,
      lookup: checkedLookup(resolve, allowInsecure),
      secureContext: createSecureContext({ ca }),
    });
  }
}

const toTarget = (url: URL | string): Target | string =>
  typeof url === 'string' ? url : { origin: url.origin, path: url.pathname + url.search };

const aborted = () => new FailedRequest('aborted', 'The request was aborted');

const notSent = () => new FailedRequest('timeout', 'The request was not sent in time');

const timedOut = ({ statusCode }: Exchange) =>
  new FailedRequest(
    'timeout',
    `The ${statusCode === undefined ? 'response' : 'end of the response'} did not arrive in time`,
  );

const durationSince = (startedAt: number) => Math.round(performance.now() - startedAt);

const failedBefore = ({ error, message }: FailedRequest, startedAt: number): OutgoingFailure => ({
  error,
  message,
  durationMs: durationSince(startedAt),
});

function toResult({ statusCode, failure, excerpt, retryAfter }: Exchange, startedAt: number): OutgoingResult {
  const durationMs = durationSince(startedAt);
  if (failure === undefined && statusCode !== undefined)
    return { statusCode, excerpt, durationMs, ...(retryAfter === undefined ? {} : { retryAfter }) };
  const { error, message } = failure ?? aborted();
  return { error, message, durationMs, ...(statusCode === undefined ? {} : { statusCode, excerpt }) };
}
