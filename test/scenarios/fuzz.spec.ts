import { adminKey, start, type Harness } from '../support/harness.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { fuzzOperation } from '../support/fuzz.js';

type Json = Record<string, unknown>;

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;

beforeAll(async () => {
  harness = await start();
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
        return harness.call(method, path, body, { key: keyOf(route) });
      },
    });
  },
  90_000,
);
