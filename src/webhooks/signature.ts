import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';

/** Returns a new secret: `whsec_` and 32 random bytes in Base64, as in the specification of Standard Webhooks. */
export const newWebhookSecret = (): string => PREFIX + randomBytes(32).toString('base64');

/** What is signed. */
export interface SignedMessage {
  /** Sent as `webhook-id`; the same for all attempts. */
  readonly eventId: string;
  /** Unix time of the attempt, in seconds. */
  readonly timestamp: number;
  /** The bytes that are sent. */
  readonly body: Buffer;
  /** The secrets of the endpoint that are valid, the newest one first; at least one. */
  readonly secrets: readonly string[];
}

/**
 * Returns the headers with which a receiver verifies a message. `webhook-signature` contains a signature for each secret,
 * so that a receiver can have either one while the secret rotates. Its key is what the Base64 after `whsec_` encodes.
 * `x-offergrid-signature` has room for one signature only, that of the newest secret. Its key is the text of the secret.
 */
export function signatureHeaders({
  eventId,
  timestamp,
  body,
  secrets,
}: SignedMessage): Record<string, string> {
  const [newest = ''] = secrets;
  const content = `${eventId}.${timestamp}.`;
  return {
    'webhook-id': eventId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': secrets
      .map((secret) => `v1,${sign(standardKey(secret), content, body).digest('base64')}`)
      .join(' '),
    'x-offergrid-timestamp': String(timestamp),
    'x-offergrid-signature': sign(newest, `${timestamp}.`, body).digest('hex'),
  };
}

const standardKey = (secret: string) => Buffer.from(secret.slice(PREFIX.length), 'base64');

const sign = (key: string | Buffer, start: string, body: Buffer) =>
  createHmac('sha256', key).update(start).update(body);
