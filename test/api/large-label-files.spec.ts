import { DataSource } from 'typeorm';
import { inLabelFile } from '../../src/filings/broadband-labels/label-files.query.js';
import { oldestOwnOffersWithoutArea } from '../../src/offers/offers.query.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { rowsOfFile } from '../support/offer-file.js';

const count = 1500;

let harness: Harness;
let provider: TestTeam;

beforeAll(async () => {
  harness = await start();
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const query = <T>(sql: string, values: unknown[] = []): Promise<T[]> =>
  harness.app.get(DataSource).query(sql, values);

/** Stores offers of the provider with an area, directly in the database. */
const store = (category: string, data: object, area: string | null) =>
  query(
    `INSERT INTO offers (id, team_id, version, created_at, updated_at, name, external_id, status, category, metadata,
        key_features, currency, compliance_status, service_specific_data, service_area_id)
      SELECT gen_random_uuid(), $1, 1, now() - n * interval '1 minute', now(), 'Plan ' || n, 'F0005937974' || n, 'active',
          $2, '{}', '{}', 'USD', 'unknown', $3, $4 FROM generate_series(1, ${count}) n`,
    [provider.id, category, JSON.stringify(data), area],
  );

it('reads each page of a label file without sorting all offers', async () => {
  await store('internet', { minBandwidth: 1, maxBandwidth: 1, connectionType: 'fiber' }, null);
  await query('ANALYZE offers');
  const path = `/providers/${provider.id}/broadband-labels.csv`;
  const { text } = await harness.call('GET', path, undefined, provider);
  expect(rowsOfFile(text).length).toBe(count);
  for (const frn of [undefined, '0005937974']) {
    const { text: sql, values } = oldestOwnOffersWithoutArea(
      provider.id,
      { status: 'active', category: 'internet' },
      { limit: 128 },
      inLabelFile(frn),
    );
    const plan = await query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, [...values]);
    const lines = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(lines).toContain('offers_newest_idx');
    expect(lines).not.toContain('Sort');
  }
});

it('finds the plans in Texas, also if each has 44,000 ZIP codes in other states', async () => {
  const zipCodes = Array.from({ length: 44_000 }, (_, index) => String(1000 + index).padStart(5, '0'));
  const offer = { category: 'energy', status: 'active', serviceSpecificData: { energyType: 'electricity' } };
  const create = (name: string, more: object) =>
    harness.call('POST', '/provider/offers', { ...offer, name, externalId: name, ...more }, provider);
  const { body } = await create('OUTSIDE', { serviceArea: { zipCodes } });
  await create('INSIDE', { serviceArea: { zipCodes: [...zipCodes, '75001'] } });
  const [row] = await query<{ area: string }>('SELECT service_area_id AS area FROM offers WHERE id = $1', [
    body.id,
  ]);
  await store('energy', offer.serviceSpecificData, row?.area ?? '');
  const { status, text } = await harness.call('GET', '/provider/compliance/efl.csv', undefined, provider);
  expect(status).toBe(200);
  expect(rowsOfFile(text).map((plan) => plan['[idKey]'])).toEqual(['INSIDE']);
});
