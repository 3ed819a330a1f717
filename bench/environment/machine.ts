import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { withClient } from './databases.js';

function git(...args: string[]): string {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}

/** Describes the commit, machine and versions of a run, as the lines of a Markdown list. */
export async function describeMachine(clusterUrl: string): Promise<string[]> {
  const version = await withClient(clusterUrl, (client) =>
    client.query<{ v: string }>('SELECT version() AS v'),
  );
  const [cpu] = cpus();
  const isModified = git('status', '--porcelain', '--', 'src') !== '';
  return [
    `- Commit ${git('rev-parse', '--short', 'HEAD')}${isModified ? ' with local changes' : ''}; measured on ${new Date().toISOString().slice(0, 10)}`,
    `- ${cpus().length} x ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    `- Node ${process.version}, ${version.rows[0]?.v.split(/ on |,/)[0] ?? 'Postgres'}`,
  ];
}
