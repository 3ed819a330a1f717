import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url));

/** The files in a folder of the repository and below it, as paths from the root: `src/teams/team.entity.ts`. */
export const filesIn = (folder: string): string[] =>
  readdirSync(join(repositoryRoot, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(repositoryRoot, join(entry.parentPath, entry.name)))
    .toSorted();

/** The text of a file, named by its path from the root of the repository. */
export const readSource = (file: string): string => readFileSync(join(repositoryRoot, file), 'utf8');

export interface Import {
  from: string;
  /** The imported file, or the name of a package. */
  to: string;
}

/** Every import of a source file, type imports included. */
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
 * The top-level folder of a source file: `src/teams/team.entity.ts` -> `teams`. `src/main.ts` is `main`; the other
 * files directly in src are `app`.
 */
export const topFolderOf = (file: string): string =>
  /^src\/([^/]+)\//.exec(file)?.[1] ?? (file === 'src/main.ts' ? 'main' : 'app');
