import { Agent, request } from 'undici';
import type { BareLoopRequest, BareLoopResult } from './saturation.js';

/*
 * Sends requests with undici and nothing else, in a process of its own: a number of loops that each take the next message,
 * send it, and read the answer. Started with an IPC channel.
 */

let counter = 0;

async function run({
  ports,
  bodies,
  headers,
  count,
  connections,
  perOrigin,
}: BareLoopRequest): Promise<BareLoopResult> {
  const agent = new Agent({ connections: perOrigin, pipelining: 1 });
  const bytes = bodies.map((body) => Buffer.from(body));
  const urls = ports.map((port) => `http://127.0.0.1:${port}/webhooks`);
  const times: number[] = [];
  let next = 0;
  const loop = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      counter += 1;
      const startedAt = performance.now();
      const { body, statusCode } = await request(urls[index % urls.length] ?? '', {
        dispatcher: agent,
        method: 'POST',
        headers: { ...headers, 'webhook-id': `evt_${String(counter).padStart(32, '0')}` },
        body: bytes[index % bytes.length],
      });
      await body.text();
      if (statusCode !== 200) throw new Error(`Status ${statusCode}`);
      times.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: connections }, loop));
  const { user, system } = process.cpuUsage(cpuBefore);
  await agent.close();
  return { times, cpuUs: (user + system) / count };
}

let cpuBefore = process.cpuUsage();

process.on('message', (message: BareLoopRequest) => {
  cpuBefore = process.cpuUsage();
  void run(message).then((result) => process.send?.(result));
});
process.once('disconnect', () => process.exit());
