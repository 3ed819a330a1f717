import * as fc from 'fast-check';
import { adminKey, start, type Harness } from '../support/harness.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { bodyOf } from '../support/schema-arbitrary.js';

type Json = Record<string, unknown>;

/** Another seed looks elsewhere: FUZZ_SEED=7 npm test -- test/scenarios/fuzz. */
const seed = Number(process.env.FUZZ_SEED ?? 20_260_131);

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

/** What stands in the path in place of `{id}`. */
const idFor: Record<string, () => Promise<string>> = {
  // A new one each time: an offer that a random body archived would refuse all that follow.
  '/provider/offers/{id}': async () =>
    (await harness.call('POST', '/provider/offers', { name: 'A' }, provider)).body.id,
  '/admin/teams/{id}': async () => provider.id,
  '/admin/teams/{id}/api-keys': async () => provider.id,
  '/team/api-keys/{id}/rotate': async () => 'unknown',
};

/** A random id is nobody's, and a random area is given twice or names no place: most offers would end there. */
function likelier(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const likely: Json = { ...body };
  if ('serviceArea' in likely) delete likely.availableZipCodes;
  const area = likely.serviceArea as Json | null | undefined;
  if (area && !area.zipCodes && !area.states) likely.serviceArea = { states: ['CA'] };
  if (Array.isArray(likely.allowedResellers)) likely.allowedResellers = [reseller.id];
  return likely;
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
  '%s %s answers %i random bodies as documented, and never with 5xx',
  async (method, route, numRuns) => {
    const { paths, components } = harness.openapi.document as {
      paths: Record<string, Json>;
      components: Json;
    };
    const operation = paths[route]?.[method.toLowerCase()] as {
      requestBody: { content: Record<string, { schema: Json }> };
    };
    const schema = operation.requestBody.content['application/json']?.schema ?? {};
    const bodies = bodyOf(schema, components.schemas as Record<string, Json>, likelier);
    const seen: Record<number, number> = {};
    const property = fc.asyncProperty(bodies, async (body) => {
      const path = route.replace('{id}', (await idFor[route]?.()) ?? '');
      const { status } = await harness.call(method, path, body, { key: keyOf(route) });
      seen[status] = (seen[status] ?? 0) + 1;
      expect(status).toBeLessThan(500);
    });
    await fc.assert(property, { seed, numRuns, endOnFailure: true });
    expect(seen[400]).toBeGreaterThan(numRuns / 20);
    if (!route.includes('{id}/')) expect((seen[200] ?? 0) + (seen[201] ?? 0)).toBeGreaterThan(numRuns / 20);
  },
  90_000,
);
