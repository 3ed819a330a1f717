import { fieldsOf, start, type Harness } from '../support/harness.js';
import { makeTeam, type TestTeam } from '../support/factories.js';

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const create = (body: object) => harness.call('POST', '/provider/offers', { name: 'A', ...body }, provider);

const internet = { minBandwidth: 200, maxBandwidth: 500, connectionType: 'fiber' };
const security = { monitoringType: 'hybrid', installationType: 'diy', equipmentIncluded: 'Hub' };

describe('POST /provider/offers: category data', () => {
  it.each([
    ['internet', internet],
    ['internet', { ...internet, dataCap: null }],
    ['internet', { ...internet, minBandwidth: 500, dataCap: 0.5, uploadSpeed: '20 Mbps' }],
    ['security', security],
    ['television', {}],
    ['television', { channelCount: 220, hd: true, '4kChannels': 'some' }],
    ['energy', { rateStructure: '0.12/kWh' }],
    ['energy', { energyType: 'gas', contractLengthMonths: 0, renewablePercentage: 33.3 }],
    ['insurance', { insuranceType: 'Renters', coverageAmount: 100_000.5, deductible: 0 }],
    ['other', { anything: [1, { goes: null }] }],
    ['other', internet],
  ])('stores serviceSpecificData of %s unchanged: %j', async (category, serviceSpecificData) => {
    const reply = await create({ category, serviceSpecificData });
    expect(reply.status).toBe(201);
    expect(reply.body.serviceSpecificData).toEqual(serviceSpecificData);
  });

  it.each([
    [
      'internet',
      { broadbandLabel: { dataCapGb: null, colour: 'blue' }, networkManagementUrl: 'https://isp.example' },
    ],
    ['energy', { electricityFactsLabel: { avgPrice500kwh: 14.9, renewablePercent: 100 } }],
    ['security', { licensesText: 'TX B12345', bondAmount: 25_000 }],
    ['television', { allInMonthlyPrice: 84.5, franchiseFees: 0 }],
    ['insurance', { naicCode: '00123' }],
    ['other', { licence: 'none' }],
  ])('stores complianceData of %s unchanged: %j', async (category, complianceData) => {
    const reply = await create({ category, complianceData });
    expect(reply.status).toBe(201);
    expect(reply.body.complianceData).toEqual(complianceData);
  });

  it.each([
    ['internet', { minBandwidth: 5, connectionType: 'dsl' }, 'maxBandwidth'],
    ['internet', { ...internet, connectionType: 'Fiber' }, 'connectionType'],
    ['internet', { ...internet, minBandwidth: 501 }, 'maxBandwidth'],
    ['internet', { ...internet, minBandwidth: '200' }, 'minBandwidth'],
    ['internet', { ...internet, dataCap: 0 }, 'dataCap'],
    ['internet', { ...internet, maxBandwidth: null }, 'maxBandwidth'],
    ['security', { ...security, equipmentIncluded: true }, 'equipmentIncluded'],
    ['security', { ...security, monitoringType: 'none' }, 'monitoringType'],
    ['television', { channelCount: 1.5 }, 'channelCount'],
    ['television', { channelCount: '220' }, 'channelCount'],
    ['energy', { energyType: 'Natural Gas' }, 'energyType'],
    ['energy', { renewablePercentage: 101 }, 'renewablePercentage'],
    ['insurance', { deductible: -1 }, 'deductible'],
  ])('400 for %s with %j', async (category, serviceSpecificData, field) => {
    const reply = await create({ category, serviceSpecificData });
    expect(reply.status).toBe(400);
    expect(fieldsOf(reply)).toEqual([`serviceSpecificData.${field}`]);
  });

  it.each([
    ['internet', { broadbandLabel: { url: 'javascript:alert(1)' } }, 'broadbandLabel.url'],
    ['internet', { broadbandLabel: 'none' }, 'broadbandLabel'],
    [
      'energy',
      { electricityFactsLabel: { renewablePercent: 101 } },
      'electricityFactsLabel.renewablePercent',
    ],
    ['energy', { yourRightsUrl: 'www.power.example' }, 'yourRightsUrl'],
    ['television', { regulatoryFees: -0.1 }, 'regulatoryFees'],
    ['insurance', { naicCode: 123 }, 'naicCode'],
  ])('400 for %s with compliance data %j', async (category, complianceData, field) => {
    const reply = await create({ category, complianceData });
    expect(reply.status).toBe(400);
    expect(fieldsOf(reply)).toEqual([`complianceData.${field}`]);
  });

  it('reports which field a category requires', async () => {
    const reply = await create({
      category: 'internet',
      serviceSpecificData: { ...internet, maxBandwidth: undefined },
    });
    expect(reply.body.detail).toBe('serviceSpecificData.maxBandwidth is required for category internet');
  });

  it('400 for data from another category', async () => {
    const reply = await create({ category: 'energy', serviceSpecificData: internet });
    expect(reply.status).toBe(400);
    expect(reply.body.message).toContain('contains data of category internet, but the category is energy');
    expect((await create({ category: 'internet', complianceData: { naicCode: '1' } })).status).toBe(400);
  });

  it.each(['serviceSpecificData', 'complianceData'])('400 for %s without a category', async (field) => {
    const reply = await create({ [field]: {} });
    expect(reply.status).toBe(400);
    expect(fieldsOf(reply)).toEqual([field]);
    expect((await create({ [field]: null })).status).toBe(201);
  });

  it.each([[[]], ['text'], [7], [true]])('400 for %j instead of an object', async (serviceSpecificData) => {
    expect(fieldsOf(await create({ category: 'other', serviceSpecificData }))).toEqual([
      'serviceSpecificData',
    ]);
    expect(fieldsOf(await create({ category: 'internet', serviceSpecificData }))).toEqual([
      'serviceSpecificData',
    ]);
  });
});
