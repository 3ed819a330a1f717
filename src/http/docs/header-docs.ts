import { ApiHeader } from '../../lazy-swagger/decorators.js';

/** Documentation of headers, by their names. */
export type HeaderDocs = Record<string, { description: string; example: string }>;

export const headerSchema = ({ description, example }: HeaderDocs[string]) => ({
  description,
  schema: { type: 'string' as const, example },
});

export const requestHeaders = (headers: HeaderDocs = {}) =>
  Object.entries(headers).map(([name, { description, example }]) =>
    ApiHeader({
      name,
      description,
      required: false,
      schema: { type: 'string' },
      examples: { lines: { value: example } },
    }),
  );

/** Without an example, which the documentation page would send with every request. */
export const idempotencyKeyHeader = ApiHeader({
  name: 'Idempotency-Key',
  description:
    'Makes it safe to send the request again: the same request with the same key is not run a second time, but gets the response to the first one, for 24 hours. 1 to 255 visible ASCII characters, such as a new UUID for each request.',
  required: false,
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
});

export const replayHeader: HeaderDocs = {
  'Idempotency-Replayed': {
    description:
      '`true` if this is the stored response to an earlier request with the same `Idempotency-Key`.',
    example: 'true',
  },
};
