/**
 * All error codes of the API. `title` is the title of the HTTP status, `detail` is the default message or an
 * example of it, and `help` is the text of the page at `/problems/<slug>` and of the response in the OpenAPI
 * document.
 */
export const problemTypes = {
  VALIDATION_FAILED: {
    status: 400,
    title: 'Bad Request',
    detail: 'name is required',
    help: 'One or more fields, query parameters or headers are invalid. `errors` lists each error with its path, an error code and a message that states what is expected. Correct all errors and send the request again.',
  },
  MALFORMED_JSON: {
    status: 400,
    title: 'Bad Request',
    detail: 'The body is not valid JSON',
    help: 'The body is not valid JSON encoded as UTF-8. Check quotes, commas and the encoding.',
  },
  MALFORMED_ENCODING: {
    status: 400,
    title: 'Bad Request',
    detail: 'The body is not valid gzip',
    help: 'The request has `Content-Encoding: gzip`, but its body is truncated or not in this format. Pack the body, or omit `Content-Encoding`.',
  },
  MALFORMED_REQUEST: {
    status: 400,
    title: 'Bad Request',
    detail: 'The request is not valid HTTP',
    help: 'The request line or a header violates HTTP/1.1, so the request could not be read.',
  },
  INVALID_CURSOR: {
    status: 400,
    title: 'Bad Request',
    detail: 'cursor is not valid for this list; request the first page without it',
    help: 'A cursor is valid only for the list, filters and sort order that returned it. Use the `Link` header or `nextCursor` unchanged, or omit `cursor` to start from the first page.',
  },
  PROMO_CODE_INVALID: {
    status: 400,
    title: 'Bad Request',
    detail: 'promoCode is not valid',
    help: 'The promo code is unknown, has expired, is not valid yet, was stopped or has reached its redemption limit; the response does not reveal which. Check the spelling, or omit `promoCode` to get the regular price.',
  },
  PROMO_CODE_NOT_APPLICABLE: {
    status: 400,
    title: 'Bad Request',
    detail: 'promoCode does not apply to this product offering',
    help: 'The promo code is valid, but it applies only to other product offerings, customers or currencies, or the product offering is archived. Omit `promoCode` to get the regular price.',
  },
  INVALID_FILTER: {
    status: 400,
    title: 'Bad Request',
    detail: 'Could not parse the supplied filter',
    help: 'A filter has the form `op(attribute,value)`. Join up to 10 filters with `:`; together, they must be at most 8 KiB long. The description of each list specifies the filters that it supports. Quote values that contain a comma or a parenthesis.',
  },
  UNAUTHORIZED: {
    status: 401,
    title: 'Unauthorized',
    detail: 'Invalid API key',
    help: 'The API key is missing, malformed, unknown, expired or revoked. Send a valid key in the `x-api-key` header or as `Authorization: Bearer <key>`.',
  },
  FORBIDDEN: {
    status: 403,
    title: 'Forbidden',
    detail: 'Provider role required',
    help: 'The API key is valid, but its team is suspended or does not have the required role.',
  },
  NOT_FOUND: {
    status: 404,
    title: 'Not Found',
    detail: 'Offer not found',
    help: 'The path does not exist, or the object does not exist or is not visible to your team.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'Method Not Allowed',
    detail: 'PUT is not allowed for this path',
    help: 'The path exists but does not support this method. The `Allow` header lists the supported methods.',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    title: 'Not Acceptable',
    detail: 'The response is available only as application/json',
    help: 'The `Accept` header excludes the media types of the response, which `detail` names. Omit it, or send `Accept: application/json`, unless `detail` names others.',
  },
  CONFLICT: {
    status: 409,
    title: 'Conflict',
    detail: 'The SKU FB-500 is already used by another offer of your team',
    help: 'The request is valid but conflicts with stored data: a value that must be unique is already in use, and `existingId` is the ID of the object that uses it, or the current state does not allow the change. If only some members cannot be changed, `errors` lists them.',
  },
  QUOTA_EXCEEDED: {
    status: 409,
    title: 'Conflict',
    detail:
      'A team can store 2000000 ZIP codes in its service areas; yours stores 1990000, and this area has 45000',
    help: 'Your team has reached the amount of data that it can store. `limit`, `used` and `requested` give the numbers. Identical service areas count once, and areas that no offer uses do not count: remove areas, list states instead of all their ZIP codes, or ask the operator for a higher limit. Records of label views are deleted after two years.',
  },
  IDEMPOTENCY_KEY_IN_USE: {
    status: 409,
    title: 'Conflict',
    detail: 'A request with this Idempotency-Key is still in progress; try again later',
    help: 'The first request with this `Idempotency-Key` is still in progress. Send the request again with the same key after the number of seconds given in the `Retry-After` header, and you get the response to the first one.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: 'Unprocessable Content',
    detail: 'This Idempotency-Key was used with another request; use a new key for each request',
    help: 'The same `Idempotency-Key` was sent with another query string or another body for the same path in the last 24 hours. Use a new key for each request, and send a request again unchanged.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    title: 'Request Timeout',
    detail: 'The request was not received in time',
    help: 'The complete request was not received in time, and the connection was closed. A JSON body must arrive within 30 seconds; an upload must not pause for longer than that, and must send 1 KiB per second on average. Send the request again.',
  },
  PRECONDITION_FAILED: {
    status: 412,
    title: 'Precondition Failed',
    detail: 'The resource has changed since it was read; read it again and retry',
    help: 'The `ETag` value in `If-Match` is out of date because the resource has changed since you read it, or the resource of a PUT with `If-Match` does not exist, or that of a PUT with `If-None-Match: *` exists already. Read the resource again and repeat the change.',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    title: 'Payload Too Large',
    detail: 'The body is larger than 1 MiB',
    help: 'The body must be at most 1 MiB in size.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'Unsupported Media Type',
    detail: 'The body must be sent as application/json',
    help: 'The operation does not accept the media type of the body. `detail` names the types that it accepts, such as `application/json`. `Content-Encoding` can only be `gzip`, or missing.',
  },
  EXPECTATION_FAILED: {
    status: 417,
    title: 'Expectation Failed',
    detail: 'Expect must be 100-continue or omitted',
    help: 'The header `Expect` contains something else than `100-continue`. Omit it.',
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    title: 'Request Header Fields Too Large',
    detail: 'The request line or the headers are too long',
    help: 'The request line and all headers together must be at most 16 KiB in size.',
  },
  RATE_LIMITED: {
    status: 429,
    title: 'Too Many Requests',
    detail: 'Too many requests',
    help: 'The rate limit of the API key, of its team or, for failed authentication attempts, metrics and documentation, of the IP address has been exceeded, or the team has tried too many invalid promo codes or uploaded too much in bulk. Wait for the number of seconds given in the `Retry-After` header.',
  },
  INTERNAL: {
    status: 500,
    title: 'Internal Server Error',
    detail: 'An unexpected server error occurred; include the request ID when you report it',
    help: 'An unexpected server error occurred. Include the request ID when you report it.',
  },
  UNAVAILABLE: {
    status: 503,
    title: 'Service Unavailable',
    detail: 'The service is temporarily unavailable; try again later',
    help: 'The database is unreachable, temporarily rejects writes or did not respond in time, the server is handling too many requests or is shutting down, or your team has too many requests, request bodies or responses in progress. Try again after the number of seconds given in the `Retry-After` header.',
  },
} as const;

export type ProblemCode = keyof typeof problemTypes;

export const problemCodes = Object.keys(problemTypes) as ProblemCode[];

/** Returns the last segment of the problem's `type`: `validation-failed` for `VALIDATION_FAILED`. */
export const problemSlug = (code: ProblemCode) => code.toLowerCase().replaceAll('_', '-');
