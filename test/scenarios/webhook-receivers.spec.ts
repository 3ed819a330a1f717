import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { OutgoingRequests } from '../../src/outgoing/outgoing-requests.js';
import { newWebhookSecret, signatureHeaders, signingKeys } from '../../src/webhooks/signature.js';
import { killWithRun } from '../support/processes.js';
import { until } from '../support/until.js';

const older = newWebhookSecret();
const newer = newWebhookSecret();
const eventId = 'evt_0190c3de-0000-7000-8000-000000000001';
const body = Buffer.from(`{"id":"${eventId}","event":"order.created","data":{"name":"Käthe \\u00e9"}}`);
const now = () => Math.floor(Date.now() / 1000);

/** Returns the headers of a message that was signed with these secrets, the newest first. */
function headersAt(timestamp: number, newest: string, ...others: string[]): Record<string, string> {
  const keys = [signingKeys(newest), ...others.map(signingKeys)] as const;
  const list = signatureHeaders({ eventId, timestamp, body, keys });
  return Object.fromEntries(
    list.flatMap((name, index) => (index % 2 === 0 ? [[name, list[index + 1] ?? '']] : [])),
  ) as Record<string, string>;
}
const headersWith = (newest: string, ...others: string[]) => headersAt(now(), newest, ...others);

describe('signatures', () => {
  it('are verified by the official library, also while the secret rotates', () => {
    const verify = (secret: string, headers: Record<string, string>) =>
      new Webhook(secret).verify(body, headers) as { id: string };
    expect(verify(older, headersWith(older)).id).toBe(eventId);
    expect(verify(older, headersWith(newer, older)).id).toBe(eventId);
    expect(verify(newer, headersWith(newer, older)).id).toBe(eventId);
    expect(() => verify(older, headersWith(newer))).toThrow('No matching signature found');
  });

  it('are those of the official library, the newest one first', () => {
    const headers = headersWith(newer, older);
    const time = new Date(Number(headers['webhook-timestamp']) * 1000);
    const signatures = [newer, older].map((secret) =>
      new Webhook(secret).sign(eventId, time, body.toString()),
    );
    expect(headers['webhook-signature']).toBe(signatures.join(' '));
    expect(headers['webhook-id']).toBe(eventId);
  });

  it('for Offergrid have the text of the newest secret as their key', () => {
    const headers = headersWith(newer, older);
    const content = Buffer.concat([Buffer.from(`${headers['x-offergrid-timestamp']}.`), body]);
    expect(headers['x-offergrid-signature']).toBe(createHmac('sha256', newer).update(content).digest('hex'));
    expect(headers['x-offergrid-timestamp']).toBe(headers['webhook-timestamp']);
  });

  it('have secrets of 32 bytes', () => {
    expect(older).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(older).not.toBe(newer);
  });
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

describe.each([
  ['Node', [process.execPath, 'receiver.mjs'], true],
  ['Python', ['python3', 'receiver.py'], hasPython],
] as const)('the example in %s', (_, [program, file], isInstalled) => {
  const withReceiver = isInstalled ? it : it.skip;
  const path = fileURLToPath(new URL(`../../examples/receivers/${file}`, import.meta.url));
  const children: ChildProcess[] = [];
  const requests = new OutgoingRequests({ allowInsecure: true });
  let output = '';
  let url = '';

  function run(env: Record<string, string>): ChildProcess {
    const child = spawn(program, [path], { env: { PATH: process.env.PATH ?? '', ...env } });
    killWithRun(child);
    children.push(child);
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return child;
  }

  beforeAll(async () => {
    if (!isInstalled) return;
    const port = await freePort();
    url = `http://127.0.0.1:${port}/`;
    run({ PORT: String(port), WEBHOOK_SECRET: older });
    await until(() => isListening(port));
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await requests.close();
  });

  const statusOf = async (headers: Record<string, string>, sent = body) => {
    const result = await requests.post(url, { headers, body: sent, timeoutMs: 10_000 });
    return result.statusCode ?? result;
  };

  withReceiver('accepts events from the service, also while the secret rotates', async () => {
    expect(await statusOf(headersWith(older))).toBe(204);
    await until(() => output.includes(`order.created ${eventId}\n`));
    expect(await statusOf(headersWith(newer, older))).toBe(204);
    expect(await statusOf(headersWith(older, newer))).toBe(204);
  });

  withReceiver('accepts what the official library has signed', async () => {
    const signature = new Webhook(older).sign(eventId, new Date(), body.toString());
    expect(
      await statusOf({
        'webhook-id': eventId,
        'webhook-timestamp': String(now()),
        'webhook-signature': `v1a,unknown ${signature}`,
      }),
    ).toBe(204);
  });

  withReceiver('refuses everything else', async () => {
    const headers = headersWith(older);
    expect(await statusOf({})).toBe(401);
    expect(await statusOf(headersWith(newer))).toBe(401);
    expect(await statusOf(headers, Buffer.from(body.toString().replace('created', 'deleted')))).toBe(401);
    expect(await statusOf({ ...headers, 'webhook-id': 'evt_2' })).toBe(401);
    expect(await statusOf({ ...headers, 'webhook-timestamp': '' })).toBe(401);
    expect(await statusOf({ ...headers, 'webhook-signature': 'v1, v1,é' })).toBe(401);
    for (const timestamp of [now() - 400, now() + 400])
      expect(await statusOf(headersAt(timestamp, older))).toBe(401);
  });

  withReceiver('does not start without a secret', async () => {
    const [code] = (await once(run({ PORT: '0', WEBHOOK_SECRET: '' }), 'close')) as [number];
    expect(code).toBe(1);
    expect(output).toContain('Set WEBHOOK_SECRET');
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const isListening = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
