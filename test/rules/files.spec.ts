import { dirname } from 'node:path';
import { configVariables, loadConfig } from '../../src/config/config.js';
import { apiVersion } from '../../src/openapi/openapi.js';
import { filesOf, textOf } from '../support/sources.js';

const sources = filesOf('src').filter((file) => !file.endsWith('/README.md'));
const longest = 300;

it('keeps every source file below 300 lines', () => {
  const long = sources.filter((file) => textOf(file).split('\n').length > longest);
  expect(long).toEqual([]);
});

it('names files in kebab-case with their role, and has no index files', () => {
  const name = /^(src|seed|test|migrations)(\/[a-z0-9]+(-[a-z0-9]+)*)+(\/README\.md|(\.[a-z]+)*\.(ts|mjs))$/;
  const files = [...sources, ...filesOf('seed'), ...filesOf('test'), ...filesOf('migrations')];
  expect(files.filter((file) => !name.test(file) || /\/index\./.test(file))).toEqual([]);
});

it('keeps folders small enough to scan', () => {
  const sizes = new Map<string, number>();
  for (const file of sources) sizes.set(dirname(file), (sizes.get(dirname(file)) ?? 0) + 1);
  expect([...sizes].filter(([, size]) => size > 15)).toEqual([]);
});

it('gives every exported name to one thing only', () => {
  const declared = /^export (?:abstract |async )*(?:function\*?|const|class|type|interface|enum|let) (\w+)/gm;
  const files = new Map<string, Set<string>>();
  for (const file of sources)
    for (const [, name = ''] of textOf(file).matchAll(declared))
      files.set(name, (files.get(name) ?? new Set()).add(file));
  const shared = [...files].filter(([, places]) => places.size > 1);
  expect(shared.map(([name, places]) => `${name}: ${[...places].join(', ')}`)).toEqual([]);
});

it('writes to the console through the log alone', () => {
  expect(sources.filter((file) => /\bconsole\./.test(textOf(file)))).toEqual([]);
});

it('has the version of package.json in the documentation', () => {
  expect((JSON.parse(textOf('package.json')) as { version: string }).version).toBe(apiVersion);
});

describe('.env.example', () => {
  const lines = textOf('.env.example')
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
