import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { filesIn, readSource, repositoryRoot } from '../support/source-files.js';

const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...filesIn('docs')];
const sources = ['src', 'test', 'seed', 'migrations', 'bench'].flatMap(filesIn);
const names = new Set(sources.map((file) => basename(file)));

/** Returns whether a file exists to which the documentation can refer by this path, end of a path, or name. */
const exists = (file: string) =>
  file.includes('/')
    ? existsSync(join(repositoryRoot, file)) || sources.some((source) => source.endsWith(`/${file}`))
    : names.has(file);

it('links only to files that exist', () => {
  const broken = pages.flatMap((page) =>
    [...readSource(page).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)]
      .map(([, target = '']) => join(dirname(page), target))
      .filter((target) => !existsSync(join(repositoryRoot, target)))
      .map((target) => `${page} -> ${target}`),
  );
  expect(broken).toEqual([]);
});

it('names only source files that exist', () => {
  const unknown = pages.flatMap((page) =>
    [...readSource(page).matchAll(/`(\w[\w./-]*\.(?:ts|mjs))`/g)]
      .map(([, file = '']) => file)
      .filter((file) => file !== 'index.ts' && !exists(file))
      .map((file) => `${page}: ${file}`),
  );
  expect(unknown).toEqual([]);
});
