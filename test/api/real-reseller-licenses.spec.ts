import { seedDemo } from '../../src/demo/demo.js';
import { catalogCalls } from '../support/catalog-calls.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { adminKey, start, type Harness } from '../support/harness.js';
import { postOrder, serviceAddress } from '../support/order-factories.js';

/*
 * The rules of Texas and of insurance, as they are, with the licenses of resellers enforced. How each way of reading the
 * catalog obeys is tested in reseller-licenses.spec.ts.
 */

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;
const { offer, change, list, read } = catalogCalls(() => harness);

beforeAll(async () => {
  harness = await start({ enforceResellerLicenses: true });
  provider = await makeTeam(harness, 'provider');
});
beforeEach(async () => {
  reseller = await makeTeam(harness, 'reseller');
});
afterAll(() => harness.stop());

const call = (method: string, path: string, body?: object, team = provider) =>
  harness.call(method, path, body, team);
const add = async (license: object, team = reseller) => {
  const reply = await call('POST', '/team/licenses', { number: 'BR190102', ...license }, team);
  expect(reply.status).toBe(201);
};
const sees = async (id: string) => (await read(reseller, id)).status === 200;
const ordered = async (id: string, state: string, zipCode: string) =>
  (await postOrder(harness, reseller, [id], { serviceAddress: { ...serviceAddress, state, zipCode } }))
    .status;
/** Returns what the rules demand of resellers. */
const needed = async (body: object): Promise<string[]> => {
  const reply = await call('POST', '/provider/compliance/evaluate', { name: 'Offer', ...body });
  expect(reply.status).toBe(200);
  return reply.body.resellerLicenses;
};

const energy = (more: object = {}, serviceSpecificData: object = {}) => ({
  category: 'energy',
  serviceArea: { states: ['TX'] },
  serviceSpecificData: { energyType: 'electricity', ...serviceSpecificData },
  ...more,
});
const insurance = (serviceArea: object | null, complianceData: object = {}) => ({
  category: 'insurance',
  serviceArea,
  serviceSpecificData: { insuranceType: 'Renters' },
  complianceData: { naicCode: '01234', ...complianceData },
});

describe('electricity in Texas', () => {
  it.each([
    ['by state', energy()],
    ['by ZIP code', energy({ serviceArea: { zipCodes: ['75201'] } })],
    ['by a ZIP code outside of its usual range', energy({ serviceArea: { zipCodes: ['73960'] } })],
    ['everywhere', energy({ serviceArea: null })],
    ['by its utility', energy({ serviceArea: null }, { utility: 'ONCOR' })],
    ['of an unknown type', energy({ serviceSpecificData: {} })],
    // Members that no schema knows must not keep the offer from being assessed.
    ['with hostile data', energy({}, { prepaid: true, prepaidUrl: { toString: 1, valueOf: 1 } })],
  ])('%s is only for registered brokers', async (name, body) => {
    const zipCode = name.includes('outside') ? '73960' : '75201';
    expect(await needed(body)).toEqual(['puct_broker']);
    const { id } = await offer(provider, body);
    expect(await sees(id)).toBe(false);
    await add({ kind: 'insurance_producer', state: 'TX' });
    await add({ kind: 'puct_rep', number: '10004' });
    expect(await sees(id)).toBe(false);
    expect(await ordered(id, 'TX', zipCode)).toBe(400);
    await add({ kind: 'puct_broker' });
    expect(await sees(id)).toBe(true);
    expect((await list(reseller, { zipCode })).body).toContainEqual(expect.objectContaining({ id }));
  });

  it.each([
    ['gas', energy({}, { energyType: 'gas' })],
    ['electricity elsewhere', energy({ serviceArea: { states: ['OK'] } })],
    ['electricity of a utility elsewhere', energy({ serviceArea: null }, { utility: 'PGE' })],
    ['no category of the rules', { category: 'other', serviceArea: { states: ['TX'] } }],
  ])('%s is for everybody', async (_, body) => {
    expect(await needed(body)).toEqual([]);
    expect(await sees((await offer(provider, body)).id)).toBe(true);
  });

  it('follows changes of the offer', async () => {
    const { id } = await offer(provider, energy());
    expect(await sees(id)).toBe(false);
    await change(provider, id, { serviceArea: { states: ['OK'] } });
    expect(await sees(id)).toBe(true);
    await change(provider, id, { serviceArea: { zipCodes: ['79901-1234'] } });
    expect(await sees(id)).toBe(false);
  });
});

describe('insurance', () => {
  it('is for producers in one of its states, and is sold in those in which they are licensed', async () => {
    const body = insurance({ states: ['TX'], zipCodes: ['94102', '00901'] });
    expect(await needed(body)).toEqual(['CA', 'PR', 'TX'].map((state) => `insurance_producer:${state}`));
    const { id } = await offer(provider, body);
    await add({ kind: 'puct_broker' });
    await add({ kind: 'insurance_producer', state: 'OK' });
    expect(await sees(id)).toBe(false);
    await add({ kind: 'insurance_producer', state: 'PR' });
    expect(await sees(id)).toBe(true);
    expect(await ordered(id, 'CA', '94102')).toBe(400);
    await add({ kind: 'insurance_producer', state: 'CA' });
    expect(await ordered(id, 'CA', '94102')).toBe(201);
  });

  it('everywhere is for producers in any state; referrals are for everybody', async () => {
    expect(await needed(insurance(null))).toEqual(['insurance_producer']);
    const { id } = await offer(provider, insurance(null));
    const referral = await offer(provider, insurance(null, { referralOnly: true }));
    expect([await sees(id), await sees(referral.id)]).toEqual([false, true]);
    await add({ kind: 'insurance_producer', state: 'NV' });
    expect(await sees(id)).toBe(true);
    expect(await ordered(id, 'TX', '75201')).toBe(400);
    expect(await ordered(id, 'NV', '89101')).toBe(201);
  });
});

it('members that no schema knows cannot keep an offer from being assessed, or fill its findings', async () => {
  const body = {
    name: 'Fibre',
    category: 'internet',
    contract: { months: 12, required: true },
    complianceData: { contractTermsUrl: { toString: 1 }, fccId: '9'.repeat(5000) },
  };
  const reply = await call('POST', '/provider/compliance/evaluate', body);
  expect(reply.status).toBe(200);
  const { body: stored } = await call('POST', '/provider/offers', body);
  const { findings } = stored.complianceAssessment as { findings: { code: string; message: string }[] };
  const messageOf = (code: string) => findings.find((finding) => finding.code === code)?.message;
  expect(messageOf('I06a')).toBe(
    'The terms of the contract are at {"toString":1}, which is not an absolute https URL.',
  );
  expect(messageOf('I02')?.length).toBeLessThan(1200);
});

it('the demo can be created, and its reseller sees all offers of its provider', async () => {
  const keys = await seedDemo(harness.app, adminKey);
  const listOf = async (path: string, key: string) =>
    (await harness.call('GET', path, undefined, { key })).body as { id: string; providerName?: string }[];
  const own = (await listOf('/provider/offers?status=active&limit=100', keys.provider)).map(({ id }) => id);
  const seen = await listOf('/reseller/catalog?limit=100', keys.reseller);
  expect(own.length).toBeGreaterThan(0);
  expect(seen.map(({ id }) => id)).toEqual(expect.arrayContaining(own));
  expect((await listOf('/reseller/orders', keys.reseller)).length).toBeGreaterThan(0);
});
