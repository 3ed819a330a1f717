import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { makeTeam } from '../support/factories.js';
import { start, type Harness } from '../support/harness.js';

/*
 * What a developer does with openapi-typescript and openapi-fetch, both with default options: generate the types,
 * compile a program in strict mode, and run it.
 */

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const timeoutMs = 120_000;

const setUp = `import createClient from 'openapi-fetch';
import type { components, paths } from './api.js';

const [baseUrl = '', key = '', id = ''] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl, headers: { 'x-api-key': key } });
const params = { path: { id } };
const { data: offer, error } = await client.PATCH('/provider/offers/{id}', { params, body: { monthlyPrice: 39.95 } });
if (!offer) throw new Error(error.detail);
`;
const program = `${setUp}
const category: components['schemas']['Offer']['category'] = offer.category;
let maxBandwidth: number | undefined;
let channelCount: number | undefined;
if (offer.category === 'internet') maxBandwidth = offer.serviceSpecificData?.maxBandwidth;
if (offer.category === 'television') channelCount = offer.serviceSpecificData?.channelCount;
const refused = await client.PATCH('/provider/offers/{id}', { params, body: { monthlyPrice: -1 } });
const code: 'VALIDATION_FAILED' | undefined = refused.error?.code === 'VALIDATION_FAILED' ? refused.error.code : undefined;
const { monthlyPrice, status } = offer;
console.log(JSON.stringify({ category, maxBandwidth, channelCount, monthlyPrice, status, code }));
`;

/** Programs that must not compile. */
const mistakes = new Map(
  [
    [
      'data of an unknown category',
      'const maxBandwidth: number | undefined = offer.serviceSpecificData?.maxBandwidth; console.log(maxBandwidth);',
    ],
    ['an unknown category', "console.log(offer.category === 'gas');"],
    [
      'a price as text',
      "await client.PATCH('/provider/offers/{id}', { params, body: { monthlyPrice: '9' } });",
    ],
  ].map(([name = '', statement]) => [name, `${setUp}\n${statement}\n`]),
);

let directory: string;
let harness: Harness;

beforeAll(async () => {
  // Inside the project, so that the program finds the packages.
  const parent = join(root, 'node_modules', '.cache');
  mkdirSync(parent, { recursive: true });
  directory = mkdtempSync(join(parent, 'generated-client-'));
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  const generator = join(root, 'node_modules', 'openapi-typescript', 'bin', 'cli.js');
  const files = [join(root, 'openapi.json'), '--output', join(directory, 'api.d.ts')];
  await run(process.execPath, [generator, ...files], { cwd: directory });
  harness = await start();
}, timeoutMs);
afterAll(async () => {
  await harness.stop();
  rmSync(directory, { recursive: true });
});

/** Compiles the programs, and returns the errors of each. All at once, because reading the types takes seconds. */
function compile(programs: ReadonlyMap<string, string>): Map<string, string[]> {
  const files = new Map([...programs.keys()].map((name, index) => [name, join(directory, `${index}.ts`)]));
  for (const [name, file] of files) writeFileSync(file, programs.get(name) ?? '');
  const compiled = ts.createProgram([...files.values()], {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
  });
  const { diagnostics } = compiled.emit();
  const errors = [...ts.getPreEmitDiagnostics(compiled), ...diagnostics];
  // What is wrong with the types themselves, or with no file, counts for every program.
  const concerns = (error: ts.Diagnostic, file: string) =>
    error.file?.fileName === file || ![...files.values()].includes(error.file?.fileName ?? '');
  return new Map(
    [...files].map(([name, file]) => [
      name,
      errors
        .filter((error) => concerns(error, file))
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
    ]),
  );
}

it(
  'compiles and runs a program that changes a price and narrows category data, and reports mistakes',
  async () => {
    const errors = compile(new Map([['right', program], ...mistakes]));
    expect(errors.get('right')).toEqual([]);
    expect([...mistakes.keys()].map((name) => [name, errors.get(name)?.length])).toEqual(
      [...mistakes.keys()].map((name) => [name, 1]),
    );
    const { key } = await makeTeam(harness, 'provider');
    const offer = {
      name: 'Fibre',
      status: 'active',
      category: 'internet',
      monthlyPrice: 29.95,
      serviceSpecificData: { minBandwidth: 100, maxBandwidth: 500, connectionType: 'fiber' },
    };
    const { id } = (await harness.call('POST', '/provider/offers', offer, { key })).body;
    const { stdout } = await run(process.execPath, [join(directory, '0.js'), harness.url, key, id]);
    expect(JSON.parse(stdout)).toEqual({
      category: 'internet',
      maxBandwidth: 500,
      monthlyPrice: 39.95,
      status: 'active',
      code: 'VALIDATION_FAILED',
    });
  },
  timeoutMs,
);
