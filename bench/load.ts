import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

/*
 * The load: a closed loop on every connection, as a process of its own. It shares a processor with Postgres, so it
 * writes requests that were put together before and reads no more of an answer than its status and its length.
 * Prints a line when the warm-up is over and one with the result.
 */

/** One request. A run of `@` in the body is replaced by the last digits of a counter. */
export interface Ask {
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
  /** The status that every answer must have. */
  expected: number;
  asks: Ask[];
}

export interface LoadResult {
  requests: number;
  errors: number;
  seconds: number;
  p50: number;
  p99: number;
}

const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as LoadPlan;
const prepared = plan.asks.map(prepare);
let counter = Date.now() * 1000;
let counting = false;
/** No more questions; only answers are waited for. */
let ending = false;
let open = plan.connections;
let beganAt = 0;
let seconds = 0;
let errors = 0;
const times: number[] = [];

interface Prepared {
  bytes: Buffer;
  gaps: { at: number; length: number }[];
}

function prepare({ method, path, headers, body }: Ask): Prepared {
  const all = { host: '127.0.0.1', ...headers, ...(body ? { 'content-type': 'application/json' } : {}) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = body === undefined ? '' : `content-length: ${Buffer.byteLength(body)}\r\n`;
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}${length}\r\n`);
  const bytes = Buffer.concat([head, Buffer.from(body ?? '')]);
  const text = bytes.toString('latin1');
  const gaps = [...text.slice(head.length).matchAll(/@{2,}/g)].map((match) => ({
    at: head.length + match.index,
    length: match[0].length,
  }));
  return { bytes, gaps };
}

function nextRequest(): Buffer {
  counter += 1;
  const { bytes, gaps } = prepared[counter % prepared.length] as Prepared;
  if (gaps.length === 0) return bytes;
  const filled = Buffer.from(bytes);
  const digits = String(counter);
  for (const { at, length } of gaps) filled.write(digits.slice(-length), at, 'latin1');
  return filled;
}

/** One connection: asks, waits for the whole answer, asks again. */
class Connection {
  private socket: Socket | undefined;
  private head: Buffer | undefined;
  private left = 0;
  private ok = true;
  private askedAt = 0;

  open(): void {
    const socket = connect({ port: plan.port, host: '127.0.0.1', noDelay: true });
    this.socket = socket;
    this.head = undefined;
    this.left = 0;
    socket.on('connect', () => this.ask());
    socket.on('data', (data) => this.read(data));
    socket.on('error', () => undefined); // close follows
    socket.on('close', () => {
      if (counting && !ending) errors += 1;
      if (ending) this.finish();
      else setTimeout(() => this.open(), 10);
    });
  }

  private ask(): void {
    this.askedAt = performance.now();
    this.socket?.write(nextRequest());
  }

  private read(data: Buffer): void {
    if (this.left > 0) {
      this.left -= data.length;
    } else {
      const head = this.head ? Buffer.concat([this.head, data]) : data;
      const end = head.indexOf('\r\n\r\n');
      this.head = end < 0 ? head : undefined;
      if (end < 0) return;
      const text = head.toString('latin1', 0, end);
      const status = Number(text.slice(9, 12));
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? (status === 304 ? 0 : NaN));
      if (Number.isNaN(length)) throw new Error(`An answer without content-length:\n${text}`);
      this.ok = status === plan.expected;
      this.left = (status === 304 ? 0 : length) - (head.length - end - 4);
    }
    if (this.left > 0) return;
    if (counting) this.note();
    if (ending) this.socket?.end();
    else this.ask();
  }

  private finish(): void {
    open -= 1;
    if (open === 0) finish();
  }

  private note(): void {
    if (!this.ok) errors += 1;
    times.push(performance.now() - this.askedAt);
  }
}

const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;

function stopCounting(): void {
  counting = false;
  seconds = (performance.now() - beganAt) / 1000;
  process.stdout.write('end\n');
}

/** All is answered, so that the server and Postgres have nothing left to do for this load. */
function finish(): void {
  if (counting) stopCounting();
  const sorted = times.toSorted((a, b) => a - b);
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
  counting = true;
  beganAt = performance.now();
  process.stdout.write('begin\n');
  setTimeout(() => {
    ending = true;
    // Where not even every connection was answered once, what is still under way counts as well.
    if (times.length >= plan.connections) stopCounting();
  }, plan.seconds * 1000);
}, plan.warmUpSeconds * 1000);
