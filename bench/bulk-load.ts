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

function* lines(): Generator<string> {
  for (let row = 0; row < Number(rows); row += 1) {
    const own = { sku: `BENCH-${String(row).padStart(8, '0')}`, monthlyPrice: Number(price) };
    yield `${JSON.stringify({ ...offerBody, ...own })}\n`;
  }
}

const startedAt = performance.now();
const headers = { 'x-api-key': key, 'content-type': 'application/x-ndjson' };
const method = price === '' ? 'GET' : 'POST';
const sent = request({ host: '127.0.0.1', port, path, method, headers });
if (method === 'POST') Readable.from(lines()).pipe(sent);
else sent.end();
const [response] = (await once(sent, 'response')) as [IncomingMessage];
if (response.statusCode !== 200) throw new Error(`Answered with ${response.statusCode}`);
const results: Record<string, number> = {};
for await (const line of createInterface({ input: response })) {
  const result = method === 'POST' ? (JSON.parse(line) as { result: string }).result : 'lines';
  results[result] = (results[result] ?? 0) + 1;
}
process.stdout.write(`${JSON.stringify({ seconds: (performance.now() - startedAt) / 1000, results })}\n`);
