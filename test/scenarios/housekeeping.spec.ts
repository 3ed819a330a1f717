import { Client } from 'pg';
import { createDatabase } from '../support/database.js';
import { makeTeam } from '../support/factories.js';
import { start } from '../support/harness.js';
import { until } from '../support/until.js';

it('deletes old changes and unused areas soon after every start', async () => {
  const database = await createDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const count = async (from: string) =>
    Number((await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${from}`)).rows[0]?.n);
  try {
    const first = await start({}, database.url);
    const team = await makeTeam(first, 'provider');
    for (const name of ['A', 'B']) {
      const body = { name, status: 'active', serviceArea: { zipCodes: ['94105'] } };
      expect((await first.call('POST', '/provider/offers', body, team)).status).toBe(201);
    }
    await first.stop();
    const old = "catalog_changes WHERE at < now() - interval '3 days'";
    await client.query(`UPDATE catalog_changes SET at = now() - interval '3 days 1 hour'
      WHERE seq = (SELECT min(seq) FROM catalog_changes)`);
    // As if the process had been killed before it deleted the area.
    await client.query('UPDATE offers SET service_area_id = NULL');
    const changes = await count('catalog_changes');
    expect([await count(old), await count('service_areas')]).toEqual([1, 1]);

    const processes = [
      await start({ changesRetentionDays: 3, role: 'worker' }, database.url),
      await start({ changesRetentionDays: 3, role: 'worker' }, database.url),
    ];
    await until(async () => (await count(old)) === 0 && (await count('service_areas')) === 0);
    expect(await count('catalog_changes')).toBe(changes - 1);
    for (const process of processes) await process.stop();
  } finally {
    await client.end();
    await database.drop();
  }
});
