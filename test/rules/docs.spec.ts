import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { eventTypeNames, eventTypes } from '../../src/events/event-types.js';
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

it('lists all types of events with their recipients', () => {
  const rows = [...readSource('docs/events.md').matchAll(/^\| `([a-z_]+\.[a-z_]+)` +\| (\w+)/gm)];
  const recipientOf = (type: (typeof eventTypeNames)[number]) =>
    eventTypes[type].recipient === 'offer audience' ? 'reseller' : eventTypes[type].recipient;
  expect(rows.map(([, type, recipient]) => [type, recipient])).toEqual(
    eventTypeNames.map((type) => [type, recipientOf(type)]),
  );
});
