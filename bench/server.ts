import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { end, endedByStop } from './stop.js';
import { serviceArgs } from './subject.js';

/** Compiled, this file stands in dist/bench. */
const program = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url));

export interface Reply {
  status: number;
  link?: string;
  ms: number;
  body: string;
}

/** The service as a process of its own, and a client with one connection that is kept. */
export class Server {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
  ) {}

  static async start(databaseUrl: string): Promise<Server> {
    const limits = { RATE_LIMIT_PER_MINUTE: '0', RATE_LIMIT_PER_HOUR: '0', AUTH_FAILURES_PER_MINUTE: '0' };
    const env = {
      ...process.env,
      ...limits,
      DATABASE_URL: databaseUrl,
      DEMO: 'false',
      LOG_LEVEL: 'error',
      PORT: '0',
    };
    const child = spawn(process.execPath, serviceArgs, {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.once('exit', () => reject(new Error(`The service did not start: ${said}`)));
      child.stdout.on('data', (data: Buffer) => {
        said += data.toString();
        const found = /http:\/\/[\w.:[\]]+:\d+/.exec(said);
        if (found) resolve(found[0].replace('localhost', '127.0.0.1'));
      });
    });
    return new Server(child, url);
  }

  /** Sends a GET and waits for the whole body. @throws unless it is answered with 200 */
  async get(path: string, key: string): Promise<Reply> {
    const startedAt = performance.now();
    const sent = request(new URL(path, this.url), { agent: this.agent, headers: { 'x-api-key': key } });
    sent.end();
    const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
    const data: Buffer[] = [];
    response.on('data', (part: Buffer) => data.push(part));
    await once(response, 'end');
    const ms = performance.now() - startedAt;
    const body = Buffer.concat(data).toString();
    if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode} ${body}`);
    const link = /<([^>]+)>; rel="next"/.exec(String(response.headers.link ?? ''))?.[1];
    return { status: response.statusCode, link, ms, body };
  }

  /** Memory of the process in MiB; Linux alone tells. */
  memoryMib(): number {
    try {
      const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
      return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
    } catch {
      return NaN;
    }
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    this.child.removeAllListeners('exit');
    await end(this.child);
  }
}

/** Runs the seed program as `npm run seed` does. @returns offers a second */
export async function runSeed(databaseUrl: string, offers: number): Promise<number> {
  const env = { ...process.env, DATABASE_URL: databaseUrl };
  const args = ['--max-semi-space-size=64', program('../seed/seed-cli.js'), '--offers', String(offers)];
  const child = endedByStop(spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] }));
  let said = '';
  child.stdout.on('data', (data: Buffer) => (said += data.toString()));
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`Seeding ended with ${code}`);
  return Number(/([\d,]+) offers a second/.exec(said)?.[1]?.replaceAll(',', ''));
}
