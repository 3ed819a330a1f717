import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

/*
 * Sends requests in a closed loop on every connection, in a separate process. It shares a CPU with Postgres, so it
 * prepares all requests in advance and reads only the status and the length of each response.
 * Prints `begin` and `end` when the measurement starts and ends, and then one line of JSON with the result.
 */

/** A request. Each run of `@` in the body is replaced with the last digits of a counter. */
export interface BenchRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

export interface LoadPlan {
  port: number;
  connections: number;
  warmUpSeconds: number;
  seconds: number;
  /** Every response must have this status. */
  expectedStatus: number;
  requests: BenchRequest[];
}

/** Latencies are in milliseconds. */
export interface LoadResult {
  requests: number;
  errors: number;
  seconds: number;
  p50: number;
  p99: number;
}

const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as LoadPlan;
const prepared = plan.requests.map(prepare);
let counter = Date.now() * 1000;
let measuring = false;
/** No more requests are sent; outstanding responses are still read. */
let draining = false;
let openConnections = plan.connections;
let startedAt = 0;
let seconds = 0;
let errors = 0;
const latencies: number[] = [];

interface PreparedRequest {
  bytes: Buffer;
  counters: { offset: number; length: number }[];
}

function prepare({ method, path, headers, body }: BenchRequest): PreparedRequest {
  const all = { host: '127.0.0.1', ...headers, ...(body ? { 'content-type': 'application/json' } : {}) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = body === undefined ? '' : `content-length: ${Buffer.byteLength(body)}\r\n`;
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}${length}\r\n`);
  const bytes = Buffer.concat([head, Buffer.from(body ?? '')]);
  const text = bytes.toString('latin1');
  const counters = [...text.slice(head.length).matchAll(/@{2,}/g)].map((match) => ({
    offset: head.length + match.index,
    length: match[0].length,
  }));
  return { bytes, counters };
}

function nextRequest(): Buffer {
  counter += 1;
  const { bytes, counters } = prepared[counter % prepared.length] as PreparedRequest;
  if (counters.length === 0) return bytes;
  const filled = Buffer.from(bytes);
  const digits = String(counter);
  for (const { offset, length } of counters) filled.write(digits.slice(-length), offset, 'latin1');
  return filled;
}

/** A connection that sends a request, waits for the complete response, and then sends the next request. */
class Connection {
  private socket: Socket | undefined;
  private partialHead: Buffer | undefined;
  private bytesLeft = 0;
  private ok = true;
  private sentAt = 0;

  open(): void {
    const socket = connect({ port: plan.port, host: '127.0.0.1', noDelay: true });
    this.socket = socket;
    this.partialHead = undefined;
    this.bytesLeft = 0;
    socket.on('connect', () => this.send());
    socket.on('data', (data) => this.read(data));
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => {
      if (measuring && !draining) errors += 1;
      if (draining) this.finish();
      else setTimeout(() => this.open(), 10);
    });
  }

  private send(): void {
    this.sentAt = performance.now();
    this.socket?.write(nextRequest());
  }

  private read(data: Buffer): void {
    if (this.bytesLeft > 0) {
      this.bytesLeft -= data.length;
    } else {
      const head = this.partialHead ? Buffer.concat([this.partialHead, data]) : data;
      const end = head.indexOf('\r\n\r\n');
      this.partialHead = end < 0 ? head : undefined;
      if (end < 0) return;
      const text = head.toString('latin1', 0, end);
      const status = Number(text.slice(9, 12));
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? (status === 304 ? 0 : NaN));
      if (Number.isNaN(length)) throw new Error(`Response without content-length:\n${text}`);
      this.ok = status === plan.expectedStatus;
      this.bytesLeft = (status === 304 ? 0 : length) - (head.length - end - 4);
    }
    if (this.bytesLeft > 0) return;
    if (measuring) this.record();
    if (draining) this.socket?.end();
    else this.send();
  }

  private finish(): void {
    openConnections -= 1;
    if (openConnections === 0) finish();
  }

  private record(): void {
    if (!this.ok) errors += 1;
    latencies.push(performance.now() - this.sentAt);
  }
}

const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;

function stopMeasuring(): void {
  measuring = false;
  seconds = (performance.now() - startedAt) / 1000;
  process.stdout.write('end\n');
}

/** Prints the result. Runs after the last response, so that this load leaves no work for the server or Postgres. */
function finish(): void {
  if (measuring) stopMeasuring();
  const sorted = latencies.toSorted((a, b) => a - b);
  const result = {
    requests: sorted.length,
    errors,
    seconds,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
  };
  process.stdout.write(`${JSON.stringify(result satisfies LoadResult)}\n`, () => process.exit(0));
}

for (let index = 0; index < plan.connections; index += 1) new Connection().open();
setTimeout(() => {
  measuring = true;
  startedAt = performance.now();
  process.stdout.write('begin\n');
  setTimeout(() => {
    draining = true;
    // If fewer responses than connections have arrived, the outstanding ones are counted as well.
    if (latencies.length >= plan.connections) stopMeasuring();
  }, plan.seconds * 1000);
}, plan.warmUpSeconds * 1000);
