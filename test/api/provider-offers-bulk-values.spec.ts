import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { omit } from '../../src/common/omit.js';
import { uploadOffers } from '../support/bulk-upload.js';
import { fullOffer, makeTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { testSeed } from '../support/seed.js';

let harness: Harness;

beforeAll(async () => {
  harness = await start();
});
afterAll(() => harness.stop());

/** Texts that have a special meaning in COPY, or in arrays and JSON within COPY. */
const special = [
  '\\',
  '\\N',
  '\\.',
  '\n\\.\n',
  '\t',
  '\r\n',
  '"',
  '{a,"b"}',
  'NULL',
  ',',
  "'",
  '\\"',
  '\\u0041',
  'é',
];
const anyText = fc
  .array(fc.oneof(fc.constantFrom(...special), fc.string({ unit: 'grapheme', maxLength: 5 })), {
    maxLength: 5,
  })
  .map((parts) => parts.join(''))
  .filter((text) => text.isWellFormed() && !text.includes('\0'));
const name = anyText.filter((text) => text.trim() !== '');
const offer = fc.record(
  {
    name,
    internalName: anyText,
    description: anyText,
    keyFeatures: fc.array(name, { maxLength: 4 }),
    metadata: fc.dictionary(anyText, fc.oneof(anyText, fc.integer(), fc.boolean())),
    monthlyPrice: fc.constantFrom(null, 0, 19.9),
    status: fc.constantFrom('draft', 'active'),
  },
  { requiredKeys: ['name'] },
);

it('stores the same values as a single request, for any texts', async () => {
  const provider = await makeTeam(harness, 'provider');
  const own = ['id', 'sku', 'createdAt', 'updatedAt'] as const;
  const read = async (id: string) => {
    const { body } = await harness.call('GET', `/provider/offers/${id}`, undefined, provider);
    const complianceAssessment = omit(body.complianceAssessment, ['assessedAt']);
    return { ...omit(body, own), complianceAssessment };
  };
  await fc.assert(
    fc.asyncProperty(fc.array(offer, { minLength: 1, maxLength: 5 }), async (offers) => {
      const rows = [fullOffer, {}].flatMap((rest) =>
        offers.map((each) => ({ ...rest, ...each, sku: randomUUID() })),
      );
      const lines = await uploadOffers(harness, provider, rows);
      expect(lines.map(({ result }) => result)).toEqual(rows.map(() => 'created'));
      for (const [index, row] of rows.entries()) {
        const single = await harness.call(
          'POST',
          '/provider/offers',
          { ...row, sku: randomUUID() },
          provider,
        );
        expect(await read(lines[index]?.id ?? '')).toEqual(await read(single.body.id));
      }
    }),
    { seed: testSeed, numRuns: 15 },
  );
});
