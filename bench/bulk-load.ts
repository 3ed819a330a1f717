import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { offerBody } from './bodies.js';

/*
 * Sends offers as lines to the service, or has them sent, as fast as it goes. A process of its own, as the load is.
 * Prints one line of JSON: the seconds it took and how often each result came.
 */

const [port = '', key = '', rows = '0', path = '', price = ''] = process.argv.slice(2);

/** Some 64 KB. */
const chunkRows = 32;

/** What is sent, put together before the clock runs: it shares a processor with Postgres. */
function prepare(): Buffer[] {
  const chunks: Buffer[] = [];
  for (let from = 0; from < Number(rows); from += chunkRows) {
    const count = Math.min(chunkRows, Number(rows) - from);
    chunks.push(Buffer.from(Array.from({ length: count }, (_, index) => lineOf(from + index)).join('')));
  }
  return chunks;
}

function lineOf(row: number): string {
  const own = { sku: `BENCH-${String(row).padStart(8, '0')}`, monthlyPrice: Number(price) };
  return `${JSON.stringify({ ...offerBody, ...own })}\n`;
}

const method = price === '' ? 'GET' : 'POST';
const chunks = method === 'POST' ? prepare() : [];
const startedAt = performance.now();
const headers = { 'x-api-key': key, 'content-type': 'application/x-ndjson' };
const sent = request({ host: '127.0.0.1', port, path, method, headers });
if (method === 'POST') Readable.from(chunks).pipe(sent);
else sent.end();
const [response] = (await once(sent, 'response')) as [IncomingMessage];
if (response.statusCode !== 200) throw new Error(`Answered with ${response.statusCode}`);
const results: Record<string, number> = {};
for await (const line of createInterface({ input: response })) {
  const result = method === 'POST' ? (/"result":"(\w+)"/.exec(line)?.[1] ?? line) : 'lines';
  results[result] = (results[result] ?? 0) + 1;
}
process.stdout.write(`${JSON.stringify({ seconds: (performance.now() - startedAt) / 1000, results })}\n`);
