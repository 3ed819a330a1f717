import { configVariables, loadConfig } from '../../src/config/config.js';
import { apiVersion } from '../../src/openapi/openapi.js';
import { filesOf, textOf } from '../sources.js';

const sources = filesOf('src');
const longest = 220;

it('keeps every source file below 220 lines', () => {
  const long = sources.filter((file) => textOf(file).split('\n').length > longest);
  expect(long).toEqual([]);
});

it('names files in kebab-case with their role, and has no index files', () => {
  const name = /^(src|test|migrations)(\/[a-z0-9]+(-[a-z0-9]+)*)+(\.[a-z]+)*\.(ts|mjs)$/;
  const files = [...sources, ...filesOf('test'), ...filesOf('migrations')];
  expect(files.filter((file) => !name.test(file) || /\/index\./.test(file))).toEqual([]);
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
