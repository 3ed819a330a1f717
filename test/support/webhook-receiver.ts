import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that a receiver got. */
export interface ReceivedWebhook {
  /** The value of `webhook-id`. */
  id: string;
  headers: IncomingMessage['headers'];
  body: string;
  /** `data.n`, the number of the event in its test. */
  n: number;
  at: number;
}

/** Returns the status to answer with, or answers itself and returns undefined. */
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
  behave: Behaviour = () => 204;
  url = '';
  private server: Server | undefined;

  async start(behave?: Behaviour): Promise<this> {
    if (behave) this.behave = behave;
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
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const { data } = JSON.parse(body) as { data: { n?: number } };
    const { headers } = request;
    const webhook = { id: String(headers['webhook-id']), headers, body, n: data.n ?? 0, at: Date.now() };
    this.received.push(webhook);
    this.inProgress += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.inProgress);
    response.once('close', () => (this.inProgress -= 1));
    const status = await this.behave(webhook, response);
    if (status !== undefined) response.writeHead(status).end();
  }
}
