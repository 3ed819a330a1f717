import { fullOffer, makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';

describe('GET /reseller/catalog/compare', () => {
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
  const compare = (ids: string) =>
    harness.call('GET', `/reseller/catalog/compare?ids=${ids}`, undefined, reseller);

  beforeAll(async () => {
    harness = await start();
    provider = await makeTeam(harness, 'provider');
    reseller = await makeTeam(harness, 'reseller');
  });
  afterAll(() => harness.stop());

  it('compares offers in the requested order and lists the fields that differ', async () => {
    const fast = await publish({ ...fullOffer, sku: 'FAST' });
    const slow = await publish({
      ...fullOffer,
      sku: 'SLOW',
      monthlyPrice: 19.99,
      fees: null,
      serviceSpecificData: { ...fullOffer.serviceSpecificData, maxBandwidth: 600, dataCap: 500 },
    });
    const reply = await compare(`${slow},${fast}`);
    expect(reply.status).toBe(200);
    expect(reply.body.offers.map((offer: { id: string }) => offer.id)).toEqual([slow, fast]);
    expect(reply.body.offers[0]).toMatchObject({
      setupFee: null,
      costOver12Months: 239.88,
      costOver24Months: 479.76,
      attributes: { maxDownloadMbps: 600, dataCapGb: 500, typicalDownloadMbps: 940.5 },
    });
    // 12 x 59.99 + 49.99 + 0 + 10
    expect(reply.body.offers[1]).toMatchObject({
      setupFee: 59.99,
      costOver12Months: 779.87,
      earlyTerminationFee: 150,
      attributes: { dataCapGb: 'unlimited', connectionType: 'fiber' },
    });
    expect(reply.body.differing).toEqual([
      'monthlyPrice',
      'setupFee',
      'earlyTerminationFee',
      'costOver12Months',
      'costOver24Months',
      'pricing.firstMonthly',
      'pricing.regularMonthly',
      'pricing.allInMonthly',
      'pricing.setupFee',
      'attributes.maxDownloadMbps',
      'attributes.dataCapGb',
    ]);
  });

  it('shows the keys of category data that no schema defines and that differ, with their units', async () => {
    const internet = (more: object) =>
      publish({
        category: 'internet',
        serviceSpecificData: { ...fullOffer.serviceSpecificData, ...more },
        complianceData: { broadbandLabel: {}, review: 'passed' },
      });
    const ids = [
      await internet({ routerRangeKm: 0.1, burstMbps: 900, same: 1, nested: { a: 1 } }),
      await internet({ routerRangeKm: 0.2, same: 1, nested: { a: 2 } }),
    ];
    const reply = await compare(ids.join(','));
    expect(reply.body.extra).toEqual([
      { name: 'serviceSpecificData.burstMbps', unit: 'Mbps', values: [900, null] },
      { name: 'serviceSpecificData.routerRangeKm', unit: 'km', values: [0.1, 0.2] },
    ]);
    expect(reply.body.differing).toEqual([]);
  });

  it('reads data caps and renewable energy from the label, and leaves unknown ones null', async () => {
    const { dataCap: _, ...service } = fullOffer.serviceSpecificData;
    const internet = (serviceSpecificData: object | null, broadbandLabel: object) =>
      publish({ category: 'internet', serviceSpecificData, complianceData: { broadbandLabel } });
    const energy = (data: object | null, renewablePercent: number) =>
      publish({
        category: 'energy',
        serviceSpecificData: data,
        complianceData: { electricityFactsLabel: { renewablePercent } },
      });
    const made = [
      await internet(service, { dataCapGb: 1200 }),
      await internet(service, { dataCapGb: null }),
      await internet({ ...service, dataCap: null }, { dataCapGb: 1200 }),
      await internet({ ...service, dataCap: 50 }, { dataCapGb: 1200 }),
      await internet(service, {}),
      await energy({}, 40),
      await energy({ renewablePercentage: 0 }, 40),
      await publish({ category: 'other', complianceData: { broadbandLabel: null } }),
      await publish({ category: 'television', serviceSpecificData: { hd: true, maxBandwidth: 'fast' } }),
    ];
    const reply = await compare(made.join());
    const values = (name: string) =>
      reply.body.offers.map(({ attributes }: { attributes: Record<string, unknown> }) => attributes[name]);
    expect(values('dataCapGb')).toEqual([1200, 'unlimited', 'unlimited', 50, ...Array(5).fill(null)]);
    expect(values('renewablePercentage')).toEqual([...Array(5).fill(null), 40, 0, null, null]);
  });

  it('compares offers in different categories, and unexpected values of known keys', async () => {
    const tv = await publish({ category: 'television', serviceSpecificData: { channelCount: 90, hd: true } });
    const other = await publish({
      category: 'other',
      serviceSpecificData: { hd: { yes: 1 }, channelCount: 'many' },
    });
    const reply = await compare(`${tv},${other}`);
    expect(reply.body.offers[0].attributes).toEqual({ channelCount: 90, hd: true });
    expect(reply.body.offers[1].attributes).toEqual({ channelCount: 'many', hd: null });
    expect(reply.body.offers[1].costOver12Months).toBeNull();
  });

  it('returns the same 404 for a hidden offer as for an unknown one', async () => {
    const shown = await publish({});
    const hidden = await publish({ visibility: 'preferred' });
    for (const id of [hidden, '0190c3de-0000-7000-8000-000000000001']) {
      const reply = await compare(`${shown},${id}`);
      expect(reply.status).toBe(404);
      expect(reply.body.detail).toBe(`Offer ${id} not found`);
    }
  });

  it.each([
    ['', 'ids[0]'],
    ['x', 'ids[0]'],
    [Array(11).fill('0190c3de-0000-7000-8000-000000000001').join(), 'ids'],
    ['0190c3de-0000-7000-8000-000000000001,0190c3de-0000-7000-8000-000000000001', 'ids'],
  ])('rejects ids=%s', async (ids, field) => {
    const reply = await compare(ids);
    expect(reply.status).toBe(400);
    expect(reply.body.errors[0].field).toBe(field);
  });

  it('is available only to resellers', async () => {
    const reply = await harness.call('GET', '/reseller/catalog/compare?ids=x', undefined, provider);
    expect(reply.status).toBe(403);
  });
});
