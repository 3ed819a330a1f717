import type { Dispatcher } from 'undici';
import { FailedRequest, toFailedRequest } from './failed-request.js';

/** How many bytes of the body of a response are kept. */
const EXCERPT_BYTES = 1024;

/** Receives the response to one request from undici. */
export class Exchange implements Dispatcher.DispatchHandler {
  /** The status of the response, as soon as its headers have arrived. */
  statusCode: number | undefined;
  /** The header `Retry-After` of the response. */
  retryAfter: string | undefined;
  /** Why there is no complete response. */
  failure: FailedRequest | undefined;
  /** Whether the response was read to its end, so that the connection can be used again. */
  isComplete = false;
  /** Resolves when the response is complete, was cut, or failed. */
  readonly over: Promise<void>;
  private isOver = false;
  private resolve: () => void = () => undefined;
  private readonly kept: Buffer[] = [];
  private keptBytes = 0;

  constructor() {
    this.over = new Promise((resolve) => (this.resolve = resolve));
  }

  /** The first 1024 bytes of the body. */
  get excerpt(): Buffer {
    return Buffer.concat(this.kept, this.keptBytes);
  }

  fail(failure: FailedRequest): void {
    // What undici reports about a response that is already over is of no interest.
    if (this.isOver) return;
    this.failure = failure;
    this.end();
  }

  /** Ends a response of which enough was read. Its status counts, if it has arrived. */
  cut(): void {
    if (this.statusCode !== undefined) this.end();
    else this.fail(new FailedRequest('response_too_large', 'The headers of the response exceed 64 kB'));
  }

  // undici calls the methods below only if this one exists.
  onRequestStart(): void {}

  onResponseStart(
    _: Dispatcher.DispatchController,
    statusCode: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (statusCode < 200) return;
    this.statusCode = statusCode;
    if (statusCode >= 300) this.retryAfter = headers['retry-after']?.toString();
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.keptBytes === EXCERPT_BYTES) return;
    // A copy, because the chunk is a part of a larger buffer.
    const part = Buffer.from(chunk.subarray(0, EXCERPT_BYTES - this.keptBytes));
    this.kept.push(part);
    this.keptBytes += part.length;
  }

  onResponseEnd(): void {
    this.isComplete = !this.isOver;
    this.end();
  }

  onResponseError(_: Dispatcher.DispatchController, cause: Error): void {
    this.fail(toFailedRequest(cause));
  }

  private end(): void {
    this.isOver = true;
    this.resolve();
  }
}
