import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import {
  OutgoingRequests,
  type OutgoingOptions,
  type OutgoingPost,
} from '../../src/outgoing/outgoing-requests.js';
import { dnsResolver } from '../../src/outgoing/lookup.js';
import { certificate } from '../support/certificate.js';
import { DnsServer } from '../support/dns-server.js';
import { until } from '../support/until.js';

/** A server that counts its connections. */
class Receiver {
  connections = 0;
  readonly sockets = new Set<Socket>();

  constructor(readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.connections += 1;
      this.sockets.add(socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket)));
    });
  }

  get port() {
    return (this.server.address() as AddressInfo).port;
  }

  get url() {
    return `http://127.0.0.1:${this.port}/hooks?a=1`;
  }
}

const receivers: Receiver[] = [];
const senders: OutgoingRequests[] = [];

async function listen(server: Server): Promise<Receiver> {
  const receiver = new Receiver(server);
  receivers.push(receiver);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return receiver;
}
const serve = (listener: RequestListener) => listen(createHttpServer(listener));
/** Serves connections without HTTP; `onRequest` is called when something arrives. */
const serveRaw = (onRequest: (socket: Socket) => void) =>
  listen(createServer((socket) => socket.once('data', () => onRequest(socket))));

function sender(options: Partial<OutgoingOptions> = {}): OutgoingRequests {
  const requests = new OutgoingRequests({ allowInsecure: true, ...options });
  senders.push(requests);
  return requests;
}

const body = Buffer.from('{"id":"evt_1"}');
const post = (url: string, options: Partial<OutgoingPost> = {}, requests = sender()) =>
  requests.post(url, {
    headers: { 'content-type': 'application/json' },
    body,
    timeoutMs: 10_000,
    ...options,
  });

afterEach(async () => {
  await Promise.all(senders.splice(0).map((each) => each.close()));
  for (const { server, sockets } of receivers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

it('sends the bytes and headers, and returns the status and the first kilobyte of the response', async () => {
  const received: unknown[] = [];
  const receiver = await serve(async (request, response) => {
    const { method, url, headers } = request;
    received.push(method, url, headers['content-type'], Buffer.concat((await request.toArray()) as Buffer[]));
    response.writeHead(404).write('a'.repeat(1000));
    response.end('b'.repeat(1000));
  });
  const { durationMs, ...result } = await post(receiver.url);
  expect(durationMs).toEqual(expect.any(Number));
  expect(result).toEqual({ statusCode: 404, excerpt: Buffer.from('a'.repeat(1000) + 'b'.repeat(24)) });
  expect(received).toEqual(['POST', '/hooks?a=1', 'application/json', body]);
});

it('uses a connection again unless it has cut the response, and one for each request at the same time', async () => {
  let size = 0;
  const receiver = await serve((_, response) => response.end('x'.repeat(size)));
  const requests = sender();
  for (size of [0, 60_000, 300_000, 0]) await post(receiver.url, {}, requests);
  expect(receiver.connections).toBe(2);
  await Promise.all([1, 2, 3].map(() => post(receiver.url, {}, requests)));
  expect(receiver.connections).toBe(4);
});

it('closes connections that are not used, and keeps at most 256 open', async () => {
  const receiver = await serve((_, response) => response.setHeader('keep-alive', 'timeout=3').end());
  const requests = sender({ resolve: async () => ['127.0.0.1'] });
  for (let n = 0; n < 300; n += 1)
    await post(`http://h${n}.example:${receiver.port}/`, { timeoutMs: 60_000 }, requests);
  expect(receiver.connections).toBe(300);
  expect(receiver.sockets.size).toBeLessThan(275);
  await until(() => receiver.sockets.size === 0);
});

it('neither follows a redirect nor unpacks a response', async () => {
  const target = await serve((_, response) => response.end());
  const packed = gzipSync('x'.repeat(100_000));
  const receiver = await serve((_, response) =>
    response.writeHead(307, { location: target.url, 'content-encoding': 'gzip' }).end(packed),
  );
  expect(await post(receiver.url)).toMatchObject({ statusCode: 307, excerpt: packed });
  expect(target.connections).toBe(0);
});

const flood = (socket: Socket, text: string): void => {
  const block = text.repeat(Math.ceil(32_768 / text.length));
  const more = () => {
    while (socket.write(block));
    socket.once('drain', more);
  };
  more();
};
const ok = 'HTTP/1.1 200 OK\r\n';
const chunked = `${ok}transfer-encoding: chunked\r\n\r\n`;

it.each([
  ['an endless body', chunked, '1000\r\n' + 'x'.repeat(4096) + '\r\n', { statusCode: 200 }],
  ['a body without a length', `${ok}\r\n`, 'x', { statusCode: 200 }],
  ['an endless chunk extension', `${chunked}1;`, 'x', { statusCode: 200 }],
  ['endless headers', ok, 'x-a: y\r\n', { error: 'response_too_large' }],
  ['an endless header', `${ok}x-a: `, 'y', { error: 'response_too_large' }],
  [
    'endless early hints',
    '',
    'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n',
    { error: 'response_too_large' },
  ],
  ['an endless status', 'HTTP/1.1 200 ', 'x', { error: 'response_too_large' }],
])('stops reading %s', async (_, start, rest, expected) => {
  const receiver = await serveRaw((socket) => {
    socket.write(start);
    flood(socket, rest);
  });
  expect(await post(receiver.url)).toMatchObject(expected);
  await until(() => receiver.sockets.size === 0);
});

it.each([
  ['says nothing', '', undefined],
  ['sends its headers slowly', 'HTTP/1.1 200 OK\r\nx-a: ', undefined],
  ['sends its body slowly', 'HTTP/1.1 200 OK\r\n\r\n', 200],
])('ends at the deadline if the receiver %s', async (_, start, statusCode) => {
  const receiver = await serveRaw((socket) => {
    if (start === '') return;
    socket.write(start);
    const drip = setInterval(() => socket.write('x'), 20);
    socket.once('close', () => clearInterval(drip));
  });
  const result = await post(receiver.url, { timeoutMs: statusCode ? 800 : 150 });
  expect(result).toMatchObject({ error: 'timeout', message: expect.stringContaining('in time') });
  expect(result.statusCode).toBe(statusCode);
  await until(() => receiver.sockets.size === 0);
});

it('ends at the deadline while a name is resolved and during a TLS handshake', async () => {
  const never = sender({ resolve: () => new Promise(() => undefined) });
  expect(await post('http://slow.example/', { timeoutMs: 50 }, never)).toMatchObject({ error: 'timeout' });
  const receiver = await serveRaw(() => undefined);
  const url = receiver.url.replace('http:', 'https:');
  expect(await post(url, { timeoutMs: 150 })).toMatchObject({ error: 'timeout' });
  await until(() => receiver.sockets.size === 0);
});

it('sends nothing after the deadline, also on a kept connection', async () => {
  let requests = 0;
  const receiver = await serve((_, response) => {
    requests += 1;
    response.end();
  });
  const kept = sender();
  await post(receiver.url, {}, kept);
  for (const timeoutMs of [0, -100])
    expect(await post(receiver.url, { timeoutMs }, kept)).toMatchObject({ error: 'timeout' });
  expect(await post(receiver.url, {}, kept)).toMatchObject({ statusCode: 200 });
  expect([requests, receiver.connections]).toEqual([2, 1]);
});

it.each([
  ['before the response', '', { error: 'connection' }],
  ['in the headers', 'HTTP/1.1 200 OK\r\nx', { error: 'connection' }],
  ['in the body', `${ok}content-length: 9\r\n\r\nhalf`, { error: 'connection', statusCode: 200 }],
  ['in a chunk', `${chunked}9\r\nhalf`, { error: 'connection', statusCode: 200 }],
  ['with something else than HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', { error: 'invalid_response' }],
  [
    'with a change of protocols',
    'HTTP/1.1 101 X\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    { error: 'connection' },
  ],
])('reports a receiver that closes the connection %s', async (_, text, expected) => {
  const receiver = await serveRaw((socket) => socket.end(text));
  expect(await post(receiver.url)).toMatchObject(expected);
  expect(receiver.connections).toBe(1);
});

it('sends once more if a kept connection is closed instead of a response', async () => {
  const receiver = await serveRaw((socket) => {
    socket.write(`${ok}content-length: 0\r\n\r\n`);
    socket.on('data', () => socket.destroy());
  });
  const requests = sender();
  for (let n = 0; n < 3; n += 1)
    expect(await post(receiver.url, {}, requests)).toMatchObject({ statusCode: 200 });
  expect(receiver.connections).toBe(3);
});

it('reports a refused connection and a header that cannot be sent', async () => {
  const { server, url } = await serve(() => undefined);
  await new Promise((resolve) => server.close(resolve));
  expect(await post(url)).toMatchObject({ error: 'connection', message: 'The connection was refused' });
  expect(await post(url, { headers: { 'x-a': 'a\r\nb' } })).toMatchObject({ error: 'invalid_request' });
});

it('aborts requests with their signal and at the end', async () => {
  const receiver = await serveRaw(() => undefined);
  const controller = new AbortController();
  const first = post(receiver.url, { signal: controller.signal });
  const requests = sender();
  const second = post(receiver.url, {}, requests);
  await until(() => receiver.connections === 2);
  controller.abort();
  await requests.close();
  expect(await first).toMatchObject({ error: 'aborted' });
  expect(await second).toMatchObject({ error: 'aborted' });
  await until(() => receiver.sockets.size === 0);
  expect(await post(receiver.url, { signal: controller.signal })).toMatchObject({ error: 'aborted' });
  expect(await post(receiver.url, {}, requests)).toMatchObject({ error: 'aborted' });
  expect(receiver.connections).toBe(2);
});

it('refuses private addresses, also behind names, before it connects', async () => {
  const receiver = await serve((_, response) => response.end());
  const { port } = receiver;
  const answers: Record<string, string[]> = {
    'private.example': ['127.0.0.1'],
    'mixed.example': ['93.184.215.14', '127.0.0.1'],
    'mapped.example': ['::ffff:127.0.0.1'],
    'nat64.example': ['64:ff9b::7f00:1'],
  };
  const strict = sender({ allowInsecure: false, resolve: async (name) => answers[name] ?? [] });
  const hosts = [
    ...Object.keys(answers),
    '127.0.0.1',
    '2130706433',
    '[::ffff:7f00:1]',
    'localhost',
    'localhost.',
  ];
  for (const host of hosts)
    expect(await post(`https://${host}:${port}/`, {}, strict)).toMatchObject({ error: 'refused_address' });
  expect(await post(receiver.url, {}, strict)).toMatchObject({
    error: 'refused_address',
    message: 'The URL must be an https URL such as https://example.com/webhooks',
  });
  expect(receiver.connections).toBe(0);
});

it('stays with the address that it has checked, whatever the name leads to later', async () => {
  const receiver = await serve((_, response) => response.end());
  let questions = 0;
  const resolve = async () => (++questions === 1 ? ['127.0.0.1'] : []);
  const requests = sender({ resolve });
  const url = `http://rebinding.example:${receiver.port}/`;
  expect(await post(url, {}, requests)).toMatchObject({ statusCode: 200 });
  expect(await post(url, {}, requests)).toMatchObject({ statusCode: 200 });
  expect([questions, receiver.connections]).toEqual([1, 1]);
  for (const socket of receiver.sockets) socket.destroy();
  expect(await post(url, {}, requests)).toMatchObject({ error: 'dns' });
  expect(questions).toBe(2);
});

it('asks DNS servers for all addresses', async () => {
  const dns = new DnsServer({
    'both.example': ['127.0.0.1', '::1'],
    'hidden.example': ['2606:4700::1111', '10.0.0.1'],
  });
  const resolve = dnsResolver([await dns.open()]);
  const strict = sender({ allowInsecure: false, resolve });
  expect(await resolve('both.example')).toEqual(['127.0.0.1', '::1']);
  expect(await post('https://hidden.example/', {}, strict)).toMatchObject({ error: 'refused_address' });
  expect(await post('https://unknown.example/', {}, strict)).toMatchObject({
    error: 'dns',
    message: 'The host name has no address',
  });
  dns.close();
});

it('verifies certificates', async () => {
  const receiver = await listen(createTlsServer(certificate, (_, response) => response.end('secure')));
  const resolve = async () => ['127.0.0.1'];
  const url = `https://hooks.example:${receiver.port}/`;
  const trusting = sender({ resolve, ca: certificate.cert });
  expect(await post(url, {}, sender({ resolve }))).toMatchObject({
    error: 'tls',
    message: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
  });
  expect(await post(url, { headers: { host: 'other.example' } }, trusting)).toMatchObject({
    statusCode: 200,
    excerpt: Buffer.from('secure'),
  });
  expect(await post(url.replace('hooks', 'other'), {}, trusting)).toMatchObject({ error: 'tls' });
});
