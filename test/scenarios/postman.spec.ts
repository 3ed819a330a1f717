import type { OpenAPIObject } from '@nestjs/swagger';
import { buildPostmanCollection } from '../../src/openapi/postman.js';
import { makeTeam } from '../support/factories.js';
import { adminKey, start, type Harness } from '../support/harness.js';
import { readSource } from '../support/source-files.js';

/** The parts of the format that the test interprets as Postman does. */
interface Field {
  key: string;
  value: string;
  disabled?: boolean;
}
interface Item {
  id: string;
  name: string;
  request: {
    method: string;
    auth: { type: string; apikey?: Field[] };
    header: Field[];
    url: { host: string[]; path: string[]; query: Field[]; variable: Field[] };
    body?: { mode: string; raw?: string; urlencoded?: Field[] };
  };
}
interface Collection {
  variable: Field[];
  item: { name: string; item: Item[] }[];
}

const collection = JSON.parse(readSource('postman.json')) as Collection;
const document = JSON.parse(readSource('openapi.json')) as OpenAPIObject;
const items = collection.item.flatMap(({ item }) => item);

let harness: Harness;
let variables: Record<string, string>;
beforeAll(async () => {
  harness = await start({ maxRequestsInFlight: 0 });
  const [provider, reseller] = [await makeTeam(harness, 'provider'), await makeTeam(harness, 'reseller')];
  const keys = { providerKey: provider.key, resellerKey: reseller.key, adminKey };
  variables = { baseUrl: harness.url, ...keys };
});
afterAll(() => harness.stop());

const enabled = (fields: Field[]) =>
  fields.filter(({ disabled }) => !disabled).map(({ key, value }): [string, string] => [key, value]);
const resolve = (text: string) => text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => variables[name] ?? '');

/** Sends a request as Postman does. */
async function send({ request: { method, auth, header, url, body } }: Item): Promise<Response> {
  const values = new Map(url.variable.map(({ key, value }) => [`:${key}`, value]));
  const path = url.path.map((part) => values.get(part) ?? part);
  const query = new URLSearchParams(enabled(url.query));
  const key = new Map(auth.apikey?.map((field) => [field.key, resolve(field.value)]));
  const headers = new Headers(enabled(header));
  if (auth.type === 'apikey') headers.set(key.get('key') ?? '', key.get('value') ?? '');
  const sent = body?.urlencoded ? new URLSearchParams(enabled(body.urlencoded)) : body?.raw;
  const target = [...url.host.map(resolve), ...path].join('/');
  return fetch(`${target}?${query.toString()}`, { method, headers, body: sent });
}

it('is generated from the document', () => {
  expect(collection).toEqual(JSON.parse(JSON.stringify(buildPostmanCollection(document))));
});

it('contains every operation once, in the folder of its tag', () => {
  const operations = Object.values(document.paths).flatMap((path) =>
    Object.values(path as Record<string, { operationId: string; tags: string[] }>),
  );
  const inFolders = collection.item.flatMap(({ name, item }) => item.map(({ id }) => `${name}: ${id}`));
  expect(inFolders.toSorted()).toEqual(
    operations.map(({ operationId, tags }) => `${tags[0]}: ${operationId}`).toSorted(),
  );
});

it('sends requests that the service accepts, except for the IDs in them, which do not exist', async () => {
  const done: string[] = [];
  const refused: string[] = [];
  for (const item of items) {
    const answer = await send(item);
    const text = await answer.text();
    const lacksId =
      (answer.status === 404 && !/Cannot [A-Z]+ \//.test(text)) ||
      (answer.status === 400 && /is not the ID of|do not exist/.test(text)) ||
      // The bulk upload before has created the same offer.
      (answer.status === 409 && item.id === 'createOffer') ||
      // The example of a key that is sent in the body.
      (answer.status === 401 && item.request.auth.type === 'noauth');
    if (answer.ok) done.push(item.id);
    else if (!lacksId) refused.push(`${item.id}: ${answer.status} ${text}`);
  }
  expect(refused).toEqual([]);
  const expected = ['createTeam', 'createApiKey', 'upsertOffers', 'checkAvailability', 'createProduct'];
  expect(done).toEqual(
    expect.arrayContaining([...expected, 'listCatalogOffers', 'buildSubscriptionOffering']),
  );
});
