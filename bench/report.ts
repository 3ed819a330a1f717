import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';

export interface Row {
  name: string;
  search: boolean;
  /** Milliseconds of each request, by size. */
  times: number[][];
  /** How many offers came back, by size. */
  offers: number[];
}

export interface About {
  size: number;
  offersPerSecond: number;
  /** Of the service at its start and after all requests. */
  memoryMib: readonly [number, number];
}

const quantile = (times: readonly number[], share: number) =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN;
const ms = (value: number) => value.toFixed(value < 10 ? 1 : 0);
const count = (value: number) => (Number.isNaN(value) ? '-' : value.toLocaleString('en'));

/** A page may cost this much more over the largest catalog than over the smallest. */
const allowed = { page: 1.5, search: 3 };

/** How much more a row costs over the largest catalog; the median is what the noise of the machine moves least. */
function growth({ times }: Row): number {
  return quantile(times.at(-1) ?? [], 0.5) / quantile(times[0] ?? [], 0.5);
}

/** Pages of different lengths cost differently at any size; an empty one tells nothing of a full one. */
const comparable = ({ offers }: Row) => offers.every((count) => count === offers[0]);

const titled = (name: string) => name.replaceAll('|', '\\|');
const timesOf = (times: readonly number[]) => `${ms(quantile(times, 0.5))} | ${ms(quantile(times, 0.99))}`;

function table(rows: readonly Row[], about: readonly About[]): string[] {
  const heads = about.map(({ size }) => `${count(size)} p50 | p99`);
  return [
    `| Request | offers | ${heads.join(' | ')} | growth |`,
    `| --- | ---: | ${about.map(() => '---: | ---:').join(' | ')} | ---: |`,
    ...rows.map((row) => {
      const over = growth(row) > (row.search ? allowed.search : allowed.page);
      const bold = over ? '**' : '';
      return `| ${titled(row.name)} | ${row.offers[0]} | ${row.times.map(timesOf).join(' | ')} | ${bold}${growth(row).toFixed(2)}${bold} |`;
    }),
  ];
}

function apart(rows: readonly Row[], about: readonly About[]): string[] {
  const heads = about.map(({ size }) => `${count(size)} offers | p50 | p99`);
  return [
    `| Request | ${heads.join(' | ')} |`,
    `| --- | ${about.map(() => '---: | ---: | ---:').join(' | ')} |`,
    ...rows.map(({ name, times, offers }) => {
      const cells = times.map((each, index) => `${offers[index]} | ${timesOf(each)}`);
      return `| ${titled(name)} | ${cells.join(' | ')} |`;
    }),
  ];
}

function summary(rows: readonly Row[], limit: number): string {
  const ratios = rows.map(growth).toSorted((a, b) => a - b);
  const within = ratios.filter((ratio) => ratio <= limit).length;
  return `${within} of ${rows.length} requests within ${limit} times; median ${quantile(ratios, 0.5).toFixed(2)}, most ${ms(ratios.at(-1) ?? NaN)}.`;
}

const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();

export function report(
  rows: readonly Row[],
  about: readonly About[],
  { rounds, postgres }: { rounds: number; postgres: string },
): string {
  const alike = rows.filter(comparable);
  const pages = alike.filter(({ search }) => !search);
  const searches = alike.filter(({ search }) => search);
  const [cpu] = cpus();
  return [
    '# The catalog at three sizes',
    '',
    `Whole requests over HTTP in milliseconds, one at a time, ${rounds} of each, sizes in turn. "growth" is p50 at the`,
    'largest size by p50 at the smallest, where both pages hold as many offers; bold is above the target. Made by',
    '`npm run bench:catalog`.',
    '',
    `- Commit ${git('rev-parse', '--short', 'HEAD')}, ${git('log', '-1', '--format=%cs')}`,
    `- ${cpus().length} x ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    `- Node ${process.version}, ${postgres.split(',')[0]}`,
    '',
    '| Offers | seeded, offers a second | memory of the service at start | and at the end |',
    '| ---: | ---: | ---: | ---: |',
    ...about.map(
      ({ size, offersPerSecond, memoryMib: [start, end] }) =>
        `| ${count(size)} | ${count(offersPerSecond)} | ${start} MiB | ${end} MiB |`,
    ),
    '',
    `## Pages (target ${allowed.page})`,
    '',
    summary(pages, allowed.page),
    '',
    ...table(pages, about),
    '',
    `## Searches (target ${allowed.search})`,
    '',
    summary(searches, allowed.search),
    '',
    ...table(searches, about),
    '',
    '## Not to be compared',
    '',
    'Requests that find fewer offers than a page holds in the smaller catalogs: the times are of pages of different length.',
    '',
    ...apart(
      rows.filter((row) => !comparable(row)),
      about,
    ),
    '',
  ].join('\n');
}
