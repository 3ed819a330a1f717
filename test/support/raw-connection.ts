import { connect, type Socket } from 'node:net';
import { until } from './until.js';

/** A connection on which a test sends any bytes, at any time, and reads the answer or not. */
export class RawConnection {
  /** Everything that was received. */
  text = '';
  isClosed = false;
  private readonly socket: Socket;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.socket = connect(Number(port), hostname);
    this.socket
      .on('data', (chunk) => (this.text += chunk.toString('latin1')))
      .on('error', () => undefined)
      .on('close', () => (this.isClosed = true));
  }

  /** Sends the request line, the headers and a part of the body. */
  start(line: string, headers: Record<string, string | number>, body = ''): this {
    const fields = Object.entries({ host: 'x', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    return this.send(`${line} HTTP/1.1\r\n${fields.join('')}\r\n${body}`);
  }

  send(data: string | Buffer): this {
    this.socket.write(data);
    return this;
  }

  /** Sends a chunk of a body with `Transfer-Encoding: chunked`; an empty one ends the body. */
  sendChunk(text: string): this {
    return this.send(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
  }

  /** Reads nothing from now on. */
  pause(): this {
    this.socket.pause();
    return this;
  }

  async closed(): Promise<string> {
    await until(() => this.isClosed);
    return this.text;
  }

  async received(text: string): Promise<string> {
    await until(() => this.text.includes(text));
    return this.text;
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** The status of the first answer, and its body as JSON. */
export function parseAnswer(text: string): { status: number; body: Record<string, unknown> } {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  return { status: Number(head.slice(9, 12)), body: JSON.parse(body) as Record<string, unknown> };
}
