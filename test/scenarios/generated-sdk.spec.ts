import { join } from 'node:path';
import { makeTeam } from '../support/factories.js';
import { GeneratedClient } from '../support/generated-client.js';
import { start, type Harness } from '../support/harness.js';
import { repositoryRoot } from '../support/source-files.js';

/*
 * What a developer does with hey-api (@hey-api/openapi-ts) with default options: generate a client with a function for
 * each operation, compile a program in strict mode, and run it.
 */

const timeoutMs = 120_000;

const setUp = `import { createClient } from './sdk/client/index.js';
import { createOffer, listCatalogOffers } from './sdk/index.js';
import type { CreateOfferData } from './sdk/index.js';

const [baseUrl = '', providerKey = '', resellerKey = ''] = process.argv.slice(2);
const provider = createClient({ baseUrl, auth: providerKey });
const reseller = createClient({ baseUrl, auth: resellerKey });
const body: CreateOfferData['body'] = {
  name: 'Fibre', status: 'active', category: 'internet', monthlyPrice: 29.95,
  serviceSpecificData: { minBandwidth: 100, maxBandwidth: 500, connectionType: 'fiber' },
};
`;
const program = `${setUp}
const created = await createOffer({ client: provider, body, throwOnError: true });
const found = await listCatalogOffers({ client: reseller, query: { category: 'internet', limit: 10 } });
if (!found.data) throw new Error(found.error.detail);
const offers = Array.isArray(found.data) ? found.data : found.data.items;
const offer = offers.find(({ id }) => id === created.data.id);
let maxBandwidth: number | undefined;
let channelCount: number | undefined;
if (offer?.category === 'internet') maxBandwidth = offer.serviceSpecificData?.maxBandwidth;
if (offer?.category === 'television') channelCount = offer.serviceSpecificData?.channelCount;
const refused = await createOffer({ client: provider, body: { ...body, monthlyPrice: -1 } });
const status: number | undefined = refused.response?.status;
const field: string | undefined =
  refused.error?.code === 'VALIDATION_FAILED' ? refused.error.errors?.[0]?.field : undefined;
console.log(JSON.stringify({ name: offer?.name, maxBandwidth, channelCount, status, field }));
`;

/** Programs that must not compile. */
const mistakes = new Map([
  [
    'an unknown category',
    `${setUp}await createOffer({ client: provider, body: { ...body, category: 'gas' } });`,
  ],
  [
    'a price as text',
    `${setUp}await createOffer({ client: provider, body: { ...body, monthlyPrice: '9' } });`,
  ],
  [
    'an unknown query parameter',
    `${setUp}await listCatalogOffers({ client: reseller, query: { kategory: 'internet' } });`,
  ],
]);

let client: GeneratedClient;
let harness: Harness;

beforeAll(async () => {
  client = new GeneratedClient();
  const document = join(repositoryRoot, 'openapi.json');
  await client.run('@hey-api/openapi-ts/bin/run.js', '--input', document, '--output', 'sdk');
  harness = await start();
}, timeoutMs);
afterAll(async () => {
  await harness.stop();
  client.remove();
});

it(
  'compiles and runs a program that publishes an offer and finds it, and reports mistakes',
  async () => {
    expect(client.compileWithMistakes(program, mistakes)).toEqual({
      errors: [],
      mistakes: Object.fromEntries([...mistakes.keys()].map((name) => [name, 1])),
    });
    const [provider, reseller] = [await makeTeam(harness, 'provider'), await makeTeam(harness, 'reseller')];
    expect(JSON.parse(await client.run('0.js', harness.url, provider.key, reseller.key))).toEqual({
      name: 'Fibre',
      maxBandwidth: 500,
      status: 400,
      field: 'monthlyPrice',
    });
  },
  timeoutMs,
);
