import { join } from 'node:path';
import { makeTeam } from '../support/factories.js';
import { GeneratedClient } from '../support/generated-client.js';
import { start, type Harness } from '../support/harness.js';
import { repositoryRoot } from '../support/source-files.js';

/*
 * What a developer does with openapi-typescript and openapi-fetch, both with default options: generate the types,
 * compile a program in strict mode, and run it.
 */

const timeoutMs = 120_000;

const setUp = `import createClient from 'openapi-fetch';
import type { components, paths } from './api.js';

const [baseUrl = '', key = '', id = ''] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl, headers: { 'x-api-key': key } });
const params = { path: { id } };
const { data: offer, error } = await client.PATCH('/provider/offers/{id}', { params, body: { monthlyPrice: 39.95 } });
if (!offer) throw new Error(error.detail);
`;
const program = `${setUp}
const category: components['schemas']['Offer']['category'] = offer.category;
let maxBandwidth: number | undefined;
let channelCount: number | undefined;
if (offer.category === 'internet') maxBandwidth = offer.serviceSpecificData?.maxBandwidth;
if (offer.category === 'television') channelCount = offer.serviceSpecificData?.channelCount;
const refused = await client.PATCH('/provider/offers/{id}', { params, body: { monthlyPrice: -1 } });
const code: 'VALIDATION_FAILED' | undefined = refused.error?.code === 'VALIDATION_FAILED' ? refused.error.code : undefined;
const { monthlyPrice, status } = offer;
const sku = 'sku:A/1 é';
const put = await client.PUT('/provider/offers/{id}', { params: { path: { id: sku } }, body: { ...offer, sku: undefined } });
console.log(JSON.stringify({ category, maxBandwidth, channelCount, monthlyPrice, status, code, sku: put.data?.sku }));
`;

/** Programs that must not compile. */
const mistakes = new Map(
  [
    [
      'data of an unknown category',
      'const maxBandwidth: number | undefined = offer.serviceSpecificData?.maxBandwidth; console.log(maxBandwidth);',
    ],
    ['an unknown category', "console.log(offer.category === 'gas');"],
    [
      'a price as text',
      "await client.PATCH('/provider/offers/{id}', { params, body: { monthlyPrice: '9' } });",
    ],
  ].map(([name = '', statement]) => [name, `${setUp}\n${statement}\n`]),
);

let client: GeneratedClient;
let harness: Harness;

beforeAll(async () => {
  client = new GeneratedClient();
  const document = join(repositoryRoot, 'openapi.json');
  await client.run('openapi-typescript/bin/cli.js', document, '--output', 'api.d.ts');
  harness = await start();
}, timeoutMs);
afterAll(async () => {
  await harness.stop();
  client.remove();
});

it(
  'compiles and runs a program that changes a price and narrows category data, and reports mistakes',
  async () => {
    expect(client.compileWithMistakes(program, mistakes)).toEqual({
      errors: [],
      mistakes: Object.fromEntries([...mistakes.keys()].map((name) => [name, 1])),
    });
    const { key } = await makeTeam(harness, 'provider');
    const offer = {
      name: 'Fibre',
      status: 'active',
      category: 'internet',
      monthlyPrice: 29.95,
      serviceSpecificData: { minBandwidth: 100, maxBandwidth: 500, connectionType: 'fiber' },
    };
    const { id } = (await harness.call('POST', '/provider/offers', offer, { key })).body;
    expect(JSON.parse(await client.run('0.js', harness.url, key, id))).toEqual({
      category: 'internet',
      maxBandwidth: 500,
      monthlyPrice: 39.95,
      status: 'active',
      code: 'VALIDATION_FAILED',
      sku: 'A/1 é',
    });
  },
  timeoutMs,
);
