import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { killOnInterrupt, stopChild } from '../environment/interrupts.js';
import { compiled } from '../environment/programs.js';
import type { Part } from './alternate.js';

/*
 * Compares two ways to reject a request with an unknown API key: in a Fastify onRequest hook, which runs before the
 * body is read, and in a Nest guard, which runs after the body has been parsed.
 */

type Kind = 'hook' | 'guard';
const kinds: Kind[] = ['hook', 'guard'];
const names: Record<Kind, string> = { hook: 'Fastify onRequest hook', guard: 'Nest guard' };

/** Builds a JSON body of about `bytes` bytes. */
function bodyOf(bytes: number): Buffer {
  const entry = { name: 'High-Speed Internet', price: 59.99, tags: ['fibre', 'home'] };
  const entries = Array.from({ length: Math.ceil(bytes / JSON.stringify(entry).length) }, () => entry);
  return Buffer.from(JSON.stringify({ entries }));
}

/** Returns one part per body size. The servers run until the last part is closed. */
export async function accessParts(sizes: readonly number[]): Promise<Part[]> {
  const servers = new Map<Kind, { child: ChildProcess; port: number }>();
  for (const kind of kinds) {
    const child = killOnInterrupt(fork(compiled('bench/parts/access-server.js'), [kind]));
    const [port] = (await once(child, 'message')) as [number];
    servers.set(kind, { child, port });
  }
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = async (kind: Kind, body: Buffer) => {
    const headers = {
      'x-api-key': 'unknown',
      'content-type': 'application/json',
      'content-length': body.length,
    };
    const port = servers.get(kind)?.port;
    const outgoing = request({ host: '127.0.0.1', port, path: '/offers', method: 'POST', headers, agent });
    outgoing.end(body);
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    if (response.statusCode !== 401) throw new Error(`Status ${response.statusCode}`);
  };
  const cpuUs = async () => {
    let sum = 0;
    for (const { child } of servers.values()) {
      child.send('cpu');
      sum += ((await once(child, 'message')) as [number])[0];
    }
    return sum;
  };
  const close = async () => {
    agent.destroy();
    for (const { child } of servers.values()) await stopChild(child);
  };
  return sizes.map((size, index) => {
    const body = bodyOf(size);
    const run = (kind: Kind) => async (count: number) => {
      for (let sent = 0; sent < count; sent += 1) await send(kind, body);
    };
    return {
      title: `Rejecting an unknown key: body of ${size / 1000} KB`,
      operation: 'one request; CPU of the server',
      batch: 50,
      cpuUs,
      ways: kinds.map((kind) => ({ name: names[kind], run: run(kind) })),
      ...(index === sizes.length - 1 ? { close } : {}),
    };
  });
}
