/** Every problem this service answers with: its status, title and the text of its page at `/problems/<slug>`. */
export const problemTypes = {
  VALIDATION_FAILED: {
    status: 400,
    title: 'Bad Request',
    detail: 'name is required',
    help: 'One or more members, query parameters or headers break a rule. `errors` lists each with its path, a code and what would be right. Mend them all and send the request again.',
  },
  MALFORMED_JSON: {
    status: 400,
    title: 'Bad Request',
    detail: 'The body is not valid JSON',
    help: 'The body could not be read as JSON in UTF-8. Check quotes, commas and the encoding.',
  },
  MALFORMED_REQUEST: {
    status: 400,
    title: 'Bad Request',
    detail: 'The request is not valid HTTP',
    help: 'The request line or a header breaks the rules of HTTP/1.1, so that nothing else could be read.',
  },
  INVALID_CURSOR: {
    status: 400,
    title: 'Bad Request',
    detail: 'cursor is not valid for this list; start again without it',
    help: 'A cursor is only good for the list, filters and sort it was made for. Follow the `Link` header or `nextCursor` as it stands, or start again without `cursor`.',
  },
  PROMO_CODE_INVALID: {
    status: 400,
    title: 'Bad Request',
    detail: 'promoCode is not valid',
    help: 'The promo code is unknown, has ended, has not begun or is used up; the answer does not tell which. Check the spelling, or leave `promoCode` out to see the normal price.',
  },
  PROMO_CODE_NOT_APPLICABLE: {
    status: 400,
    title: 'Bad Request',
    detail: 'promoCode does not apply to this product offering',
    help: 'The promo code is good, but for other product offerings, customers or currencies than this one, or the product offering is archived. Leave `promoCode` out to see the normal price.',
  },
  INVALID_FILTER: {
    status: 400,
    title: 'Bad Request',
    detail: 'Could not parse the supplied filter',
    help: 'A filter is `op(attribute,value)`, several joined by `:`; at most 10 and 8 KiB. The list tells which it takes; quote a value that holds a comma or a bracket.',
  },
  UNAUTHORIZED: {
    status: 401,
    title: 'Unauthorized',
    detail: 'Invalid API key',
    help: 'Send a valid key in the header `x-api-key` or `Authorization: Bearer <key>`. The key is missing, malformed, unknown, expired or revoked.',
  },
  FORBIDDEN: {
    status: 403,
    title: 'Forbidden',
    detail: 'Provider role required',
    help: 'The key is good, but its team has another role or is suspended.',
  },
  NOT_FOUND: {
    status: 404,
    title: 'Not Found',
    detail: 'Offer not found',
    help: 'There is no such route, or no such object that your team may see.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'Method Not Allowed',
    detail: 'PUT is not allowed here',
    help: 'The path exists, but not with this method. The header `Allow` lists those it takes.',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    title: 'Not Acceptable',
    detail: 'Only application/json can be answered here',
    help: 'The `Accept` header excludes JSON. Leave it out or send `Accept: application/json`.',
  },
  CONFLICT: {
    status: 409,
    title: 'Conflict',
    detail: 'The SKU FB-500 is already used by another offer of your team',
    help: 'The request is well formed but clashes with what is stored: a value that must be unique is taken, or the state does not allow the change.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    title: 'Request Timeout',
    detail: 'The request did not arrive in time',
    help: 'The connection was open, but the request came too slowly or not at all. Send it again.',
  },
  PRECONDITION_FAILED: {
    status: 412,
    title: 'Precondition Failed',
    detail: 'The resource has changed since it was read; read it again and retry',
    help: 'The `ETag` in `If-Match` is not the current one: somebody changed the resource since you read it.',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    title: 'Payload Too Large',
    detail: 'The body is larger than 1 MiB',
    help: 'A body holds at most 1 MiB.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'Unsupported Media Type',
    detail: 'Send the body as application/json',
    help: 'Bodies are JSON: send `Content-Type: application/json`.',
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    title: 'Request Header Fields Too Large',
    detail: 'The headers, or the address, are too long',
    help: 'The request line and all headers together hold at most 16 KiB.',
  },
  RATE_LIMITED: {
    status: 429,
    title: 'Too Many Requests',
    detail: 'Too many requests',
    help: 'The limit of the key (or, for failed authentication, of the address) is used up. Wait for the seconds in `Retry-After`.',
  },
  INTERNAL: {
    status: 500,
    title: 'Internal Server Error',
    detail: 'Something went wrong on our side; quote the request id when you report it',
    help: 'A defect of the service. The request id finds it in the logs.',
  },
  UNAVAILABLE: {
    status: 503,
    title: 'Service Unavailable',
    detail: 'The service is not available at the moment; try again soon',
    help: 'The database is away or the process is shutting down. Try again after the seconds in `Retry-After`.',
  },
} as const;

export type ProblemCode = keyof typeof problemTypes;

export const problemCodes = Object.keys(problemTypes) as ProblemCode[];

/** `VALIDATION_FAILED` -> `validation-failed`, the last part of the problem's `type`. */
export const problemSlug = (code: ProblemCode) => code.toLowerCase().replaceAll('_', '-');
