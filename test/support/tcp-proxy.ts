import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** A connection through the proxy. */
interface Link {
  near: Socket;
  far: Socket;
  isSilent: boolean;
}

/** A TCP proxy between the service and Postgres that can be stopped, or drop what is sent. */
export class TcpProxy {
  private readonly links = new Set<Link>();
  private server: Server | undefined;
  private port = 0;
  private isSilent = false;

  constructor(private target: URL) {}

  /** @returns the URL of the database through the proxy */
  async open(): Promise<string> {
    this.server = createServer((near) => this.join(near)).listen(this.port, '127.0.0.1');
    await new Promise((resolve) => this.server?.once('listening', resolve));
    this.port = (this.server.address() as AddressInfo).port;
    const url = new URL(this.target);
    url.port = String(this.port);
    return url.href;
  }

  /** Makes new connections lead to another server. */
  retarget(target: URL): void {
    this.target = target;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server?.close(resolve));
    this.disconnectAll();
    await closed;
  }

  disconnectAll(): void {
    for (const { near, far } of this.links) for (const socket of [near, far]) socket.destroy();
    this.links.clear();
  }

  /** Drops all bytes of old and new connections in both directions, like a network without a route: nobody is told. */
  silence(): void {
    this.isSilent = true;
    for (const link of this.links) link.isSilent = true;
  }

  /** Lets new connections through; those from before remain silent. */
  resume(): void {
    this.isSilent = false;
  }

  private join(near: Socket): void {
    const far = connect(Number(this.target.port), this.target.hostname);
    const link = { near, far, isSilent: this.isSilent };
    this.links.add(link);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (chunk) => link.isSilent || to.write(chunk));
      from.on('error', () => undefined);
      from.on('close', () => link.isSilent || to.destroy());
    }
  }
}
