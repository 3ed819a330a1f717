// Receives webhooks on PORT and verifies them with WEBHOOK_SECRET. Needs Node 20 or newer and no packages.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const { WEBHOOK_SECRET = '', PORT = '8080' } = process.env;
if (!WEBHOOK_SECRET.startsWith('whsec_')) throw new Error('Set WEBHOOK_SECRET to the secret of the endpoint');
const key = Buffer.from(WEBHOOK_SECRET.slice('whsec_'.length), 'base64');

// The body must be the bytes that were received. While the secret rotates, there are several signatures.
function isSigned({ headers }, body) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures = '' } = headers;
  const digest = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  const right = Buffer.from(`v1,${digest}`);
  const isRight = (signature) => signature.length === right.length && timingSafeEqual(signature, right);
  const isRecent = Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300;
  return isRecent && signatures.split(' ').some((signature) => isRight(Buffer.from(signature)));
}

createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray().catch(() => []));
  if (!isSigned(request, body)) return response.writeHead(401).end();
  const { id, event } = JSON.parse(body);
  // An event can arrive more than once. Store its id together with what you do about it, and skip ids that you know.
  process.stdout.write(`${event} ${id}\n`);
  return response.writeHead(204).end();
}).listen(Number(PORT), '127.0.0.1');
