import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv4 } from 'node:net';

const A = 1;
const AAAA = 28;

/** A DNS server on the loopback interface that answers with the addresses of `records`, or that a name does not exist. */
export class DnsServer {
  /** How many questions have arrived for each name. */
  readonly questions = new Map<string, number>();
  private readonly socket: Socket = createSocket('udp4');

  constructor(readonly records: Record<string, readonly string[]>) {
    this.socket.on('message', (query, { port, address }) =>
      this.socket.send(this.answer(query), port, address),
    );
  }

  /** @returns the address to which questions are sent */
  async open(): Promise<string> {
    this.socket.bind(0, '127.0.0.1');
    await once(this.socket, 'listening');
    return `127.0.0.1:${this.socket.address().port}`;
  }

  close(): void {
    this.socket.close();
  }

  private answer(query: Buffer): Buffer {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const name = labels.join('.').toLowerCase();
    const type = query.readUInt16BE(at + 1);
    this.questions.set(name, (this.questions.get(name) ?? 0) + 1);
    const known = this.records[name];
    const addresses = (known ?? []).filter((address) => isIPv4(address) === (type === A));
    const found = type === A || type === AAAA ? addresses.map((address) => record(type, address)) : [];
    const header = Buffer.from(query.subarray(0, 12));
    // A response, recursion available, and the code 3 if the name does not exist.
    header.writeUInt16BE(0x8180 | (known ? 0 : 3), 2);
    header.writeUInt16BE(found.length, 6);
    header.writeUInt32BE(0, 8);
    return Buffer.concat([header, query.subarray(12, at + 5), ...found]);
  }
}

function record(type: number, address: string): Buffer {
  const data = type === A ? address.split('.').map(Number) : ipv6Bytes(address);
  // The name is a pointer to that of the question; the class is IN; the answer is valid for a minute.
  return Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length, ...data]);
}

function ipv6Bytes(address: string): number[] {
  const [start = '', end = ''] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const groups = [...start, ...Array<string>(8 - start.length - end.length).fill('0'), ...end];
  return groups.map((group) => parseInt(group, 16)).flatMap((value) => [value >> 8, value & 255]);
}
