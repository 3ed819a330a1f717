import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { withClient } from './site.js';

/** The machine and the versions that a report is about, as lines of a list. */
export interface About {
  lines: string[];
}

function git(...args: string[]): string {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}

export async function aboutOf(clusterUrl: string): Promise<About> {
  const version = await withClient(clusterUrl, (client) =>
    client.query<{ v: string }>('SELECT version() AS v'),
  );
  const [cpu] = cpus();
  const changed = git('status', '--porcelain', '--', 'src') ? ', changed since' : '';
  return {
    lines: [
      `- Commit ${git('rev-parse', '--short', 'HEAD')}${changed}; measured on ${new Date().toISOString().slice(0, 10)}`,
      `- ${cpus().length} x ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
      `- Node ${process.version}, ${version.rows[0]?.v.split(/ on |,/)[0] ?? 'Postgres'}`,
    ],
  };
}

export const median = (values: readonly number[]): number => {
  const sorted = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1] ?? NaN, sorted[Math.floor(middle)] ?? NaN];
  return (low + high) / 2;
};

/** A number in a cell: few digits, `-` when it is not known. */
export const shown = (value: number | undefined, digits?: number): string => {
  if (value === undefined || Number.isNaN(value)) return '-';
  return value.toLocaleString('en', {
    maximumFractionDigits: digits ?? (value < 10 ? 2 : value < 100 ? 1 : 0),
  });
};

/** A table of markdown; every column but the first is of numbers. */
export const table = (heads: string[], rows: string[][]): string[] => [
  `| ${heads.join(' | ')} |`,
  `| ${heads.map((_, index) => (index === 0 ? '---' : '---:')).join(' | ')} |`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
];

export const section = (heading: string, lines: string[]) => [`## ${heading}`, '', ...lines, ''];
