import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { pino } from 'pino';
import type { FastifyInstance, RouteOptions } from 'fastify';
import type { EndpointConfig } from '../../src/http/endpoint.js';
import { createApp } from '../../src/server/create-app.js';
import { loadConfig } from '../../src/config/config.js';
import { adminKey, start, type Harness } from '../support/harness.js';
import { makeTeam } from '../support/factories.js';

const accesses = ['public', 'admin', 'team', 'provider', 'reseller'];
const routes: RouteOptions[] = [];
let harness: Harness;

function collectRoutes(message: unknown): void {
  const { fastify } = message as { fastify: FastifyInstance };
  fastify.addHook('onRoute', (route) => void routes.push(route));
}

beforeAll(async () => {
  subscribe('fastify.initialization', collectRoutes);
  harness = await start();
  unsubscribe('fastify.initialization', collectRoutes);
});
afterAll(() => harness.stop());

const accessOf = (route: RouteOptions) => (route.config as EndpointConfig | undefined)?.access;
const surface = (url: string) => /^\/(provider|reseller|admin|team)(\/|$)/.exec(url)?.[1];

it('every route declares its access', () => {
  expect(routes.length).toBeGreaterThan(20);
  const undeclared = routes.filter((route) => !accesses.includes(accessOf(route) ?? ''));
  expect(undeclared.map(({ method, url }) => `${String(method)} ${url}`)).toEqual([]);
});

it('every route has the access that its first path segment requires', () => {
  const wrong = routes.filter((route) => surface(route.url) && surface(route.url) !== accessOf(route));
  expect(wrong.map(({ url }) => url)).toEqual([]);
});

it('a route without declared access rejects every caller', async () => {
  const config = loadConfig({ LOG_LEVEL: 'silent', ADMIN_API_KEY: adminKey });
  const app = await createApp(config, harness.databaseUrl, pino({ level: 'silent' }));
  app.getHttpAdapter().get('/undeclared', () => ({ open: true }));
  await app.listen(0, '127.0.0.1');
  const { key } = await makeTeam(harness, 'hybrid');
  for (const apiKey of ['', key, adminKey]) {
    const reply = await fetch(`${await app.getUrl()}/undeclared`, { headers: { 'x-api-key': apiKey } });
    expect(reply.status).toBe(403);
    expect(await reply.json()).toMatchObject({
      code: 'FORBIDDEN',
      detail: 'This route does not accept any caller',
    });
  }
  await app.close();
});

it('the documentation states the access and the resulting errors', () => {
  for (const { path, operation } of harness.openapi.operations()) {
    const access = String(operation['x-access']);
    const statuses = Object.keys(operation.responses as object);
    expect([path, accesses.includes(access)]).toEqual([path, true]);
    const schemes = operation.security?.flatMap((each) => Object.keys(each));
    const expected = access === 'public' ? [] : [access === 'admin' ? 'adminKey' : 'teamKey', 'bearer'];
    expect([path, schemes?.toSorted()]).toEqual([path, expected.toSorted()]);
    if (access !== 'public') expect(statuses).toEqual(expect.arrayContaining(['400', '401', '403', '429']));
    expect(statuses).toEqual(expect.arrayContaining(['500', '503']));
  }
});
