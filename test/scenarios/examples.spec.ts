import { randomUUID } from 'node:crypto';
import { createExampleMemory } from '../../src/openapi/page/example-memory.js';
import { exampleIdIn } from '../../src/lazy-swagger/example-ids.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { countRows } from '../support/count-rows.js';
import { adminKey, start, type Harness, type Reply } from '../support/harness.js';
import { postOrder } from '../support/order-factories.js';
import { buildOpenApi } from '../../src/openapi/openapi.js';

type Json = Record<string, unknown>;
interface Media {
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}
interface Operation {
  'x-access': string;
  operationId: string;
  parameters?: { in: string; name: string; required?: boolean; example?: unknown; schema: Json }[];
  requestBody?: { content: Record<string, Media> };
}

let harness: Harness;

beforeAll(async () => {
  harness = await start({ role: 'api' });
});
afterAll(() => harness.stop());

const valueOf = ({ example, schema }: NonNullable<Operation['parameters']>[number]) =>
  String(example ?? schema.example);

function textOf(type: string, body: unknown): string | undefined {
  if (body === undefined || typeof body === 'string') return body;
  return type === 'application/x-www-form-urlencoded'
    ? String(new URLSearchParams(body as Record<string, string>))
    : JSON.stringify(body);
}

/** Returns what a stored response repeats. */
const pickStored = ({ status, text, headers }: Reply) => {
  const { location, etag, 'content-type': type, 'idempotency-replayed': isReplay } = headers;
  return { status, text, location, etag, type, 'idempotency-replayed': isReplay };
};

/** What the reseller does before an operation of the provider is possible. */
const meanwhile: Record<
  string,
  (reseller: TestTeam, memory: ReturnType<typeof createExampleMemory>) => Promise<void>
> = {
  // The order of the examples has been cancelled by now.
  'patch /provider/orders/{itemId}/status': async (reseller, memory) => {
    const { items } = (await harness.call('GET', '/reseller/orders?limit=1', undefined, reseller)).body[0];
    const { body } = await postOrder(harness, reseller, [items[0].offerId]);
    memory.learn('POST', '/reseller/orders', body);
    memory.learn('POST', '/provider/orders', { id: body.items[0].itemId });
  },
  'patch /provider/orders/{itemId}/cancellation': async (reseller, memory) => {
    const { url } = memory.fill(`/reseller/orders/${exampleIdIn('/reseller/orders')}/cancel`);
    expect((await harness.call('PATCH', url, {}, reseller)).status).toBe(200);
  },
};

it('every example of the documentation works if it is sent in the order of the page, and runs once per idempotency key', async () => {
  const document = (await buildOpenApi(harness.app)) as unknown as { paths: Record<string, Json> };
  const memory = createExampleMemory(document);
  const provider = await makeTeam(harness, 'provider');
  const reseller = await makeTeam(harness, 'reseller');
  const keys: Record<string, string> = {
    admin: adminKey,
    team: provider.key,
    provider: provider.key,
    reseller: reseller.key,
  };
  memory.learn('GET', '/team', (await harness.call('GET', '/team', undefined, reseller)).body);
  const requests = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations as Record<string, Operation>).flatMap(([method, operation]) => {
      const [type, { example, examples }] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [
        '',
        {},
      ];
      const bodies = examples ? Object.values(examples).map(({ value }) => value) : [example];
      return bodies.map((body) => ({ path, method, operation, type, body }));
    }),
  );
  const failures: string[] = [];
  let replayed = 0;
  for (const { path, method, operation, type, body } of requests) {
    const name = `${method} ${path}`;
    await meanwhile[name]?.(reseller, memory);
    delete meanwhile[name];
    const required = (operation.parameters ?? []).filter((parameter) => parameter.required);
    let url = path;
    for (const parameter of required)
      if (parameter.in === 'path') url = url.replace(`{${parameter.name}}`, valueOf(parameter));
      else url += `${url.includes('?') ? '&' : '?'}${parameter.name}=${valueOf(parameter)}`;
    // A reader enters a key of their own.
    const text = textOf(type, body)?.replace(/od_live_\w+/, provider.key);
    const filled = memory.fill(url, text);
    const headers = { ...(type ? { 'content-type': type } : {}), 'idempotency-key': randomUUID() };
    const key = keys[operation['x-access']];
    const send = () => harness.call(method.toUpperCase(), filled.url, filled.body, { key, headers });
    const reply = await send();
    if (operation.parameters?.some(({ name }) => name === 'Idempotency-Key')) {
      const rows = await countRows(harness);
      const again = await send();
      expect(pickStored(again)).toEqual({ ...pickStored(reply), 'idempotency-replayed': 'true' });
      expect(await countRows(harness)).toEqual(rows);
      replayed += 1;
    }
    if (reply.status < 200 || reply.status > 299)
      failures.push(`${method} ${filled.url} ${filled.body}: ${reply.status} ${reply.text}`);
    else memory.learn(method.toUpperCase(), filled.url, reply.body);
  }
  expect(failures).toEqual([]);
  expect(requests.length).toBeGreaterThan(90);
  expect(replayed).toBeGreaterThan(20);
});
