import { once } from 'node:events';
import { connect } from 'node:net';
import { start, type Harness } from '../support/harness.js';

let harness: Harness;
beforeAll(async () => {
  harness = await start();
});
afterAll(() => harness.stop());

/**
 * Sends bytes over a separate connection. @returns the status line, the headers and the body of the response
 */
async function send(
  text: string,
): Promise<{ status: string; headers: string; body: Record<string, unknown> }> {
  const { hostname, port } = new URL(harness.url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString())).on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const [status = '', ...headers] = head.split('\r\n');
  return { status, headers: headers.join('\n'), body: JSON.parse(body) as Record<string, unknown> };
}

describe('a request that is not HTTP', () => {
  it.each([
    ['400 Bad Request', 'MALFORMED_REQUEST', 'HELLO\r\n\r\n'],
    ['400 Bad Request', 'MALFORMED_REQUEST', 'GET / HTTP/1.1\r\nhost: x\r\nbroken header\r\n\r\n'],
    ['400 Bad Request', 'MALFORMED_REQUEST', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n'],
    [
      '431 Request Header Fields Too Large',
      'HEADERS_TOO_LARGE',
      `GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`,
    ],
  ])('results in %s %s with a problem document', async (status, code, text) => {
    const reply = await send(text);
    expect(reply.status).toBe(`HTTP/1.1 ${status}`);
    expect(reply.headers).toMatch(/^content-type: application\/problem\+json; charset=utf-8$/m);
    expect(reply.body).toMatchObject({ code, status: Number(status.slice(0, 3)) });
    expect(reply.headers).toContain(`x-request-id: ${String(reply.body.requestId)}`);
    harness.openapi.validate('#/components/schemas/Problem', reply.body, code);
  });
});
