import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { stopChild } from '../environment/interrupts.js';
import { memoryMib } from '../environment/process-usage.js';
import { serviceArgs } from '../environment/programs.js';

export interface TimedResponse {
  /** The path of the next page. */
  next?: string;
  ms: number;
  body: string;
}

/** The service without rate limits in its own process, and a client with one persistent connection. */
export class CatalogServer {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
  ) {}

  static async start(databaseUrl: string): Promise<CatalogServer> {
    const env = {
      ...process.env,
      RATE_LIMIT_PER_MINUTE: '0',
      RATE_LIMIT_PER_HOUR: '0',
      AUTH_FAILURES_PER_MINUTE: '0',
      DATABASE_URL: databaseUrl,
      DEMO: 'false',
      LOG_LEVEL: 'error',
      PORT: '0',
    };
    const child = spawn(process.execPath, serviceArgs, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const url = await new Promise<string>((resolve, reject) => {
      let output = '';
      child.once('exit', () => reject(new Error(`The service did not start: ${output}`)));
      child.stdout.on('data', (data: Buffer) => {
        output += data.toString();
        const found = /http:\/\/[\w.:[\]]+:\d+/.exec(output);
        if (found) resolve(found[0].replace('localhost', '127.0.0.1'));
      });
    });
    return new CatalogServer(child, url);
  }

  /** Sends a GET request and reads the whole body. @throws unless the status is 200 */
  async get(path: string, key: string): Promise<TimedResponse> {
    const startedAt = performance.now();
    const outgoing = request(new URL(path, this.url), { agent: this.agent, headers: { 'x-api-key': key } });
    outgoing.end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(response, 'end');
    const ms = performance.now() - startedAt;
    const body = Buffer.concat(chunks).toString();
    if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode} ${body}`);
    const next = /<([^>]+)>; rel="next"/.exec(String(response.headers.link ?? ''))?.[1];
    return { next, ms, body };
  }

  /** Returns the resident memory of the process in MiB; NaN on systems other than Linux. */
  memoryMib(): number {
    return memoryMib(this.child.pid ?? 0).now;
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    this.child.removeAllListeners('exit');
    await stopChild(this.child);
  }
}
