import { dirname } from 'node:path';
import { configVariables, loadConfig } from '../../src/config/config.js';
import { version } from '../../src/config/version.js';
import { filesIn, readSource } from '../support/source-files.js';

const sources = filesIn('src').filter((file) => !file.endsWith('/README.md'));
const longest = 300;

it('a source file has at most 300 lines', () => {
  const long = sources.filter((file) => readSource(file).split('\n').length > longest);
  expect(long).toEqual([]);
});

it('file names are kebab-case with a role suffix, and no file is an index', () => {
  const name =
    /^(src|seed|test|migrations)(\/[a-z0-9]+(-[a-z0-9]+)*)+(\/README\.md|(\.[a-z]+)*\.(ts|mjs|json|csv))$/;
  const files = [...sources, ...filesIn('seed'), ...filesIn('test'), ...filesIn('migrations')];
  expect(files.filter((file) => !name.test(file) || /\/index\./.test(file))).toEqual([]);
});

it('a folder of src contains at most 15 files', () => {
  const sizes = new Map<string, number>();
  for (const file of sources) sizes.set(dirname(file), (sizes.get(dirname(file)) ?? 0) + 1);
  expect([...sizes].filter(([, size]) => size > 15)).toEqual([]);
});

it('an exported name is unique in src', () => {
  const declared = /^export (?:abstract |async )*(?:function\*?|const|class|type|interface|enum|let) (\w+)/gm;
  const files = new Map<string, Set<string>>();
  for (const file of sources)
    for (const [, name = ''] of readSource(file).matchAll(declared))
      files.set(name, (files.get(name) ?? new Set()).add(file));
  const shared = [...files].filter(([, owners]) => owners.size > 1);
  expect(shared.map(([name, owners]) => `${name}: ${[...owners].join(', ')}`)).toEqual([]);
});

it('src writes to the log, never to the console', () => {
  expect(sources.filter((file) => /\bconsole\./.test(readSource(file)))).toEqual([]);
});

it('the OpenAPI document has the version of package.json', () => {
  expect((JSON.parse(readSource('package.json')) as { version: string }).version).toBe(version);
});

describe('.env.example', () => {
  const lines = readSource('.env.example')
    .split('\n')
    .map((line) => /^(# )?([A-Z_]+)=(.*)$/.exec(line))
    .filter((line) => line !== null);

  it('lists every variable that the configuration reads, in its order', () => {
    expect(lines.map(([, , name]) => name)).toEqual(configVariables);
  });

  it('shows the defaults', () => {
    const shown = lines.filter(([, comment]) => !comment).map(([, , name = '', value]) => [name, value]);
    expect(loadConfig(Object.fromEntries(shown))).toEqual(loadConfig({}));
  });
});
