import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../site/cluster.js';
import type { Scenario } from './scenario.js';

const refuse = `
  CREATE FUNCTION chaos_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$;
  DO $$ DECLARE each regclass; BEGIN
    FOR each IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
      EXECUTE format('CREATE TRIGGER chaos_refuse BEFORE INSERT OR UPDATE ON %s
        FOR EACH ROW EXECUTE FUNCTION chaos_refuse()', each);
    END LOOP;
  END $$`;

/** Fills the disk with ever smaller rows, so that not even one page is left. */
async function fill(cluster: Cluster): Promise<void> {
  await cluster.query(
    'CREATE TABLE chaos_filler (filler text); ALTER TABLE chaos_filler ALTER filler SET STORAGE PLAIN',
  );
  for (const rows of [1000, 100, 10, 1])
    for (let full = false; !full;)
      full = await cluster
        .query("INSERT INTO chaos_filler SELECT repeat('x', 8000) FROM generate_series(1, $1)", [rows])
        .then(
          () => false,
          (cause: { code?: string }) => {
            if (cause.code !== '53100') throw cause;
            return true;
          },
        );
}

/** Where a small disk cannot be made, triggers refuse every write with the error of a full one. */
export const fullDisk: Scenario = {
  name: 'full disk',
  needsSmallDisk: true,
  run: async ({ site: { cluster }, sizes }) => {
    if (cluster.hasSmallDisk) await fill(cluster);
    else await cluster.query(refuse);
    await sleep(sizes.holdMs);
    if (cluster.hasSmallDisk) await cluster.query('DROP TABLE chaos_filler');
    else await cluster.query('DROP FUNCTION chaos_refuse CASCADE');
  },
};
