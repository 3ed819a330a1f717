import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { report, seededDatabase, withCluster } from './environment/databases.js';
import { describeMachine } from './environment/machine.js';
import { cell, section, table } from './environment/markdown.js';
import { accessParts } from './parts/access.js';
import { alternate, type Part, type WayResult } from './parts/alternate.js';
import { copy } from './parts/copy.js';
import { rateLimitsInCluster, rateLimitsInOneProcess } from './parts/rate-limits.js';
import { rowEncoding } from './parts/row-encoding.js';
import { manyOffers, oneOffer } from './parts/validation.js';

const { values } = parseArgs({
  options: {
    offers: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '10' },
    milliseconds: { type: 'string', default: '500' },
    only: { type: 'string', default: '.' },
    out: { type: 'string', default: 'bench/RESULTS-parts.md' },
  },
});
const options = { rounds: Number(values.rounds), sliceMs: Number(values.milliseconds) };

/** Benchmark parts, keyed by the name passed to `--only`. Each part is created right before it is measured. */
const parts: Record<string, (databaseUrl: () => Promise<string>) => Promise<Part[]>> = {
  validation: async () => [oneOffer(), manyOffers()],
  rows: async (databaseUrl) => [await rowEncoding(await databaseUrl())],
  copy: async (databaseUrl) => [await copy(await databaseUrl())],
  'rate-limits': async () => [await rateLimitsInOneProcess(), await rateLimitsInCluster()],
  access: () => accessParts([1000, 200_000]),
};

function sectionOf({ title, operation, postmaster }: Part, results: readonly WayResult[]): string[] {
  const rows = results.map(({ name, us, postgresUs, ratio, postgresRatio }) => [
    name,
    cell(us),
    cell(ratio),
    ...(postmaster === undefined ? [] : [cell(postgresUs), cell(postgresRatio)]),
  ]);
  const heads = ['CPU µs', 'ratio', ...(postmaster === undefined ? [] : ['Postgres CPU µs', 'ratio'])];
  return section(title, [`Per operation: ${operation}.`, '', ...table(['Implementation', ...heads], rows)]);
}

await withCluster(async (clusterUrl) => {
  const databaseUrl = async () => (await seededDatabase(clusterUrl, Number(values.offers))).url;
  const only = new RegExp(values.only);
  const sections: string[] = [];
  for (const [name, create] of Object.entries(parts).filter(([key]) => only.test(key)))
    for (const part of await create(databaseUrl))
      try {
        const results = await alternate(part, options);
        sections.push(...sectionOf(part, results));
        report(`${name}: ${results.map((way) => `${way.name} ${cell(way.us)} µs`).join('; ')}`);
      } finally {
        await part.close?.();
      }
  const text = [
    '# Our own parts compared with libraries',
    '',
    `CPU time per operation. The implementations of a part ran in turn, ${options.rounds} rounds of ${options.sliceMs} ms each; medians. A ratio is the`,
    'time of the implementation divided by that of the first one in its table, which is ours.',
    'Written by `npm run bench:parts`.',
    '',
    ...(await describeMachine(clusterUrl)),
    '',
    ...sections,
  ].join('\n');
  process.stdout.write(text);
  await writeFile(values.out, text);
  report(`Written to ${values.out}`);
});
