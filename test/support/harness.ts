import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import request from 'supertest';
import type { Clock } from '../../src/common/clock.js';
import { createApp } from '../../src/server/create-app.js';
import { loadConfig, type Config } from '../../src/config/config.js';
import { createDatabase } from './database.js';
import { OpenApiCheck } from './openapi-check.js';

export const adminKey = 'od_admin_for_tests_0123456789';

const openapi = new OpenApiCheck();

/** A key for personal data, for tests. */
export const testDataKey = { id: 'test', base64: Buffer.alloc(32, 7).toString('base64') };

export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: request.Response['body'];
  text: string;
}

export interface CallOptions {
  key?: string;
  headers?: Record<string, string>;
}

export interface Harness {
  app: NestFastifyApplication;
  url: string;
  databaseUrl: string;
  openapi: OpenApiCheck;
  /**
   * Sends a request and checks the response against the OpenAPI document. A string or buffer is sent unchanged,
   * any other body as JSON. The content type is application/json unless the headers set another.
   */
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Reply>;
  stop(): Promise<void>;
}

/** Starts the real application on its own database, or on the given one. */
export async function start(
  overrides: Partial<Config> = {},
  sharedDatabaseUrl?: string,
  clock?: Clock,
): Promise<Harness> {
  const database = sharedDatabaseUrl ? undefined : await createDatabase();
  const databaseUrl = sharedDatabaseUrl ?? database?.url ?? '';
  const config: Config = {
    ...loadConfig({
      LOG_LEVEL: 'silent',
      RATE_LIMIT_PER_MINUTE: '0',
      RATE_LIMIT_PER_HOUR: '0',
      AUTH_FAILURES_PER_MINUTE: '0',
    }),
    port: 0,
    demo: false,
    databasePoolSize: 5,
    adminApiKey: adminKey,
    dataKeys: [testDataKey],
    ...overrides,
  };
  const app = await createApp(config, databaseUrl, pino({ level: 'silent' }), null, clock);
  await app.listen(0, '127.0.0.1');
  const url = (await app.getUrl()).replace('localhost', '127.0.0.1');
  return {
    app,
    url,
    databaseUrl,
    openapi,
    call: (method, path, sent, options) => call(url, method, path, sent, options),
    stop: async () => {
      await app.close();
      await database?.drop();
    },
  };
}

/** Returns the fields of the errors in a problem response. */
export const fieldsOf = (reply: Reply): string[] =>
  (reply.body.errors as { field: string }[]).map(({ field }) => field);

async function call(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  { key, headers = {} }: CallOptions = {},
): Promise<Reply> {
  const verb = method.toLowerCase() as 'get';
  const sent = request(url)[verb](path).set(headers);
  if (key !== undefined) sent.set('x-api-key', key);
  if (body !== undefined && !headers['content-type']) sent.set('content-type', 'application/json');
  const raw = typeof body === 'string' || Buffer.isBuffer(body);
  sent.serialize((text: string) => text);
  const reply = await (body === undefined ? sent : sent.send(raw ? body : JSON.stringify(body)));
  const type: string | undefined = reply.headers['content-type'];
  const json = /[/+]json/.test(type ?? '');
  // Superagent returns an image as bytes, also one that consists of text.
  const text = Buffer.isBuffer(reply.body) ? reply.body.toString() : reply.text;
  if (method !== 'HEAD') openapi.check(method, path, reply.status, type, json ? reply.body : text);
  return { status: reply.status, headers: reply.headers, body: reply.body, text };
}
