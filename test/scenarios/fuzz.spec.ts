import { adminKey, start, type Harness } from '../support/harness.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { Hooks, hookUrl } from '../support/webhooks.js';
import { fuzzOperation } from '../support/fuzz.js';

type Json = Record<string, unknown>;

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;

beforeAll(async () => {
  // Nothing is sent to random webhook endpoints.
  harness = await start({ role: 'api' });
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
  reseller = await makeTeam(harness, 'reseller');
});
afterAll(() => harness.stop());

/** Functions that return the value of `{id}`, keyed by path. */
const idFor: Record<string, () => Promise<string>> = {
  // Creates a new offer each time, because an offer that a random body has archived rejects all changes.
  '/provider/offers/{id}': async () =>
    (await harness.call('POST', '/provider/offers', { name: 'A' }, provider)).body.id,
  '/admin/teams/{id}': async () => provider.id,
  '/admin/teams/{id}/api-keys': async () => provider.id,
  '/team/api-keys/{id}/rotate': async () => 'unknown',
  '/webhooks/endpoints/{id}': () => new Hooks(harness, provider).id(),
  '/webhooks/endpoints/{id}/replay': () => new Hooks(harness, provider).id(),
};

/** Replaces random currencies and reseller IDs, which are not the team's or do not exist, and random areas, which are empty or duplicated. */
function makePlausible(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const plausible: Json = { ...body };
  if ('serviceArea' in plausible) delete plausible.availableZipCodes;
  const area = plausible.serviceArea as Json | null | undefined;
  if (area && !area.zipCodes && !area.states) plausible.serviceArea = { states: ['CA'] };
  if (Array.isArray(plausible.allowedResellers)) plausible.allowedResellers = [reseller.id];
  if (plausible.currency !== undefined) plausible.currency = 'USD';
  if (typeof plausible.url === 'string') plausible.url = hookUrl;
  if (Array.isArray(plausible.events)) plausible.events = ['order.*'];
  if (plausible.headers) plausible.headers = { 'x-tenant': 'north' };
  return plausible;
}

const keyOf = (route: string) =>
  route.startsWith('/admin') ? adminKey : route.startsWith('/reseller') ? reseller.key : provider.key;

it.each([
  ['POST', '/provider/offers', 450],
  ['PATCH', '/provider/offers/{id}', 300],
  ['POST', '/admin/teams', 80],
  ['PATCH', '/admin/teams/{id}', 60],
  ['POST', '/admin/teams/{id}/api-keys', 30],
  ['POST', '/team/api-keys', 50],
  ['POST', '/team/api-keys/{id}/rotate', 30],
  ['POST', '/reseller/catalog/availability', 40],
  ['POST', '/webhooks/endpoints', 60],
  ['PATCH', '/webhooks/endpoints/{id}', 60],
  ['POST', '/webhooks/endpoints/{id}/replay', 30],
])(
  'replies to %s %s as documented for random bodies',
  async (method, route, runs) => {
    await fuzzOperation(harness, {
      method,
      route,
      runs,
      minAccepted: route.includes('{id}/') ? 0 : runs / 40,
      makePlausible,
      send: async (body) => {
        const path = route.replace('{id}', (await idFor[route]?.()) ?? '');
        const reply = await harness.call(method, path, body, { key: keyOf(route) });
        // A team can have only 10 endpoints.
        const made = reply.headers.location ?? path.replace('/replay', '');
        if (made.startsWith('/webhooks/endpoints/')) await harness.call('DELETE', made, undefined, provider);
        return reply;
      },
    });
  },
  90_000,
);
