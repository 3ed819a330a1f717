import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { report, withCluster } from './environment/databases.js';
import { describeMachine } from './environment/machine.js';
import { repositoryRoot } from './environment/programs.js';
import { answerAttacks } from './hostile/answer-attacks.js';
import type { Attack } from './hostile/attack.js';
import { countingAttack } from './hostile/counting-attack.js';
import { hostileReport, type SiteResult } from './hostile/hostile-report.js';
import { measureGroup } from './hostile/measure.js';
import { overloadAttack } from './hostile/overload-attack.js';
import { Site } from './hostile/site.js';
import { fullSizes, shortSizes } from './hostile/sizes.js';
import { stallingAttacks } from './hostile/stalling-attacks.js';
import { vocabularyAttack } from './hostile/vocabulary-attack.js';
import { workAttacks } from './hostile/work-attacks.js';

const { values } = parseArgs({
  options: {
    offers: { type: 'string' },
    against: { type: 'string' },
    only: { type: 'string', default: '.' },
    short: { type: 'boolean', default: false },
    out: { type: 'string', default: 'bench/RESULTS-hostile.md' },
  },
});
const offers = Number(values.offers ?? (values.short ? 2000 : 20_000));
const sizes = values.short ? shortSizes : fullSizes;

const attacks: Attack[] = [
  vocabularyAttack,
  ...answerAttacks,
  ...workAttacks,
  ...stallingAttacks,
  overloadAttack,
  countingAttack,
];

/** Returns the chosen attacks, by group. `--only` is matched with the number and the name of each. */
function chosenGroups(): Attack[][] {
  const only = new RegExp(values.only);
  const chosen = attacks.filter(({ group, name }) => only.test(`${group}: ${name}`));
  return [...new Set(chosen.map(({ group }) => group))].map((group) =>
    chosen.filter((attack) => attack.group === group),
  );
}

/** Attacks the checkouts in turn, so that other load on the machine affects both. */
async function run(clusterUrl: string): Promise<void> {
  const checkouts = [
    ...(values.against === undefined ? [] : [{ name: 'before', root: resolve(values.against) }]),
    { name: values.against === undefined ? 'service' : 'after', root: repositoryRoot },
  ];
  const sites: { site: Site; result: SiteResult }[] = [];
  try {
    for (const { name, root } of checkouts) {
      const site = await Site.open(clusterUrl, { name, root, offers });
      sites.push({ site, result: { name, rows: [] } });
    }
    for (const group of chosenGroups())
      for (const { site, result } of sites) {
        const rows = await measureGroup(site, group, sizes);
        result.rows.push(...rows);
        for (const row of rows)
          report(
            `${result.name} ${row.group}: ${row.name}: ${row.peakMib.toFixed(0)} MiB, slowest ${row.innocent.slowest.toFixed(0)} ms, Postgres ${row.postgresCpu.toFixed(2)} s`,
          );
      }
    const results = sites.map(({ result }) => result);
    const text = hostileReport(results, { offers, machine: await describeMachine(clusterUrl) });
    process.stdout.write(text);
    await writeFile(values.out, text);
    process.send?.(results);
    report(`Written to ${values.out}`);
  } finally {
    await Promise.all(sites.map(({ site }) => site.close()));
  }
}

// A program that starts this one with an IPC channel gets the results as a message. If it dies, this program cleans up
// and ends, too, although nobody reads its output any more.
const endWithParent = () => process.kill(process.pid, 'SIGTERM');
if (process.connected)
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
process.once('disconnect', endWithParent);
await withCluster(run);
process.off('disconnect', endWithParent);
if (process.connected) process.disconnect();
