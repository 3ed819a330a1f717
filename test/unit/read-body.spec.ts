import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { ClientLeft } from '../../src/common/request/client-left.js';
import { readBody } from '../../src/http/traffic/read-body.js';

const limits = { maxBytes: 100, timeoutMs: 1_000, hold: () => true };

it('ends at once if the client left before the body was read, so that the request is answered and counted', async () => {
  const request = new IncomingMessage(new Socket());
  request.destroy();
  const error = await new Promise((resolve) => readBody(request, limits, resolve));
  expect(error).toBeInstanceOf(ClientLeft);
});

it('ends if the client leaves while the body is read', async () => {
  const request = new IncomingMessage(new Socket());
  const result = new Promise((resolve) => readBody(request, limits, resolve));
  request.destroy(new Error('aborted'));
  expect(await result).toMatchObject({ message: 'aborted' });
});
