import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { killWithRun } from '../../support/processes.js';
import { testSeed } from '../../support/seed.js';

const replyMs = 20_000;
const program = fileURLToPath(new URL('receiver.mjs', import.meta.url));

/** A request that a receiver got. */
export interface Receipt {
  /** The index of the endpoint; -1 for the target of redirects, which no request must reach. */
  endpoint: number;
  /** The address of the process that has sent it. */
  from: string;
  /** Values of a counter that show the order of what happened. The end is when the sender can know the response. */
  began: number;
  ended?: number;
  headers: Record<string, string>;
  /** Missing if the connection ended before. */
  body?: string;
  behaviour?: string;
  /** Missing if the response was not complete. */
  status?: number;
}

/** A process with receivers of webhooks that fail in every way. */
export class Receivers {
  private constructor(
    private readonly child: ChildProcess,
    /** The URL of each endpoint. */
    readonly urls: readonly string[],
  ) {}

  static async start(endpoints: number): Promise<Receivers> {
    const child = fork(program, [testSeed, endpoints].map(String));
    killWithRun(child);
    const { urls } = await replyOf<{ urls: string[] }>(child);
    return new Receivers(child, urls);
  }

  /** Accepts everything from now on. */
  calm(): void {
    this.child.send('calm');
  }

  async count(): Promise<number> {
    this.child.send('count');
    return (await replyOf<{ count: number }>(this.child)).count;
  }

  async receipts(): Promise<Receipt[]> {
    this.child.send('receipts');
    return (await replyOf<{ receipts: Receipt[] }>(this.child)).receipts;
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }
}

async function replyOf<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message', { signal: AbortSignal.timeout(replyMs) })) as [T];
  return message;
}
