import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that a receiver got. */
export interface ReceivedWebhook {
  /** The value of `webhook-id`. */
  id: string;
  headers: Record<string, string>;
  body: string;
  /** `data.n`, the number of the event in its test. */
  n: number;
  /** Unix milliseconds. */
  at: number;
}

/** Returns the status to answer with; undefined if it has answered itself, or never answers. */
export type Behaviour = (
  webhook: ReceivedWebhook,
  response: ServerResponse,
) => number | undefined | Promise<number | undefined>;

/** A receiver of webhooks on loopback, which records what it gets. */
export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = [];
  /** Requests in progress, and the most that there were at the same time. */
  inProgress = 0;
  mostAtOnce = 0;
  url = '';
  private server: Server | undefined;

  constructor(public behave: Behaviour = () => 204) {}

  async start(): Promise<this> {
    this.server = createServer((request, response) => void this.handle(request, response));
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hooks`;
    return this;
  }

  /** The numbers of the events, in the order of their arrival. */
  get numbers(): number[] {
    return this.received.map(({ n }) => n);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server?.close(resolve));
    this.server?.closeAllConnections();
    await closed;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const { data } = JSON.parse(body) as { data: { n?: number } };
    const headers = request.headers as Record<string, string>;
    const webhook = { id: headers['webhook-id'] ?? '', headers, body, n: data.n ?? 0, at: Date.now() };
    this.received.push(webhook);
    this.inProgress += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.inProgress);
    response.once('close', () => (this.inProgress -= 1));
    const status = await this.behave(webhook, response);
    if (status !== undefined) response.writeHead(status).end();
  }
}
