import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../common/errors.js';
import { problemTypes } from '../../common/problem-types.js';
import { whenOver } from '../../common/request/when-over.js';
import { csv, jsonLines, type EndpointConfig } from '../endpoint.js';
import type { ErrorFormats } from '../error-formats.js';
import type { CrossOrigin } from '../content/cross-origin.js';
import { keyedHeaders } from '../content/response-headers.js';
import { formMediaType, parseFormBody } from '../content/form-body.js';
import { parseJsonBody } from '../json-body.js';
import { unsupportedMediaType } from '../content-negotiation.js';
import { requestIdOf } from '../request-id.js';
import { hasClientLeft } from '../request-log.js';
import { withBodyHash } from './body-hash.js';
import { bytesHeldBy, HeldMemory, streamBytes } from './held-memory.js';
import { InFlight } from './in-flight.js';
import { minPackedBytes, packIfAccepted } from './pack.js';
import { parse, parseUnpacked, type ParseBody, type Parsed } from './parse-body.js';
import { isDeclaredTooLarge, readBody, tooLarge, tooMuchHeld } from './read-body.js';
import { readUpload } from './read-upload.js';
import { isPacked, unpackUpload } from './unpack.js';

export interface TrafficLimits {
  /** 0 for no cap. */
  maxRequestsInFlight: number;
  /** Connections of this process; 0 for no limit. */
  maxConnections: number;
  /** Milliseconds for a complete JSON body, or between two chunks of a stream. */
  requestTimeoutMs: number;
  maxHeldBytes: number;
  maxBodyBytes: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether the request was refused because too many are in flight. */
    isRefused: boolean;
    /** Whether the handler has finished, so that only the client is waited for. */
    isAnswered: boolean;
  }
}

const alwaysAdmitted = /^\/(health|metrics)\b/;
/** A connection takes about this much memory, however little has arrived. */
const connectionBytes = 16_384;
/** Answers up to this size fit into the buffers of the operating system. */
const smallAnswerBytes = 65_536;
const reclaimIntervalMs = 1_000;
/** How long a client whose request was refused should wait before the next one. */
const retryAfterMs = 1_000;
/** How long a request whose client has left can go on without an answer and still be counted. */
const abandonedMs = 5_000;

/** Admits requests, reads their bodies, and cuts off clients that neither send nor read. */
export class Traffic {
  readonly inFlight: InFlight;
  readonly held: HeldMemory;
  /** Requests that were beyond the cap. */
  refusedCount = 0;
  private readonly refusedAt = new WeakMap<Socket, number>();
  private reclaimedAt = 0;
  /** The responses to requests with `Expect: 100-continue` whose body was not asked for yet. */
  private readonly awaitingContinue = new WeakMap<IncomingMessage, ServerResponse>();

  constructor(
    private readonly limits: TrafficLimits,
    private readonly formats: ErrorFormats,
    private readonly crossOrigin?: CrossOrigin,
  ) {
    this.inFlight = new InFlight(limits.maxRequestsInFlight);
    this.held = new HeldMemory(limits.maxHeldBytes);
  }

  /**
   * The first onRequest hook. Refuses a request beyond the cap at once, before anything else is done for it. Health
   * checks always pass, because an orchestrator must not kill a process that is busy, and so do metrics.
   */
  readonly onRequest = (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    if (alwaysAdmitted.test(request.routeOptions.url ?? '')) return done();
    if (this.inFlight.admit(request.raw)) {
      whenOver(request.raw, reply.raw, () => this.onClose(request));
      return done();
    }
    request.isRefused = true;
    reply.hijack();
    this.refuse(request.raw, reply.raw, request.id);
  };

  private refuse(request: IncomingMessage, response: ServerResponse, id = requestIdOf(request)): void {
    this.refusedCount += 1;
    this.refusedAt.set(request.socket, performance.now());
    this.crossOrigin?.setHeaders(request, response);
    const format = this.formats.forUrl(request.url ?? '');
    const error = new DomainError('UNAVAILABLE', 'The server is handling too many requests; try again later');
    const body = JSON.stringify(format.body(error, id));
    // Keeps the connection open, because opening another costs more, unless a body would have to be read first.
    const closes = !request.complete && hasBody(request) ? { connection: 'close' } : {};
    response
      .writeHead(problemTypes.UNAVAILABLE.status, {
        'content-type': format.mediaType,
        'content-length': Buffer.byteLength(body),
        'x-request-id': id,
        'retry-after': String(retryAfterMs / 1000),
        ...keyedHeaders(response),
        ...closes,
      })
      .end(body);
  }

  /**
   * Refuses requests beyond the cap before Fastify sees them, which takes a fraction of the time. Under overload, nearly
   * all requests are refused, and health checks wait for their turn among them. A client that sends its next request at
   * once, instead of waiting as it was told, waits here: otherwise the process would do nothing but refuse.
   */
  private refuseEarly(server: Server): void {
    const [handle] = server.listeners('request') as RequestListener[];
    if (!handle) return;
    const isBeyondCap = ({ url }: IncomingMessage) => this.inFlight.isFull && !alwaysAdmitted.test(url ?? '');
    const handleIfPossible: RequestListener = (request, response) => {
      if (response.destroyed) return;
      if (isBeyondCap(request)) this.refuse(request, response);
      else handle.call(server, request, response);
    };
    server.removeListener('request', handle);
    server.on('request', (request, response) => {
      const isImpatient =
        performance.now() - (this.refusedAt.get(request.socket) ?? -Infinity) < retryAfterMs;
      if (isImpatient && isBeyondCap(request))
        setTimeout(handleIfPossible, retryAfterMs, request, response).unref();
      else handleIfPossible(request, response);
    });
  }

  /** Asks a client for the body that it sends only on request (RFC 9110 10.1.1), now that it will be read. */
  private requestBody(source: IncomingMessage): void {
    this.awaitingContinue.get(source)?.writeContinue();
    this.awaitingContinue.delete(source);
  }

  /** The content type parser of JSON bodies. JSON Lines sent as JSON are refused for their type, not as invalid JSON. */
  readonly readJson = (request: FastifyRequest, source: IncomingMessage, done: Parsed): void => {
    if (accepts(request, jsonLines)) this.readOther(request, source, done);
    else this.read(request, source, parseJsonBody, done);
  };

  /** The content type parser of HTML forms, for the routes that accept this format. */
  readonly readForm = (request: FastifyRequest, source: IncomingMessage, done: Parsed): void => {
    if (accepts(request, formMediaType)) this.read(request, source, parseFormBody, done);
    else this.readOther(request, source, done);
  };

  private read(request: FastifyRequest, source: IncomingMessage, parser: ParseBody, done: Parsed): void {
    // The bodies of anonymous clients are not read.
    if (request.is404) return done(new DomainError('NOT_FOUND', `Cannot ${request.method} ${request.url}`));
    const parseBody = withBodyHash(request, parser);
    const isGzip = isPacked(source);
    const { maxBodyBytes: maxBytes, requestTimeoutMs: timeoutMs } = this.limits;
    if (isDeclaredTooLarge(source, maxBytes)) return done(tooLarge());
    const hold = (bytes: number) => this.held.hold(request.raw, teamOf(request), bytes);
    if (!source.complete && !hold(connectionBytes)) return done(tooMuchHeld());
    this.inFlight.pause(request.raw);
    this.requestBody(source);
    readBody(source, { maxBytes, timeoutMs, hold }, (error, body) => {
      this.inFlight.resume(request.raw);
      if (error) done(error);
      else if (isGzip) void parseUnpacked(body as Buffer, { maxBytes, hold }, parseBody, done);
      else parse(body as Buffer, parseBody, done);
    });
  }

  /** The content type parser of JSON Lines. */
  readonly readLines = (request: FastifyRequest, source: IncomingMessage, done: Parsed): void =>
    this.readStream(request, source, jsonLines, done);

  /** The content type parser of CSV files. */
  readonly readCsv = (request: FastifyRequest, source: IncomingMessage, done: Parsed): void =>
    this.readStream(request, source, csv, done);

  /** Passes a stream to routes that accept its type. */
  private readStream(request: FastifyRequest, source: IncomingMessage, type: string, done: Parsed): void {
    if (!accepts(request, type)) this.readOther(request, source, done);
    else {
      const isGzip = isPacked(source);
      if (!this.held.hold(request.raw, teamOf(request), streamBytes)) return done(tooMuchHeld());
      this.inFlight.pause(request.raw);
      const sent = readUpload(source, this.limits.requestTimeoutMs, () => this.requestBody(source));
      done(null, isGzip ? unpackUpload(sent) : Readable.from(sent, { objectMode: false }));
    }
  }

  /** The parser of every other type. Without a route that takes a body, it is not read. */
  readonly readOther = (request: FastifyRequest, _source: IncomingMessage, done: Parsed): void => {
    const { takesBody } = request.routeOptions.config as EndpointConfig;
    if (request.is404 || takesBody === false) return done(null, undefined);
    done(unsupportedMediaType(request));
  };

  /** The onSend hook. A large answer or a stream is packed if possible, and waits for its client from here on. */
  readonly onSend = (
    request: FastifyRequest,
    reply: FastifyReply,
    answer: unknown,
    done: (error: Error | null, answer?: unknown) => void,
  ): void => {
    request.isAnswered = true;
    if (reply.raw.destroyed || hasClientLeft(request)) {
      this.end(request.raw);
      return done(null, answer);
    }
    const bytes = bytesHeldBy(answer);
    if (bytes < minPackedBytes) return done(null, answer);
    if (bytes <= smallAnswerBytes || this.admitAnswer(request, answer, bytes))
      return packIfAccepted(request, reply, answer as string | Buffer | Readable, done);
    if (answer instanceof Readable) answer.destroy();
    done(tooMuchHeld());
  };

  /** Counts an answer that can wait for its client. @returns false if there is no memory for it */
  private admitAnswer(request: FastifyRequest, answer: unknown, bytes: number): boolean {
    // These requests are answered in any case, and nothing would end their count.
    if (alwaysAdmitted.test(request.routeOptions.url ?? '')) return true;
    this.inFlight.pause(request.raw);
    // The answer to an upload uses the buffers of the upload.
    const isHeldAlready = answer instanceof Readable && this.held.has(request.raw);
    const isHeld = isHeldAlready || this.held.hold(request.raw, teamOf(request), bytes);
    // The answer to a change is sent in any case, because the change has been made.
    return isHeld || request.method !== 'GET';
  }

  /** The onResponse hook. Node discards the rest of a body that was not read, which must not take forever. */
  readonly onResponse = (request: FastifyRequest, _reply: FastifyReply, done: () => void): void => {
    const { raw } = request;
    // Node removes the socket from a request that has been handled.
    const { socket } = raw;
    if (!raw.complete && !socket.destroyed) {
      const cutOff = () => raw.complete || socket.destroy();
      const timer = setTimeout(cutOff, this.limits.requestTimeoutMs).unref();
      // The timer would keep the request and what has arrived of its body in memory.
      socket.once('close', () => clearTimeout(timer));
    }
    done();
  };

  /** Runs when the answer is complete or the client has left. In the second case, the handler may still be working. */
  private onClose({ raw, isAnswered }: FastifyRequest): void {
    if (isAnswered) this.end(raw);
    else setTimeout(() => this.end(raw), abandonedMs).unref();
  }

  private end(request: IncomingMessage): void {
    this.inFlight.end(request);
    this.held.release(request);
  }

  /** Sets the limits of a server's connections, which must have a time-out. */
  watch(server: Server): void {
    const { maxConnections } = this.limits;
    this.refuseEarly(server);
    server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      this.awaitingContinue.set(request, response);
      server.emit('request', request, response);
    });
    // A hook refuses it, so that the answer has the format of its path.
    server.on('checkExpectation', (request, response) => server.emit('request', request, response));
    if (maxConnections > 0) {
      server.maxConnections = maxConnections;
      server.on('connection', () => this.reclaimIdle(server, maxConnections));
    }
    server.on('timeout', (socket: Socket) => {
      // The server is busy with a request, or waits for the first one, which has its own deadline.
      const isExpected = this.inFlight.has(socket) || socket.bytesWritten === 0;
      if (socket.writableLength === 0 && isExpected) socket.setTimeout(server.timeout);
      // The client reads nothing, or the connection is idle.
      else socket.destroy();
    });
  }

  /** Closes idle connections before there are so many that new ones are refused. */
  private reclaimIdle(server: Server, maxConnections: number): void {
    const now = Date.now();
    if (now - this.reclaimedAt < reclaimIntervalMs) return;
    this.reclaimedAt = now;
    server.getConnections((_error, count) => {
      if (count > maxConnections * 0.8) server.closeIdleConnections();
    });
  }
}

const accepts = ({ routeOptions }: FastifyRequest, type: string): boolean =>
  (routeOptions.config as EndpointConfig).bodyTypes?.includes(type) ?? false;

const teamOf = (request: FastifyRequest): string => request.caller?.id ?? '';

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
