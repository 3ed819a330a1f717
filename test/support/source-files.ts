import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url));

/** Returns the files in a folder and its subfolders, as paths from the repository root: `src/teams/team.entity.ts`. */
export const filesIn = (folder: string): string[] =>
  readdirSync(join(repositoryRoot, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(repositoryRoot, join(entry.parentPath, entry.name)))
    .toSorted();

/** Reads a file, given its path from the repository root. */
export const readSource = (file: string): string => readFileSync(join(repositoryRoot, file), 'utf8');

export interface Import {
  from: string;
  /** The imported file, or the name of the imported package. */
  to: string;
}

/** Returns every import of a source file, including type imports. */
export const importsOf = (file: string): Import[] =>
  [
    ...readSource(file).matchAll(
      /^(?:import |export \{|export \*|\} from |.*\bimport\()[^'"\n]*'([^'\n]+)'/gm,
    ),
  ].map(([, name = '']) => ({
    from: file,
    to: name.startsWith('.') ? normalize(join(dirname(file), name)).replace(/\.js$/, '.ts') : name,
  }));

/**
 * Returns the top-level folder of a source file: `teams` for `src/teams/team.entity.ts`, `main` for `src/main.ts`, and
 * `app` for the other files directly in src.
 */
export const topFolderOf = (file: string): string =>
  /^src\/([^/]+)\//.exec(file)?.[1] ?? (file === 'src/main.ts' ? 'main' : 'app');
