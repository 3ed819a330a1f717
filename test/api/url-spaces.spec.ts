import { uploadOffers } from '../support/bulk-upload.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness } from '../support/harness.js';
import { resultsOf, uploadFile } from '../support/offer-file.js';

/*
 * URLs with spaces are stored as browsers send them: percent-encoded, and without those around them.
 */

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const given = ' https://isp.example/my label.pdf\n';
const stored = 'https://isp.example/my%20label.pdf';
const call = (method: string, path: string, body?: object) => harness.call(method, path, body, provider);

/** The fields of an offer that are URLs, also in category data. */
const offerWith = (url: string) => ({
  name: 'Fibre',
  sku: 'URL-1',
  category: 'internet',
  imageUrl: url,
  submissionUrl: url,
  contract: { months: 12, required: true, termsUrl: url },
  complianceData: { broadbandLabel: { url }, networkManagementUrl: url, note: ' as it is ' },
});

it('of an offer, which can be sent again in every way', async () => {
  const created = await call('POST', '/provider/offers', offerWith(given));
  expect(created.status).toBe(201);
  expect(created.body).toMatchObject(offerWith(stored));
  const { id } = created.body;
  expect((await call('PATCH', `/provider/offers/${id}`, offerWith(given))).body).toEqual(created.body);
  expect((await call('PATCH', `/provider/offers/${id}`, { imageUrl: given })).body).toEqual(created.body);
  expect((await call('PUT', `/provider/offers/sku:URL-1`, offerWith(given))).body).toEqual(created.body);
  const [line] = await uploadOffers(harness, provider, [offerWith(given)]);
  expect(line?.result).toBe('unchanged');
  const csv =
    'sku,imageUrl,contract.termsUrl\nURL-1, https://isp.example/my label.pdf,https://isp.example/my label.pdf \n';
  expect(resultsOf(await uploadFile(harness, provider, csv))).toBe('unchanged');
  const other = await call('PATCH', `/provider/offers/${id}`, { imageUrl: 'https://isp.example/a\u00a0b c' });
  expect(other.body.imageUrl).toBe('https://isp.example/a%C2%A0b%20c');
});

it.each([
  ['/products', { name: 'SIM' }, 'imageUrl'],
  ['/team/licenses', { kind: 'fcc_registration', number: '0005937974' }, 'documentUrl'],
])('of %s', async (path, body, name) => {
  const created = await call('POST', path, { ...body, [name]: given });
  expect([created.status, created.body[name]]).toEqual([201, stored]);
});

it('of a product of a subscription', async () => {
  const attributes = { name: 'Fibre', price: { USD: { amount: 1 } }, main_image: given };
  const body = { data: { type: 'subscription_product', attributes } };
  const created = await call('POST', '/subscriptions/products', body);
  expect([created.status, created.body.data?.attributes.main_image]).toEqual([201, stored]);
});

it.each(['https://isp .example/', 'https:// isp.example/', 'my label.pdf', ' ', 'javascript: alert(1)'])(
  'are refused if %j is no URL in a browser either',
  async (imageUrl) => {
    const reply = await call('POST', '/provider/offers', { name: 'Fibre', imageUrl });
    expect([reply.status, fieldsOf(reply)]).toEqual([400, ['imageUrl']]);
  },
);
