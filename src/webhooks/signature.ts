import { createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';

const PREFIX = 'whsec_';

/** Returns a new secret: `whsec_` and 32 random bytes in Base64, as in the specification of Standard Webhooks. */
export const newWebhookSecret = (): string => PREFIX + randomBytes(32).toString('base64');

/** A secret as the keys of its signatures. Node prepares them once, instead of for each message. */
export interface SigningKeys {
  /** What the Base64 after `whsec_` encodes. */
  readonly standard: KeyObject;
  /** The text of the secret. */
  readonly offergrid: KeyObject;
}

export const signingKeys = (secret: string): SigningKeys => ({
  standard: createSecretKey(Buffer.from(secret.slice(PREFIX.length), 'base64')),
  offergrid: createSecretKey(Buffer.from(secret)),
});

/** What is signed. */
export interface SignedMessage {
  /** Sent as `webhook-id`; the same for all attempts. */
  readonly eventId: string;
  /** Unix time of the attempt, in seconds. */
  readonly timestamp: number;
  /** The bytes that are sent. */
  readonly body: Buffer;
  /** The keys of the secrets of the endpoint that are valid, the newest one first; at least one. */
  readonly keys: readonly [SigningKeys, ...SigningKeys[]];
}

/**
 * Returns the headers with which a receiver verifies a message: names and values in turn. `webhook-signature` contains a
 * signature for each secret, so that a receiver can have either one while the secret rotates.
 * `x-offergrid-signature` has room for one signature only, that of the newest secret.
 */
export function signatureHeaders({ eventId, timestamp, body, keys }: SignedMessage): string[] {
  const time = String(timestamp);
  const content = `${eventId}.${time}.`;
  const signatures = keys.map(({ standard }) => `v1,${sign(standard, content, body).digest('base64')}`);
  return [
    'webhook-id',
    eventId,
    'webhook-timestamp',
    time,
    'webhook-signature',
    signatures.join(' '),
    'x-offergrid-timestamp',
    time,
    'x-offergrid-signature',
    sign(keys[0].offergrid, `${time}.`, body).digest('hex'),
  ];
}

const sign = (key: KeyObject, start: string, body: Buffer) =>
  createHmac('sha256', key).update(start).update(body);
