import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import swc from '@swc/jest';

/*
 * Jest loads every module again for each test file, and the application has hundreds, which took longer than most tests.
 * This transformer compiles the tests, and replaces the modules of the application and the packages with what Node has
 * loaded once for all test files of a worker: for the application, the compiled code in dist/ that also runs in
 * production.
 */

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const ownSource = readFileSync(new URL(import.meta.url), 'utf8');
const { process: compile, getCacheKey: compilerCacheKey } = swc.createTransformer({
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
  module: { type: 'es6' },
});

const isTest = (path) => relative(root, path).split(sep)[0] === 'test';
const isIdentifier = (name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default';

/** Returns the path of the module that Node loads: for TypeScript, that of the compiled one. */
const compiledPath = (path) =>
  path.endsWith('.ts') ? join(root, 'dist', relative(root, path).replace(/\.ts$/, '.js')) : path;

function process(source, path, options) {
  if (isTest(path)) return compile(source, path, options);
  // The global setup runs outside already.
  if (!options.supportsDynamicImport) return { code: source };
  const outside = compiledPath(path);
  const names = Object.keys(require(outside));
  const exported = names.filter(isIdentifier);
  const load = `const outside = loadOutside(${JSON.stringify(outside)});`;
  const lines = options.supportsStaticESM
    ? [
        ...exported.map((name) => `export const ${name} = outside.${name};`),
        ...(names.includes('default') ? ['export default outside.default;'] : []),
      ]
    : // The importer looks for the names in the code.
      [...exported.map((name) => `exports.${name} = outside.${name};`), 'module.exports = outside;'];
  return { code: [load, ...lines].join('\n') };
}

function getCacheKey(source, path, options) {
  if (isTest(path)) return compilerCacheKey(source, path, options);
  const { supportsDynamicImport, supportsStaticESM } = options;
  const parts = [ownSource, source, path, supportsDynamicImport, supportsStaticESM];
  return createHash('sha256').update(parts.join('\0')).digest('hex');
}

export default { getCacheKey, process };
