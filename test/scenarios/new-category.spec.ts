import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { Service } from '../support/service.js';
import { repositoryRoot as root } from '../support/source-files.js';

/*
 * CONTRIBUTING.md promises that a category requires only a file and a line in a table (with its import). These tests
 * build a copy of the service with a seventh category that was added in this way, and use it.
 */

const category = `
import { EnumField, NumberField } from '../../validation/fields.js';
import type { Category } from './category.js';

export class MobilityServiceData {
  @EnumField(['bike', 'scooter', 'car'], { description: 'Type of vehicle.', example: 'bike' })
  vehicle: string;

  @NumberField({ description: 'Minutes included per month.', integer: true, min: 0, optional: true, example: 600 })
  minutesIncluded?: number;
}

export class MobilityComplianceData {}

export const mobility: Category = {
  service: MobilityServiceData,
  compliance: MobilityComplianceData,
  example: { service: { vehicle: 'bike', minutesIncluded: 600 }, compliance: {} },
  demo: { name: 'Bike Share', monthlyPrice: 15, keyFeatures: ['600 minutes'] },
  comparable: { minutesIncluded: (service) => service.minutesIncluded },
};
`;

const adminKey = 'od_admin_for_a_new_category';
let copy: string;
let database: TestDatabase;
let service: Service;

beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), 'offerdock-category-'));
  for (const name of ['src', 'seed', 'migrations', 'package.json', 'tsconfig.json'])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const folder = join(copy, 'src/offers/categories');
  writeFileSync(join(folder, 'mobility.ts'), category);
  const table = join(folder, 'all-categories.ts');
  const added = readFileSync(table, 'utf8')
    .replace(/(?=import \{ other \})/, "import { mobility } from './mobility.js';\n")
    .replace('insurance, other }', 'insurance, mobility, other }');
  writeFileSync(table, added);
  const config = {
    extends: './tsconfig.json',
    compilerOptions: { types: ['node'] },
    include: ['src', 'seed', 'migrations'],
  };
  writeFileSync(join(copy, 'tsconfig.copy.json'), JSON.stringify(config));
  mkdirSync(join(copy, 'dist'));
  const tsc = join(root, 'node_modules/typescript-7/bin/tsc');
  const build = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.copy.json'], {
    cwd: copy,
    encoding: 'utf8',
  });
  if (build.status !== 0) throw new Error(build.stdout);
  database = await createDatabase({ empty: true });
  const env = { DATABASE_URL: database.url, ADMIN_API_KEY: adminKey, DEMO: 'true' };
  service = await new Service(env, [process.execPath, join(copy, 'dist/src/main.js')]).ready();
}, 120_000);

afterAll(async () => {
  await service?.kill('SIGTERM');
  await database?.drop();
  rmSync(copy, { recursive: true, force: true });
});

type Json = Parameters<typeof JSON.stringify>[0];
const json = async (reply: Response): Promise<[number, Json]> => [reply.status, await reply.json()];

it('has a demo offer that resellers can find in the catalog and compare', async () => {
  const key = service.key('reseller');
  const [status, offers] = await json(await service.call('GET', '/reseller/catalog?category=mobility', key));
  expect([status, offers]).toEqual([
    200,
    [expect.objectContaining({ name: 'Bike Share', category: 'mobility' })],
  ]);
  const [, comparison] = await json(
    await service.call('GET', `/reseller/catalog/compare?ids=${offers[0].id}`, key),
  );
  expect(comparison.offers[0].attributes).toEqual({ minutesIncluded: 600 });
});

it('accepts offers and validates their data', async () => {
  const key = service.key('provider');
  const offer = { name: 'Cargo Bike', category: 'mobility', serviceSpecificData: { vehicle: 'bike' } };
  expect((await service.call('POST', '/provider/offers', key, offer)).status).toBe(201);
  const [status, problem] = await json(
    await service.call('POST', '/provider/offers', key, {
      ...offer,
      serviceSpecificData: { vehicle: 'boat' },
    }),
  );
  expect(status).toBe(400);
  expect(problem.errors.map(({ field }: { field: string }) => field)).toEqual([
    'serviceSpecificData.vehicle',
  ]);
});

it('appears in the documentation', async () => {
  const [, document] = await json(await service.call('GET', '/openapi.json'));
  expect(Object.keys(document.components.schemas)).toEqual(
    expect.arrayContaining(['MobilityCategory', 'MobilityServiceData']),
  );
});

it('appears in seeded catalogs', async () => {
  const args = [join(copy, 'dist/seed/seed-cli.js'), '--offers', '400'];
  const env = { PATH: process.env.PATH, DATABASE_URL: database.url };
  const seed = spawnSync(process.execPath, args, { cwd: copy, env, encoding: 'utf8' });
  if (seed.status !== 0) throw new Error(seed.stderr);
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query(
    "SELECT count(*)::int AS count FROM offers WHERE category = 'mobility' AND sku LIKE 'SKU-%'",
  );
  await client.end();
  expect(rows[0].count).toBeGreaterThan(0);
});
