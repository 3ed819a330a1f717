import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';

describe('POST /reseller/catalog/availability', () => {
  let harness: Harness;
  let provider: TestTeam;
  let reseller: TestTeam;

  const publish = async (more: object): Promise<string> => {
    const reply = await harness.call(
      'POST',
      '/provider/offers',
      { name: 'A', status: 'active', ...more },
      provider,
    );
    expect(reply.status).toBe(201);
    return reply.body.id;
  };
  const ask = (body: unknown, key = reseller.key) =>
    harness.call('POST', '/reseller/catalog/availability', body, { key });

  beforeAll(async () => {
    harness = await start();
    provider = await makeTeam(harness, 'provider');
    reseller = await makeTeam(harness, 'reseller');
  });
  afterAll(() => harness.stop());

  it('returns the ZIP codes in which each offer is available', async () => {
    const everywhere = await publish({});
    const zips = await publish({ serviceArea: { zipCodes: ['94102', '10001'] } });
    const state = await publish({ serviceArea: { states: ['CA'], zipCodes: ['10002'] } });
    const nowhere = await publish({ availableZipCodes: [] });
    const hidden = await publish({ visibility: 'preferred' });
    const unknown = '0190c3de-0000-7000-8000-000000000001';
    const offerIds = [everywhere, zips, state, nowhere, hidden, unknown];
    const reply = await ask({ offerIds, zipCodes: ['94102-1234', '10001', '10002', '94102', '00000'] });
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      offers: [
        { offerId: everywhere, everywhere: true, zipCodes: ['94102', '10001', '10002', '00000'] },
        { offerId: zips, everywhere: false, zipCodes: ['94102', '10001'] },
        { offerId: state, everywhere: false, zipCodes: ['94102', '10002'] },
        { offerId: nowhere, everywhere: false, zipCodes: [] },
      ],
      notFound: [hidden, unknown],
    });
  });

  it('agrees with the zipCode filter of the list for 1,000 ZIP codes and 100 offers', async () => {
    const offerIds: string[] = [];
    for (let index = 0; index < 100; index += 1) {
      const zipCodes = Array.from({ length: 20 }, (_, at) => String(10_000 + index * 7 + at));
      offerIds.push(await publish({ serviceArea: index % 3 ? { zipCodes } : { states: ['NY'] } }));
    }
    const zipCodes = Array.from({ length: 1000 }, (_, index) => String(10_000 + index));
    const reply = await ask({ offerIds, zipCodes });
    expect(reply.status).toBe(200);
    const list = await harness.call('GET', '/reseller/catalog?zipCode=10100&limit=100', undefined, reseller);
    const listed = list.body
      .map((offer: { id: string }) => offer.id)
      .filter((id: string) => offerIds.includes(id));
    const told = reply.body.offers.filter((offer: { zipCodes: string[] }) =>
      offer.zipCodes.includes('10100'),
    );
    expect(told.map((offer: { offerId: string }) => offer.offerId).toSorted()).toEqual(listed.toSorted());
    expect(listed.length).toBeGreaterThan(30);
  });

  it('reports all errors', async () => {
    const reply = await ask({ zipCodes: ['94102', '9410'], offerIds: [], more: 1 });
    expect(reply.status).toBe(400);
    expect(reply.body.errors.map((error: { field: string }) => error.field)).toEqual([
      'more',
      'zipCodes[1]',
      'offerIds',
    ]);
  });

  it('is available only to resellers', async () => {
    expect((await ask({}, provider.key)).status).toBe(403);
  });
});
