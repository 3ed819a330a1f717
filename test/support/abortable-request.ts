import { request, type ClientRequest } from 'node:http';

export interface AbortableRequest {
  /** The status of the response; undefined if the client left before it arrived. */
  status: Promise<number | undefined>;
  /** Closes the connection. */
  leave(): void;
  sent: ClientRequest;
}

interface Options {
  key: string;
  method?: string;
  body?: string;
  headers?: Record<string, string>;
  /** Sends the body as chunks without an end. */
  endless?: boolean;
}

/** Sends a request on a connection of its own, which can be closed at any time. */
export function sendAbortable(url: string, path: string, options: Options): AbortableRequest {
  const { key, method = 'GET', body, headers = {}, endless = false } = options;
  const sent = request(url + path, {
    method,
    agent: false,
    headers: { 'x-api-key': key, 'content-type': 'application/json', ...headers },
  });
  const status = new Promise<number | undefined>((resolve) => {
    sent.on('response', (response) => {
      response.on('error', () => undefined).resume();
      resolve(response.statusCode);
    });
    sent.on('error', () => resolve(undefined));
  });
  if (endless) sent.write(body ?? '');
  else sent.end(body);
  return { status, leave: () => sent.destroy(), sent };
}
