import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataSource } from 'typeorm';
import { Encryption, sealContext } from '../../src/encryption/encryption.js';
import { giveUpKey, rotateKeys } from '../../src/encryption/key-rotation.js';
import type { SealedTable } from '../../src/encryption/sealed-table.js';
import { sealedTables } from '../../src/sealed-tables.js';
import { checkDataKeys } from '../../src/server/check-data-keys.js';
import { loadOrCreateDataKeys } from '../../src/server/data-keys-file.js';
import { Sql } from '../../src/sql/sql.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { makeTeam, type TestTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';
import { DataDir, Service } from '../support/service.js';

const keyOf = (id: string, byte: number) => ({ id, base64: Buffer.alloc(32, byte).toString('base64') });
const [first, second, third] = [keyOf('k1', 1), keyOf('k2', 2), keyOf('k3', 3)];
const variable = (...keys: (typeof first)[]) => keys.map(({ id, base64 }) => `${id}:${base64}`).join(',');
const cli = fileURLToPath(new URL('../../dist/src/server/rotate-keys-cli.js', import.meta.url));

/** Runs `npm run keys:rotate`. */
function runCommand(
  env: Record<string, string>,
  ...args: string[]
): { status: number | null; output: string } {
  const options = { env: { PATH: process.env.PATH ?? '', ...env }, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], options);
  return { status, output: stdout + stderr };
}

let database: TestDatabase;
let before: Harness;
let after: Harness;
let team: TestTeam;

beforeAll(async () => {
  database = await createDatabase();
  before = await start({ dataKeys: [first, second] }, database.url);
  after = await start({ dataKeys: [second, first] }, database.url);
  team = await makeTeam(before, 'provider');
});
afterAll(async () => {
  await before.stop();
  await after.stop();
  await database.drop();
});
beforeEach(() => query('TRUNCATE idempotency_keys, data_keys'));

const query = <T>(sql: string): Promise<T[]> => before.app.get(DataSource).query(sql);
const post = async (harness: Harness, key: string) => {
  const options = { key: team.key, headers: { 'idempotency-key': key } };
  return harness.call('POST', '/provider/offers', { name: key }, options);
};
const usedKeys = async () =>
  (await query<{ id: string }>('SELECT DISTINCT key_id AS id FROM idempotency_keys ORDER BY 1')).map(
    ({ id }) => id,
  );

describe('at startup', () => {
  it('a missing key is an error that names it, if something is encrypted with it', async () => {
    await checkDataKeys(database.url, [first]);
    // Nothing is encrypted with it yet.
    await checkDataKeys(database.url, [second]);
    await checkDataKeys(database.url, [first]);
    await post(before, 'lost');
    await checkDataKeys(database.url, [second, first]);
    const missing = /DATA_KEYS does not contain the key k1, .*\(1 in idempotency_keys\).*--give-up k1/;
    await expect(checkDataKeys(database.url, [second])).rejects.toThrow(missing);
    await expect(checkDataKeys(database.url, [])).rejects.toThrow(missing);
    const service = new Service({ DATABASE_URL: database.url, DATA_KEYS: variable(second) });
    expect(await service.exit()).toBe(1);
    expect(service.output).toMatch(missing);
    expect(service.output).not.toContain(second.base64);
  });

  it('another key under the same ID is an error', async () => {
    await checkDataKeys(database.url, [first]);
    await expect(checkDataKeys(database.url, [{ ...second, id: 'k1' }])).rejects.toThrow(
      'another key under the ID k1',
    );
  });
});

describe('npm run keys:rotate', () => {
  it('encrypts everything with the current key while requests arrive, in several processes', async () => {
    await checkDataKeys(database.url, [second, first]);
    const keys = Array.from({ length: 160 }, (_, index) => `row-${index}`);
    const originals = new Map<string, string>();
    for (const key of keys.slice(0, 120)) originals.set(key, (await post(before, key)).text);
    expect(await usedKeys()).toEqual(['k1']);
    const encryption = new Encryption([second, first]);
    const requests = (async () => {
      for (const key of keys.slice(120)) originals.set(key, (await post(after, key)).text);
      for (const key of keys.slice(0, 50)) expect((await post(after, key)).text).toBe(originals.get(key));
    })();
    const sql = after.app.get(Sql);
    const counts = await Promise.all([1, 2].map(() => rotateKeys(sql, encryption, sealedTables)));
    await requests;
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(120);
    expect(await usedKeys()).toEqual(['k2']);
    const alone = await start({ dataKeys: [second] }, database.url);
    try {
      for (const key of keys) expect((await post(alone, key)).text).toBe(originals.get(key));
    } finally {
      await alone.stop();
    }
    await checkDataKeys(database.url, [second]);
  });

  it('goes on where it was interrupted, and computes what depends on the key', async () => {
    const own: SealedTable & { indexed: string[] } = {
      table: 'sealed_example',
      idColumn: 'id',
      sealedColumn: 'secret',
      keyIdColumn: 'key_id',
      whenKeyIsLost: 'delete',
      indexed: [],
      async reindex(tx, encryption, id, value) {
        const index = encryption.blindIndex(team.id, 'text', String(value));
        await tx.rows({
          text: 'UPDATE sealed_example SET text_index = $1 WHERE id = $2',
          values: [index, id],
        });
      },
    };
    const sql = after.app.get(Sql);
    await query(
      'CREATE TABLE sealed_example (id bigint PRIMARY KEY, secret bytea, key_id text, text_index bytea)',
    );
    const old = new Encryption([first]);
    for (let id = 1; id <= 250; id += 1) {
      const { keyId, bytes } = old.seal(`text ${id}`, sealContext('sealed_example', 'secret', String(id)));
      const values = [id, bytes, keyId];
      await sql.rows({ text: 'INSERT INTO sealed_example VALUES ($1, $2, $3)', values });
    }
    await query('INSERT INTO sealed_example VALUES (1000)');
    const encryption = new Encryption([second, first]);
    const stop = (rows: number) => {
      if (rows >= 100) throw new Error('interrupted');
    };
    await expect(rotateKeys(sql, encryption, [own], stop)).rejects.toThrow('interrupted');
    expect(await rotateKeys(sql, encryption, [own])).toBe(150);
    expect(await rotateKeys(sql, encryption, [own])).toBe(0);
    const [index = Buffer.alloc(0)] = new Encryption([second]).blindIndexes(team.id, 'text', 'text 7');
    const found = await sql.rows({
      text: 'SELECT id FROM sealed_example WHERE text_index = $1',
      values: [index],
    });
    expect(found).toEqual([['7']]);
    const counts = () => query('SELECT key_id, count(*)::int FROM sealed_example GROUP BY 1 ORDER BY 1');
    expect(await counts()).toEqual([
      { key_id: 'k2', count: 250 },
      { key_id: null, count: 1 },
    ]);
    // Another process has begun to use a key that this one does not have.
    await expect(rotateKeys(sql, new Encryption([third]), [own])).rejects.toThrow('k2 is not configured');
    expect(await giveUpKey(sql, [own], 'k2')).toBe(250);
    expect(await counts()).toEqual([{ key_id: null, count: 1 }]);
    await query('DROP TABLE sealed_example');
  });

  it('is a command that needs a service that knows the key', async () => {
    await checkDataKeys(database.url, [first]);
    await post(before, 'command');
    const env = { DATABASE_URL: database.url, DATA_KEYS: variable(second, first) };
    const early = runCommand(env);
    expect(early).toMatchObject({
      status: 1,
      output: expect.stringContaining('has not been started with the key k2'),
    });
    await checkDataKeys(database.url, [second, first]);
    const rotated = runCommand(env);
    expect(rotated).toMatchObject({
      status: 0,
      output: expect.stringMatching(/Encrypted 1 rows with the key k2.*\n.*k1/),
    });
    expect(await usedKeys()).toEqual(['k2']);
    expect(runCommand({ ...env, DATA_KEYS: '' }).output).toContain('DATA_KEYS is not set');
    expect(runCommand(env, '--give-up', 'k2').output).toContain('The key k2 is not lost');
    const lost = { ...env, DATA_KEYS: variable(third) };
    expect(runCommand(lost, '--give-up', 'k2')).toMatchObject({
      status: 0,
      output: expect.stringContaining('Erased 1 values'),
    });
    await checkDataKeys(database.url, [third]);
    expect((await post(before, 'command')).status).toBe(409);
    expect(runCommand(env, '--wrong').status).toBe(1);
  });
});

describe('the embedded Postgres', () => {
  let dataDir: DataDir;
  beforeAll(async () => {
    dataDir = await DataDir.prepared();
  }, 60_000);
  afterAll(() => dataDir.remove());

  it('has a key in its data directory, which can be replaced while the service runs', async () => {
    const env = { DATA_DIR: dataDir.path, SHUTDOWN_DELAY_MS: '0' };
    const file = join(dataDir.path, 'data-keys');
    const run = async <T>(work: (service: Service) => Promise<T>) => {
      const service = await new Service(env).ready();
      try {
        return await work(service);
      } finally {
        await service.kill('SIGTERM');
      }
    };
    const send = async (service: Service) => {
      const headers = {
        'x-api-key': service.key('provider'),
        'idempotency-key': 'kept',
        'content-type': 'application/json',
      };
      const reply = await fetch(`${service.url}/provider/offers`, {
        method: 'POST',
        headers,
        body: '{"name":"Kept"}',
      });
      return reply.text();
    };
    const original = await run(async (service) => {
      expect(service.output).toContain(`data keys  in ${file}\n`);
      return send(service);
    });
    const stored = readFileSync(file, 'utf8').trim();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(runCommand(env, '--new-key')).toMatchObject({
      status: 0,
      output: expect.stringContaining('Restart the service'),
    });
    await run(async (service) => {
      expect(service.output).not.toContain(stored);
      expect(runCommand(env)).toMatchObject({
        status: 0,
        output: expect.stringMatching(/Encrypted \d+ rows/),
      });
      expect(await send(service)).toBe(original);
    });
    rmSync(file);
    const failed = new Service(env);
    expect(await failed.exit()).toBe(1);
    expect(failed.output).toMatch(/DATA_KEYS does not contain the key k\w{8}, .* restore the file data-keys/);
    writeFileSync(file, 'nonsense');
    await expect(loadOrCreateDataKeys(dataDir.path)).rejects.toThrow(`${file} is not valid`);
  }, 60_000);
});
