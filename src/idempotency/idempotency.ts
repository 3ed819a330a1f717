import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest, onSendHookHandler } from 'fastify';
import { BackgroundJobs } from '../common/background-jobs.js';
import { CHANNEL, type Channel } from '../common/channel.js';
import { Conflict, DomainError } from '../common/errors.js';
import { problemTypes } from '../common/problem-types.js';
import { currentScope } from '../common/request/request-scope.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.token.js';
import { Encryption, sealContext } from '../encryption/encryption.js';
import type { EndpointConfig } from '../http/endpoint.js';
import { createLimiter } from '../rate-limits/create-limiter.js';
import { rateLimitExceeded } from '../rate-limits/rate-limit-headers.js';
import type { Limiter } from '../rate-limits/rate-limiter.js';
import { Sql } from '../sql/sql.js';
import type { SharedTransaction } from '../sql/pool/shared-transaction.js';
import { IdempotentRun } from './idempotent-run.js';
import { identify, type RequestIdentity } from './request-identity.js';
import {
  deleteExpiredResponses,
  findStored,
  insertStored,
  storedResponsesTable,
  type StoredRow,
} from './stored-responses.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set while a request with an idempotency key is handled. */
    idempotentRun: IdempotentRun | null;
  }
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown;

/** What is encrypted of a response. */
interface ResponseContent {
  headers: Record<string, string>;
  body: string;
}

const bytesPerMib = 1_048_576;
const hourMs = 3_600_000;
/** Headers that belong to each response rather than to its content. */
const transientHeaders = new Set(['vary', 'cache-control', 'connection', 'content-length', 'date']);

/**
 * Honours `Idempotency-Key`. A request with a key runs in one transaction, which also stores its response; the same
 * request with the same key gets the stored response. docs/idempotency.md describes the rules.
 */
@Injectable()
export class Idempotency implements OnApplicationBootstrap {
  private readonly log = new Logger(Idempotency.name);
  /** Limits the bytes that each team stores. */
  private readonly limiter: Limiter;

  constructor(
    private readonly sql: Sql,
    private readonly encryption: Encryption,
    private readonly jobs: BackgroundJobs,
    @Inject(CONFIG) config: Config,
    @Inject(CHANNEL) channel: Channel | null,
  ) {
    const quota = config.teamIdempotencyMibPerHour * bytesPerMib;
    const policy = { name: 'idempotency-bytes', quota, windowMs: hourMs };
    this.limiter = createLimiter('idempotency bytes', [policy], channel);
  }

  onApplicationBootstrap(): void {
    this.jobs.runHourly('delete expired idempotency keys', () => deleteExpiredResponses(this.sql));
  }

  /**
   * Wraps the handlers of the routes that honour the header. All others, and requests without it, are handled as before.
   * Call this before the routes are registered.
   */
  install(fastify: FastifyInstance): void {
    fastify.decorateRequest('idempotentRun', null);
    fastify.addHook('onRoute', (route) => {
      if (!(route.config as EndpointConfig | undefined)?.idempotent) return;
      const handle = route.handler as Handler;
      route.handler = (request, reply) =>
        request.headers['idempotency-key'] === undefined
          ? handle(request, reply)
          : this.handle(request, reply, handle);
      route.onSend = [route.onSend ?? [], this.onSend].flat() as onSendHookHandler[];
    });
  }

  private async handle(request: FastifyRequest, reply: FastifyReply, handler: Handler): Promise<void> {
    const scope = currentScope();
    if (!scope) throw new Error('A request with an idempotency key has no scope');
    const identity = identify(request);
    // Fails if there is no key, before anything has been done.
    void this.encryption.currentKeyId;
    const refusal = await this.refusal(identity.teamId);
    const { transaction, stored } = await this.begin(identity);
    if (stored ?? refusal) await transaction.rollBack();
    // A stored response is returned also if no other one can be stored.
    if (stored) return this.replay(identity, stored, reply);
    if (refusal) throw refusal;
    const run = new IdempotentRun(scope, transaction, identity, Object.keys(reply.getHeaders()));
    request.idempotentRun = run;
    try {
      await handler(request, reply);
    } finally {
      // Usually, the response is on its way, and `onSend` ends the transaction.
      if (!run.finished) {
        run.isAbandoned = true;
        run.finished = run.end(() => transaction.rollBack());
      }
      await run.finished;
    }
  }

  /**
   * Begins the transaction, and claims the key until its end. A process that dies gives up its claim, because Postgres
   * ends its transactions.
   * @throws DomainError IDEMPOTENCY_KEY_IN_USE, IDEMPOTENCY_KEY_REUSED
   */
  private async begin({
    id,
    lock,
    requestHash,
  }: RequestIdentity): Promise<{ transaction: SharedTransaction; stored?: StoredRow }> {
    // The lookup must come after the claim: it then sees what the last owner of the claim has stored.
    const { transaction, results } = await this.sql.openShared([
      `SELECT pg_try_advisory_xact_lock(${lock}) AS claimed`,
      findStored(id),
      'SAVEPOINT work',
    ]);
    try {
      const [[claim], [stored]] = results as [{ claimed: boolean }[], StoredRow[]];
      if (!claim?.claimed) throw inUse();
      if (stored && !stored.request_hash.equals(requestHash)) throw reused();
      return { transaction, stored };
    } catch (cause) {
      await transaction.rollBack();
      throw cause;
    }
  }

  private replay({ id }: RequestIdentity, row: StoredRow, reply: FastifyReply): void {
    const { status, key_id: keyId, response: bytes } = row;
    if (keyId === null || bytes === null)
      throw new Conflict('The response to the first request with this Idempotency-Key has been erased');
    const { headers, body } = this.encryption.open<ResponseContent>({ keyId, bytes }, contextOf(id));
    void reply
      .code(status)
      .headers(headers)
      .header('idempotency-replayed', 'true')
      .send(body === '' ? undefined : body);
  }

  private readonly onSend: onSendHookHandler<unknown> = (request, reply, payload, done) => {
    const run = request.idempotentRun;
    if (run?.isAbandoned && reply.statusCode < 400)
      done(new Error('The handler has ended before it has sent its response'));
    // The second case is the error of a transaction that could not be committed.
    else if (!run || run.finished) done(null, payload);
    else run.finished = this.finishAndSend(run, reply, payload, done);
  };

  /** Ends the transaction of a request before its response is sent. */
  private async finishAndSend(
    run: IdempotentRun,
    reply: FastifyReply,
    payload: unknown,
    done: Parameters<onSendHookHandler<unknown>>[3],
  ): Promise<void> {
    let failure: unknown;
    try {
      await run.end(() => this.finish(run, reply, payload));
    } catch (cause) {
      failure = cause;
      for (const name of Object.keys(ownHeaders(reply, run))) void reply.removeHeader(name);
    }
    if (failure === undefined) done(null, payload);
    else done(failure as Error);
  }

  private async finish(run: IdempotentRun, reply: FastifyReply, payload: unknown): Promise<void> {
    const { transaction, identity, subject } = run;
    const { statusCode: status } = reply;
    if (!isStored(status)) return transaction.rollBack();
    let bytes: number;
    try {
      const content = { headers: ownHeaders(reply, run), body: textOf(payload) };
      const response = this.encryption.seal(content, contextOf(identity.id));
      bytes = response.bytes.length;
      if (status >= 400) await transaction.rollBackTo('work');
      await transaction.rows(
        insertStored({ ...identity, subject }, { requestHash: identity.requestHash, status, response }),
      );
    } catch (cause) {
      await transaction.rollBack();
      throw cause;
    }
    await transaction.commit();
    // The response does not depend on it.
    this.count(identity.teamId, bytes).catch((cause: unknown) =>
      this.log.warn({ err: cause }, 'Could not count the bytes of a stored response'),
    );
  }

  /** Returns the error for a team that has stored too much in the last hour. */
  private async refusal(teamId: string | null): Promise<DomainError | undefined> {
    if (teamId === null) return undefined;
    const { allowed, statuses } = await this.limiter.peek(teamId);
    return allowed ? undefined : rateLimitExceeded(statuses, tooMuchStored);
  }

  private async count(teamId: string | null, bytes: number): Promise<void> {
    if (teamId === null) return;
    const { allowed, statuses } = await this.limiter.consume(teamId, { amount: bytes });
    // Uses up what is left.
    const rest = Math.min(bytes, ...statuses.map(({ remaining }) => remaining));
    if (!allowed && rest > 0) await this.limiter.consume(teamId, { amount: rest });
  }
}

const { table, sealedColumn } = storedResponsesTable;
const contextOf = (id: string) => sealContext(table, sealedColumn, id);

/** A response that says nothing about the request itself is not stored: it can be sent again. */
const isStored = (status: number) => status < 500 && status !== 401 && status !== 429;

const tooMuchStored =
  'The responses to requests of your team with an Idempotency-Key take too much space; omit the header, or wait';

const inUse = () =>
  new DomainError(
    'IDEMPOTENCY_KEY_IN_USE',
    problemTypes.IDEMPOTENCY_KEY_IN_USE.detail,
    {},
    { 'retry-after': '1' },
  );
const reused = () => new DomainError('IDEMPOTENCY_KEY_REUSED', problemTypes.IDEMPOTENCY_KEY_REUSED.detail);

/** Returns the headers that the handler has set. */
function ownHeaders(reply: FastifyReply, { foreignHeaders }: IdempotentRun): Record<string, string> {
  const isOwn = ([name]: [string, unknown]) => !foreignHeaders.has(name) && !transientHeaders.has(name);
  return Object.fromEntries(
    Object.entries(reply.getHeaders())
      .filter(isOwn)
      .map(([name, value]) => [name, String(value)]),
  );
}

function textOf(payload: unknown): string {
  if (payload === undefined || payload === null) return '';
  if (typeof payload === 'string') return payload;
  if (Buffer.isBuffer(payload)) return payload.toString();
  throw new Error('A response that is a stream cannot be stored for an idempotency key');
}
