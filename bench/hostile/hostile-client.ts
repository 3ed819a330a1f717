import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

export interface HostileRequest {
  /** The default is GET. */
  method?: string;
  path: string;
  key?: string;
  body?: string | Buffer | Readable;
  /** The default is application/json. */
  contentType?: string;
  /** Closes the connection if there is no complete answer by then; counted as `hung up`. */
  hangUpAfterMs?: number;
  /** The default is 60 s. A request without a complete answer by then is counted as `timeout`. */
  timeoutMs?: number;
  /** The default is a new connection. */
  agent?: Agent;
  /** Whether to keep the text of the answer. */
  keepText?: boolean;
}

/** How a request ended. */
export interface Ending {
  /** The status of a complete answer; otherwise `cut off`, `hung up`, `timeout` or an error code such as ECONNRESET. */
  how: string;
  /** Bytes of the body of the answer. */
  bytes: number;
  ms: number;
  text: string;
}

/** Sends a request and reads the answer. It ends within the timeout and never throws. */
export function send(port: number, options: HostileRequest): Promise<Ending> {
  const { method = 'GET', path, key, contentType = 'application/json', body, agent } = options;
  const headers: Record<string, string> = {
    ...(key === undefined ? {} : { 'x-api-key': key }),
    ...(body === undefined ? {} : { 'content-type': contentType }),
  };
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let bytes = 0;
    let given = '';
    const chunks: Buffer[] = [];
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers, agent: agent ?? false });
    const give = (how: string) => {
      given ||= how;
      outgoing.destroy();
    };
    const timers = [setTimeout(give, options.timeoutMs ?? 60_000, 'timeout')];
    if (options.hangUpAfterMs !== undefined) timers.push(setTimeout(give, options.hangUpAfterMs, 'hung up'));
    const end = (how: string) => {
      timers.forEach(clearTimeout);
      const text = Buffer.concat(chunks).toString();
      resolve({ how: given || how, bytes, ms: performance.now() - startedAt, text });
    };
    outgoing.on('response', (response: IncomingMessage) => {
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (options.keepText) chunks.push(chunk);
      });
      response.on('error', () => undefined); // 'close' follows
      response.on('close', () => {
        if (!response.complete) return end('cut off');
        end(String(response.statusCode));
        // The service may answer before it has read the body.
        if (body !== undefined && !outgoing.writableFinished) outgoing.destroy();
      });
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    sendBody(outgoing, body);
  });
}

function sendBody(outgoing: ClientRequest, body: HostileRequest['body']): void {
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) {
    outgoing.end(body);
    return;
  }
  body.on('error', () => outgoing.destroy());
  outgoing.on('close', () => body.destroy());
  body.pipe(outgoing);
}

export type Tally = Record<string, number>;

export function tallyOf(items: Iterable<string>): Tally {
  const tally: Tally = {};
  for (const item of items) tally[item] = (tally[item] ?? 0) + 1;
  return tally;
}

export const howTheyEnded = (endings: readonly Ending[]): Tally => tallyOf(endings.map(({ how }) => how));

/** Calls `work` with 0 to `count - 1`, at most `parallel` at a time. @returns the results in that order */
export async function inParallel<T>(
  count: number,
  parallel: number,
  work: (index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      results[index] = await work(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, parallel) }, worker));
  return results;
}

/** Returns the value below which `share` of the values lie; NaN if there are none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
