import { randomUUID } from 'node:crypto';
import { parseJsonLines, uploadOffers } from '../support/bulk-upload.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';

interface Offer {
  id: string;
  sku: string;
  monthlyPrice: number | null;
  serviceArea: { zipCodes?: string[]; states?: string[] } | null;
  version: number;
}

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const bulk = async (rows: readonly object[]): Promise<string[]> =>
  (await uploadOffers(harness, provider, rows)).map(({ result }) => result);

async function exported(): Promise<Offer[]> {
  const reply = await harness.call('GET', '/provider/offers/export', undefined, provider);
  expect(reply.status).toBe(200);
  return parseJsonLines(reply.text);
}

const zipCodes = (count: number, first = 10_001) =>
  Array.from({ length: count }, (_, index) => String(first + index));

describe('POST /provider/offers/bulk: service areas', () => {
  it('distinguishes equal areas from different ones, regardless of notation', async () => {
    const sku = randomUUID();
    const become = async (area: object) => (await bulk([{ sku, ...area }]))[0];
    expect(await become({ name: 'Fibre', serviceArea: { zipCodes: ['94103', '94102'] } })).toBe('created');
    expect(await become({ serviceArea: { zipCodes: ['94102-1234', '94103', '94103'] } })).toBe('unchanged');
    expect(await become({ availableZipCodes: ['94103', '94102'] })).toBe('unchanged');
    expect(await become({ serviceArea: { zipCodes: ['94102'] } })).toBe('updated');
    expect(await become({ serviceArea: { zipCodes: ['94102'], states: [] } })).toBe('updated');
    expect(await become({ serviceArea: { zipCodes: [] } })).toBe('updated');
    expect(await become({ serviceArea: null })).toBe('updated');
    expect(await become({ availableZipCodes: null })).toBe('unchanged');
    expect(await become({ serviceArea: { states: ['CA'] } })).toBe('updated');
    expect(await exported()).toMatchObject([{ serviceArea: { states: ['CA'] }, version: 6 }]);
  });

  it('does not change the area if a line omits it', async () => {
    const names = [randomUUID(), randomUUID(), randomUUID()];
    const serviceArea = { zipCodes: zipCodes(300) };
    await bulk(names.map((sku) => ({ sku, name: 'Fibre', serviceArea })));
    const [first, second, third] = names;
    expect(
      await bulk([
        { sku: first, monthlyPrice: 10 },
        { sku: second, monthlyPrice: 20, serviceArea },
        { sku: third, monthlyPrice: 30, serviceArea: { states: ['TX'] } },
        { sku: first, monthlyPrice: 10 },
      ]),
    ).toEqual(['updated', 'updated', 'updated', 'unchanged']);
    const found = new Map((await exported()).map((offer) => [offer.sku, offer]));
    expect(found.get(first ?? '')).toMatchObject({ monthlyPrice: 10, serviceArea });
    expect(found.get(second ?? '')).toMatchObject({ monthlyPrice: 20, serviceArea });
    expect(found.get(third ?? '')).toMatchObject({ monthlyPrice: 30, serviceArea: { states: ['TX'] } });
    expect(found.get(third ?? '')?.serviceArea).not.toHaveProperty('zipCodes');
  });
});

describe('GET /provider/offers/export: small and large offers', () => {
  it('returns each offer completely and exactly once, oldest first', async () => {
    const wide = { zipCodes: zipCodes(3000) };
    const rows = Array.from({ length: 260 }, (_, index) => ({
      sku: `${String(index).padStart(4, '0')}-${randomUUID()}`,
      name: 'Fibre',
      // Sequences of small and large offers, so that the export increases and decreases its chunk size.
      serviceArea: index % 130 < 40 ? wide : null,
    }));
    // Upload the batches one after another, because offers created at the same moment have no defined order.
    for (let from = 0; from < rows.length; from += 130)
      expect(new Set(await bulk(rows.slice(from, from + 130)))).toEqual(new Set(['created']));
    const offers = await exported();
    expect(offers.map(({ sku }) => sku).toSorted()).toEqual(rows.map(({ sku }) => sku));
    const halves = offers.map(({ sku }) => sku.slice(0, 4) >= '0130');
    expect(halves.indexOf(true)).toBe(130);
    expect(halves.lastIndexOf(false)).toBe(129);
    expect(offers.filter(({ serviceArea }) => serviceArea?.zipCodes?.length === 3000)).toHaveLength(80);
    expect(new Set(await bulk(offers))).toEqual(new Set(['unchanged']));
  });
});
