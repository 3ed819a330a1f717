import { Client } from 'pg';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { Service } from '../support/service.js';

const timeoutMs = 60_000;
const role = 'offerdock_test_startup';

let database: TestDatabase;
let admin: Client;
let services: Service[];

beforeEach(async () => {
  services = [];
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.kill('SIGKILL')));
  await admin.end();
  await database.drop();
});

const prepare = async (options: { empty: boolean }, ...statements: string[]) => {
  database = await createDatabase(options);
  admin = new Client({ connectionString: database.adminUrl });
  await admin.connect();
  for (const statement of statements) await admin.query(statement);
};

/** Starts the service with a role that has only the given rights. */
const withoutRights = async (options: { empty: boolean }, ...grants: string[]) => {
  const create = `DROP ROLE IF EXISTS ${role}; CREATE ROLE ${role} LOGIN PASSWORD 'a'`;
  await prepare(options, create, ...grants);
  const url = new URL(database.url);
  Object.assign(url, { username: role, password: 'a' });
  return start(url.href);
};

const start = (url = database.url, env = {}) => {
  const service = new Service({ DATABASE_URL: url, ...env });
  services.push(service);
  return service;
};

const expectRefusal = async (service: Service, message: RegExp) => {
  expect(await service.exit()).toBe(1);
  expect(service.output).toMatch(message);
  expect(service.output).not.toMatch(/^ +at /m);
};

describe('a role without rights', () => {
  const advice = /ALTER DATABASE <database> OWNER TO <role>.*docs\/operations\.md/;

  it.each([
    ['to create tables', []],
    ['to create extensions', [`GRANT CREATE ON SCHEMA public TO ${role}`]],
  ])(
    '%s is refused with the rights that it needs',
    async (_, grants) => {
      const service = await withoutRights({ empty: true }, ...grants);
      await expectRefusal(service, /^The migration \w+ failed: permission denied/m);
      expect(service.output).toMatch(advice);
    },
    timeoutMs,
  );

  it.each([
    ['the tables', [], 'access_epoch, api_keys, .*teams, .*webhook_lanes'],
    [
      'one table',
      [
        `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}`,
        `REVOKE INSERT ON plans FROM ${role}`,
      ],
      'plans',
    ],
  ])(
    'to %s of the service is refused with the rights that it needs',
    async (_, grants, tables) => {
      const service = await withoutRights(
        { empty: false },
        `GRANT SELECT ON migrations TO ${role}`,
        ...grants,
      );
      const message = `^The role ${role} cannot read and write the tables ${tables}\\. `;
      await expectRefusal(service, new RegExp(message, 'm'));
      expect(service.output).toMatch(advice);
      expect(service.output).not.toContain('"stack"');
    },
    timeoutMs,
  );
});

it.each([
  ['an empty database', true, 'SELECT 1'],
  [
    'a database of an earlier release',
    false,
    'DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations)',
  ],
])(
  '%s that is read-only is refused',
  async (_, empty, statement) => {
    await prepare({ empty }, statement);
    await admin.query(`ALTER DATABASE ${database.name} SET default_transaction_read_only = on`);
    await expectRefusal(start(), /^The migration \w+ failed: cannot execute .* read-only.*use the primary/m);
  },
  timeoutMs,
);

it.each([
  ['a table in the way', true, 'CREATE TABLE teams (id int)', /"teams" already exists/],
  [
    'objects that a forgotten migration left',
    false,
    "DELETE FROM migrations WHERE name LIKE 'CreateLabels%'",
    /already exists/,
  ],
])(
  'a migration that fails because of %s is named with its reason',
  async (_, empty, statement, reason) => {
    await prepare({ empty }, statement);
    const service = start();
    await expectRefusal(service, /^The migration \w+\d{13} failed: .*was rolled back/m);
    expect(service.output).toMatch(reason);
  },
  timeoutMs,
);

it.each([
  ['', ''],
  [', even if migrations of this one are missing', ' WHERE id = (SELECT max(id) FROM migrations)'],
])(
  'a database of a newer release is refused%s',
  async (_, where) => {
    const name = 'AddFuture9999999999999';
    const change = where
      ? `UPDATE migrations SET name = '${name}'${where}`
      : `INSERT INTO migrations (timestamp, name) VALUES (9999999999999, '${name}')`;
    await prepare({ empty: false }, change);
    const service = start();
    await expectRefusal(service, /^The database belongs to a newer release: .* AddFuture9999999999999\./m);
  },
  timeoutMs,
);

it(
  'a database of the next release is accepted if the operator allows it',
  async () => {
    await prepare({ empty: false }, "INSERT INTO migrations (timestamp, name) VALUES (1, 'AddFuture1')");
    const service = start(database.url, { ALLOW_NEWER_SCHEMA: 'true' });
    await service.ready();
    expect((await service.call('GET', '/health/ready')).status).toBe(200);
  },
  timeoutMs,
);
