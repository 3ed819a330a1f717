import { execFileSync } from 'node:child_process';

/** Copies a folder with the modes and owners of its files, which Postgres checks. The copy must not exist yet. */
export function copyFolder(source: string, copy: string): void {
  execFileSync('cp', ['-a', source, copy]);
}
