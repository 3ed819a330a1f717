import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { offerBody } from '../suite/request-bodies.js';

/*
 * Sends offers to the service as JSON Lines, or exports them, as fast as possible, in a separate process.
 * Arguments: port, API key, rows, path, price (empty for an export).
 * Prints one line of JSON with the duration in seconds and the count of each result.
 */

const [port = '', key = '', rows = '0', path = '', price = ''] = process.argv.slice(2);

/** About 64 KB. */
const rowsPerChunk = 32;

/** Builds the whole body before the measurement starts, because this process shares a CPU with Postgres. */
function buildChunks(): Buffer[] {
  const chunks: Buffer[] = [];
  for (let from = 0; from < Number(rows); from += rowsPerChunk) {
    const count = Math.min(rowsPerChunk, Number(rows) - from);
    chunks.push(Buffer.from(Array.from({ length: count }, (_, index) => lineOf(from + index)).join('')));
  }
  return chunks;
}

function lineOf(row: number): string {
  const varying = { sku: `BENCH-${String(row).padStart(8, '0')}`, monthlyPrice: Number(price) };
  return `${JSON.stringify({ ...offerBody, ...varying })}\n`;
}

const method = price === '' ? 'GET' : 'POST';
const chunks = method === 'POST' ? buildChunks() : [];
const startedAt = performance.now();
const headers = { 'x-api-key': key, 'content-type': 'application/x-ndjson' };
const outgoing = request({ host: '127.0.0.1', port, path, method, headers });
if (method === 'POST') Readable.from(chunks).pipe(outgoing);
else outgoing.end();
const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
if (response.statusCode !== 200) throw new Error(`Status ${response.statusCode}`);
const results: Record<string, number> = {};
for await (const line of createInterface({ input: response })) {
  const result = method === 'POST' ? (/"result":"(\w+)"/.exec(line)?.[1] ?? line) : 'lines';
  results[result] = (results[result] ?? 0) + 1;
}
process.stdout.write(`${JSON.stringify({ seconds: (performance.now() - startedAt) / 1000, results })}\n`);
