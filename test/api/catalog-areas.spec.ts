import { DataSource } from 'typeorm';
import { catalogCalls } from '../support/catalog-calls.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { fieldsOf, start, type Harness } from '../support/harness.js';
import { until } from '../support/until.js';

let harness: Harness;
let provider: TestTeam;
let reseller: TestTeam;
const { offer, change, remove, list, read, ids } = catalogCalls(() => harness);

beforeAll(async () => {
  harness = await start();
  reseller = await makeTeam(harness, 'reseller');
});
beforeEach(async () => {
  provider = await makeTeam(harness, 'provider');
});
afterAll(() => harness.stop());

const post = (body: object) => harness.call('POST', '/provider/offers', { name: 'A', ...body }, provider);
const own = async (id: string) =>
  (await harness.call('GET', `/provider/offers/${id}`, undefined, provider)).body;
/** Returns those of the provider's offers that are available in the ZIP code. */
const at = (zipCode: string) => ids(reseller, { zipCode, providerId: provider.id });
const codes = (count: number, from = 10_000) =>
  Array.from({ length: count }, (_, index) => String(from + index));

/** Counts the rows of the provider's areas. */
async function stored(): Promise<{ areas: number; places: number }> {
  const [row]: { areas: number; places: number }[] = await harness.app.get(DataSource).query(
    `SELECT count(DISTINCT a.id)::int AS areas, count(p.place)::int AS places FROM service_areas a
       LEFT JOIN service_area_places p ON p.service_area_id = a.id WHERE a.team_id = $1`,
    [provider.id],
  );
  return row ?? { areas: -1, places: -1 };
}

describe('GET /reseller/catalog?zipCode', () => {
  it('200 accepts five digits and ZIP+4', async () => {
    const { id } = await offer(provider, { serviceArea: { zipCodes: ['94102'] } });
    for (const [zipCode, there] of [
      ['94102', true],
      ['94102-1234', true],
      ['94103', false],
      ['94103-9410', false],
    ] as const)
      expect([zipCode, await at(zipCode)]).toEqual([zipCode, there ? [id] : []]);
  });

  it.each(['9410', '941020', '94102-', '94102-123', '94102 1234', 'abcde', '94102-12345', '', ' 94102'])(
    '400 for %j',
    async (zipCode) => {
      const reply = await list(reseller, { zipCode });
      expect(reply.status).toBe(400);
      expect(fieldsOf(reply)).toEqual(['zipCode']);
    },
  );

  it('200 finds offers without an area in every ZIP code, even if its state is unknown', async () => {
    const { id } = await offer(provider);
    for (const zipCode of ['94102', '00000', '09001', '96799']) expect(await at(zipCode)).toEqual([id]);
  });

  it.each([
    ['zipCodes', { zipCodes: [] }],
    ['states', { states: [] }],
    ['both', { zipCodes: [], states: [] }],
  ])('200 finds an offer in no ZIP code if %s are empty, but lists it', async (_, serviceArea) => {
    const { id } = await offer(provider, { serviceArea });
    expect([await at('94102'), await at('00000')]).toEqual([[], []]);
    expect(await ids(reseller, { providerId: provider.id })).toEqual([id]);
    expect((await read(reseller, id)).body.serviceArea).toEqual({ zipCodeCount: 0, states: [] });
    expect((await own(id)).serviceArea).toEqual(serviceArea);
  });

  it('200 finds offers by the state of a ZIP code', async () => {
    const { id } = await offer(provider, { serviceArea: { states: ['NY', 'PR'] } });
    for (const zipCode of ['10001', '00501', '06390', '00601', '11201-0001'])
      expect([zipCode, await at(zipCode)]).toEqual([zipCode, [id]]);
    for (const zipCode of ['06389', '94102', '07030', '00000'])
      expect([zipCode, await at(zipCode)]).toEqual([zipCode, []]);
  });

  it('200 combines states and ZIP codes, and returns only the number of ZIP codes', async () => {
    const { id } = await offer(provider, {
      serviceArea: { states: ['CA'], zipCodes: ['10001', '10001-5555', '00501'] },
    });
    for (const zipCode of ['94102', '10001', '00501']) expect(await at(zipCode)).toEqual([id]);
    expect(await at('10002')).toEqual([]);
    expect((await read(reseller, id)).body.serviceArea).toEqual({ zipCodeCount: 2, states: ['CA'] });
    expect((await own(id)).serviceArea).toEqual({ zipCodes: ['00501', '10001'], states: ['CA'] });
  });

  it('200 reflects a change to the area in the next request', async () => {
    const { id } = await offer(provider, { availableZipCodes: ['94102'] });
    await change(provider, id, { serviceArea: { states: ['NY'] } });
    expect([await at('94102'), await at('10001')]).toEqual([[], [id]]);
    await change(provider, id, { availableZipCodes: [] });
    expect(await at('10001')).toEqual([]);
    await change(provider, id, { serviceArea: null });
    expect(await at('94102')).toEqual([id]);
  });
});

describe('the area of an offer', () => {
  it('has a short form, which is sorted, reduced to five digits and without duplicates', async () => {
    const { id } = await offer(provider, { availableZipCodes: ['94103', '94102-0001', '94102'] });
    const shown = await own(id);
    expect(shown.serviceArea).toEqual({ zipCodes: ['94102', '94103'] });
    expect(shown).not.toHaveProperty('availableZipCodes');
    expect((await change(provider, id, { availableZipCodes: null })).serviceArea).toBeNull();
  });

  it.each([
    ['availableZipCodes', { availableZipCodes: ['94102'], serviceArea: { states: ['CA'] } }],
    ['availableZipCodes', { availableZipCodes: null, serviceArea: null }],
    ['availableZipCodes', { availableZipCodes: '94102' }],
    ['availableZipCodes[1]', { availableZipCodes: ['94102', '9410'] }],
    ['availableZipCodes[0]', { availableZipCodes: [94102] }],
    ['availableZipCodes', { availableZipCodes: codes(45_001) }],
    ['serviceArea', { serviceArea: {} }],
    ['serviceArea', { serviceArea: { zipCodes: null, states: null } }],
    ['serviceArea', { serviceArea: [] }],
    ['serviceArea.zipCodes', { serviceArea: { zipCodes: {} } }],
    ['serviceArea.zipCodes[0]', { serviceArea: { zipCodes: [null] } }],
    ['serviceArea.states[0]', { serviceArea: { states: ['ca'] } }],
    ['serviceArea.states[1]', { serviceArea: { states: ['CA', 'XX'] } }],
    ['serviceArea.cities', { serviceArea: { states: ['CA'], cities: ['Fresno'] } }],
  ])('400 reports %s', async (field, body) => {
    const reply = await post(body);
    expect(reply.status).toBe(400);
    expect(fieldsOf(reply)).toEqual([field]);
    expect(await stored()).toEqual({ areas: 0, places: 0 });
  });

  it('can list 45,000 ZIP codes', async () => {
    const { id } = await offer(provider, { availableZipCodes: codes(45_000) });
    expect(await at('54999')).toEqual([id]);
    expect(await stored()).toEqual({ areas: 1, places: 45_000 });
  });
});

describe('the stored area', () => {
  it('is shared by all offers of a team with the same area, regardless of notation', async () => {
    const zipCodes = codes(5000);
    const made = [await offer(provider, { serviceArea: { zipCodes } })];
    for (let count = 1; count < 12; count += 1)
      made.push(await offer(provider, { availableZipCodes: count % 2 ? zipCodes.toReversed() : zipCodes }));
    expect(await stored()).toEqual({ areas: 1, places: 5000 });
    expect(await at('12345')).toHaveLength(12);
    for (const { id } of made.slice(1)) await remove(provider, id);
    expect(await stored()).toEqual({ areas: 1, places: 5000 });
    await change(provider, made[0]?.id ?? '', { serviceArea: { states: ['CA'] } });
    expect(await stored()).toEqual({ areas: 1, places: 1 });
    await remove(provider, made[0]?.id ?? '');
    expect(await stored()).toEqual({ areas: 0, places: 0 });
  });

  it('is not deleted if a change fails', async () => {
    await offer(provider, { sku: 'A' });
    const { id } = await offer(provider, { sku: 'B', serviceArea: { states: ['CA'] } });
    const reply = await harness.call(
      'PATCH',
      `/provider/offers/${id}`,
      { sku: 'A', serviceArea: { states: ['NY'] } },
      provider,
    );
    expect(reply.status).toBe(409);
    expect(await stored()).toEqual({ areas: 1, places: 1 });
    expect(await at('94102')).toContain(id);
  });

  it('is consistent after concurrent creates, updates and deletes with the same areas', async () => {
    const areas = [{ states: ['CA'] }, { states: ['NY'] }, { zipCodes: codes(300) }, null];
    const pick = (number: number) => ({ serviceArea: areas[number % areas.length] });
    const made = await Promise.all(
      Array.from({ length: 16 }, (_, index) => post({ status: 'active', ...pick(index) })),
    );
    expect(new Set(made.map(({ status }) => status))).toEqual(new Set([201]));
    const path = (index: number) => `/provider/offers/${made[index % made.length]?.body.id}`;
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, index) => {
        if (index % 15 === 14) return harness.call('DELETE', path(index), undefined, provider);
        return harness.call('PATCH', path(index * 7), { ...pick(index), overview: `${index}` }, provider);
      }),
    );
    expect(replies.filter(({ status }) => status !== 200 && status !== 404)).toEqual([]);
    const left = (await harness.call('GET', '/provider/offers?limit=100', undefined, provider)).body as {
      serviceArea: object | null;
    }[];
    const inUse = new Set(left.map(({ serviceArea }) => JSON.stringify(serviceArea)));
    inUse.delete('null');
    expect((await stored()).areas).toBe(inUse.size);
  });

  it('is that of the last of several concurrent changes', async () => {
    const { id } = await offer(provider, { serviceArea: { states: ['CA'] } });
    const areas = [{ states: ['NY'] }, { states: ['TX'] }, null, { states: ['CA'] }];
    for (let round = 0; round < 12; round += 1) {
      const replies = await Promise.all(
        areas.map(async (serviceArea) => ({
          serviceArea,
          shown: await change(provider, id, {
            serviceArea,
            overview: `${round} ${JSON.stringify(serviceArea)}`,
          }),
        })),
      );
      for (const { serviceArea, shown } of replies) expect(shown.serviceArea).toEqual(serviceArea);
      const last = replies.toSorted((a, b) => b.shown.version - a.shown.version)[0];
      expect((await own(id)).serviceArea).toEqual(last?.serviceArea);
    }
  });
});

/** Returns whether a statement in this database is waiting for a lock. */
async function somebodyWaits(): Promise<boolean> {
  const waiting: object[] = await harness.app
    .get(DataSource)
    .query("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
  return waiting.length > 0;
}

describe('a change that waits for another change', () => {
  it.each([null, { states: ['NY'] }, { states: ['CA'] }])(
    'still sets the area to %j',
    async (serviceArea) => {
      const { id } = await offer(provider, { serviceArea: { states: ['CA'] } });
      const other = await offer(provider, { serviceArea: { states: ['NY'] } });
      const dataSource = harness.app.get(DataSource);
      let waiting: Promise<{ serviceArea: object | null }> | undefined;
      await dataSource.transaction(async (tx) => {
        await tx.query(
          `UPDATE offers SET version = version + 1,
                service_area_id = (SELECT service_area_id FROM offers WHERE id = $2) WHERE id = $1`,
          [id, other.id],
        );
        waiting = change(provider, id, { serviceArea, overview: 'Changed' });
        await until(somebodyWaits);
      });
      expect((await waiting)?.serviceArea).toEqual(serviceArea);
      expect((await own(id)).serviceArea).toEqual(serviceArea);
    },
  );
});

describe('an offer that is sent back as read', () => {
  it('is unchanged, including its area and its resellers', async () => {
    for (const more of [
      { serviceArea: { zipCodes: ['94102'], states: ['NY', 'CA'] } },
      { serviceArea: { zipCodes: [] } },
      { availableZipCodes: codes(50).toReversed() },
      { serviceArea: { states: ['CA'] }, visibility: 'selected', allowedResellers: [reseller.id] },
    ]) {
      const { id } = await offer(provider, { ...more, monthlyPrice: 10.5, keyFeatures: ['One'] });
      const before = await own(id);
      expect(await change(provider, id, before)).toEqual(before);
      expect(await own(id)).toEqual(before);
      expect(before.version).toBe(1);
    }
  });
});
