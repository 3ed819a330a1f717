import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The files of a folder of the repository, all the way down: `src/teams/team.entity.ts`. */
export const filesOf = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .toSorted();

export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

export interface Import {
  from: string;
  /** The file imported, or the name of a package. */
  to: string;
}

/** Every import of a source file, types included. */
export const importsOf = (file: string): Import[] =>
  [
    ...textOf(file).matchAll(/^(?:import |export \{|export \*|\} from |.*\bimport\()[^'"\n]*'([^'\n]+)'/gm),
  ].map(([, name = '']) => ({
    from: file,
    to: name.startsWith('.') ? normalize(join(dirname(file), name)).replace(/\.js$/, '.ts') : name,
  }));

/** `src/teams/team.entity.ts` -> `teams`; `src/main.ts` -> `main`; other files directly below src are `app`. */
export const sliceOf = (file: string): string =>
  /^src\/([^/]+)\//.exec(file)?.[1] ?? (file === 'src/main.ts' ? 'main' : 'app');
