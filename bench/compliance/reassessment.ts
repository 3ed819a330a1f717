import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { NIL } from 'uuid';
import { CatalogServer } from '../catalog/catalog-server.js';
import { report, seededDatabase } from '../environment/databases.js';
import { throwIfInterrupted } from '../environment/interrupts.js';
import { createFixtures } from '../suite/fixtures.js';

/*
 * The run over all stored offers: how fast it is, and what readers of the catalog notice.
 */

interface Latency {
  p50: number;
  p95: number;
}

/** One entry for each round. Rates are in offers per second, latencies in ms. */
export interface Reassessment {
  rates: number[];
  plainRates: number[];
  latencies: Latency[];
  quietLatencies: Latency[];
  /** The number of offers that the run has written. */
  written: number;
}

export interface ReassessmentOptions {
  offers: number;
  rounds: number;
  seconds: number;
}

const offersPerStep = 200;
const paths = [
  '/reseller/catalog?limit=20',
  '/reseller/catalog?category=internet&sortBy=price&limit=20',
  '/reseller/catalog?zipCode=75201&limit=20',
  '/reseller/catalog?search=fiber&limit=20',
];

/** A status that no rule set yields for the seeded offers, so that the run changes all of them. */
const otherStatus = `
  ALTER TABLE offers DISABLE TRIGGER USER;
  UPDATE offers SET assessed_status = CASE assessed_status WHEN 'compliant' THEN 'incomplete' ELSE 'compliant' END,
    findings = '[["X1", "missing"]]', assessed_at = now();
  ALTER TABLE offers ENABLE TRIGGER USER`;

/** The last offers of the catalog, to which the run does not get, in steps. */
const plainUpdate = `
  WITH step AS MATERIALIZED (SELECT id FROM offers WHERE id < $1::uuid ORDER BY id DESC LIMIT ${offersPerStep} FOR NO KEY UPDATE),
  written AS (UPDATE offers o SET
      assessed_status = CASE assessed_status WHEN 'compliant' THEN 'incomplete' ELSE 'compliant' END, assessed_at = now(),
      assessed_until = NULL, assessed_rules = '{us-fcc-broadband-label@2024-10-10}',
      findings = '[["I02", "missing"], ["I03", "missing"], ["I10", "missing"], ["I13", "missing"]]', reseller_licenses = '{}',
      assessed_version = o.version + 1, version = o.version + 1, updated_at = now()
    FROM step WHERE o.id = step.id RETURNING o.id)
  SELECT id FROM written ORDER BY id LIMIT 1`;

const setRun = `UPDATE assessment_rules SET after_id = coalesce($1::uuid, after_id), due_at = $2`;
const later = '2100-01-01';
/** How long the service may take to go on with the run, in milliseconds. */
const startsWithinMs = 30_000;
const runHasEnded = () => new Error('The run has ended; use more offers or fewer rounds');

/** Measures the run, a plain UPDATE, and catalog pages with and without the run, in turn. */
export async function measureReassessment(
  clusterUrl: string,
  { offers, rounds, seconds }: ReassessmentOptions,
): Promise<Reassessment> {
  const { url } = await seededDatabase(clusterUrl, offers);
  const client = new Client({ connectionString: url });
  await client.connect();
  const server = await CatalogServer.start(url);
  const results: Reassessment = { rates: [], plainRates: [], latencies: [], quietLatencies: [], written: 0 };
  try {
    const { reseller } = await createFixtures(client);
    report('Giving all offers another status');
    await client.query(otherStatus);
    await client.query('VACUUM (ANALYZE) offers');
    await client.query(setRun, [NIL, later]);
    await measurePages(server, reseller.key, seconds);
    let last = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
    for (let round = 0; round < rounds; round += 1) {
      throwIfInterrupted();
      const plain = await measurePlainUpdate(client, last, seconds);
      last = plain.last;
      const run = await whileRunning(client, () => sleep(seconds * 1000));
      const quiet = await measurePages(server, reseller.key, seconds);
      const during = await whileRunning(client, () => measurePages(server, reseller.key, seconds));
      results.plainRates.push(plain.rate);
      results.rates.push(run.rate);
      results.quietLatencies.push(quiet);
      results.latencies.push(during.result);
      report(
        `plain ${plain.rate.toFixed(0)}/s; run ${run.rate.toFixed(0)}/s, ${during.rate.toFixed(0)}/s beside pages; pages p50 ${quiet.p50.toFixed(2)} ms, ${during.result.p50.toFixed(2)} ms during the run`,
      );
      results.written += run.count + during.count;
      if (during.isDone) throw runHasEnded();
      await client.query('VACUUM offers');
    }
    return results;
  } finally {
    await server.stop();
    await client.end();
  }
}

/** Lets the run go on while `work` runs, and counts the offers that it has reached. */
async function whileRunning<T>(client: Client, work: () => Promise<T>) {
  const position = async () => {
    const { rows } = await client.query<{ after: string | null }>(
      'SELECT after_id AS after FROM assessment_rules',
    );
    return rows[0]?.after ?? null;
  };
  const from = await position();
  if (from === null) throw runHasEnded();
  await client.query(setRun, [null, new Date(0)]);
  // The service looks for work once a second.
  const deadline = performance.now() + startsWithinMs;
  while ((await position()) === from) {
    if (performance.now() > deadline) throw new Error('The service does not go on with the run');
    await sleep(10);
  }
  const begin = await position();
  const startedAt = performance.now();
  const result = await work();
  const seconds = (performance.now() - startedAt) / 1000;
  const end = await position();
  await client.query(setRun, [null, later]);
  const { rows } = await client.query<{ count: string }>(
    'SELECT count(*) FROM offers WHERE id > $1 AND id <= $2',
    [begin, end ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
  );
  const count = Number(rows[0]?.count);
  return { result, count, rate: count / seconds, isDone: end === null };
}

async function measurePlainUpdate(client: Client, before: string, seconds: number) {
  const startedAt = performance.now();
  let count = 0;
  let last = before;
  while (performance.now() - startedAt < seconds * 1000) {
    const { rows } = await client.query<{ id: string }>({ name: 'plain', text: plainUpdate, values: [last] });
    last = rows[0]?.id ?? before;
    count += offersPerStep;
  }
  return { last, rate: (count / (performance.now() - startedAt)) * 1000 };
}

async function measurePages(server: CatalogServer, key: string, seconds: number): Promise<Latency> {
  const times: number[] = [];
  const startedAt = performance.now();
  for (let count = 0; performance.now() - startedAt < seconds * 1000; count += 1)
    times.push((await server.get(paths[count % paths.length] ?? '', key)).ms);
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? NaN;
  return { p50: at(0.5), p95: at(0.95) };
}
