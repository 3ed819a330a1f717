import { filesOf, importsOf, sliceOf, textOf, type Import } from '../sources.js';

const feature = ['common', 'config', 'teams'];

/** Which slices each slice may import; `app` is what stands right below src, and imports everything. */
const allowed: Record<string, readonly string[]> = {
  common: [],
  config: [],
  database: ['config'],
  teams: ['common', 'config'],
  products: feature,
  plans: feature,
  areas: feature,
  offers: [...feature, 'areas'],
  partners: feature,
  webhooks: feature,
  // The categories that a promotion can be for are those of products.
  promotions: [...feature, 'products'],
  offerings: [...feature, 'products', 'plans'],
  'product-offerings': [...feature, 'products', 'promotions'],
  catalog: [...feature, 'areas', 'offers', 'partners'],
  orders: [...feature, 'offers', 'partners', 'catalog', 'webhooks'],
  // Readiness asks whether the migrations have run.
  health: ['common', 'config', 'database'],
  // The documentation shows the shapes of the categories as a union.
  openapi: ['common', 'config', 'offers'],
  seed: ['common', 'config', 'database', 'teams', 'areas', 'offers'],
  demo: ['common', 'config', 'teams', 'offers'],
  // The primary relays what the workers count.
  workers: ['common', 'config', 'teams', 'health', 'demo'],
};

/** Imports that break a rule for a reason. */
const exceptions: Record<string, string> = {
  'src/openapi/write-openapi.ts -> src/app.module.ts': 'a program of its own, as main.ts is',
  'src/catalog/catalog-offer.dto.ts -> src/offers/offers.dto.ts':
    'a catalog entry is the offer as its provider sees it, less what is internal',
};

const imports = filesOf('src').flatMap(importsOf);
const inner = imports.filter(({ to }) => to.startsWith('src/'));
const across = inner.filter(({ from, to }) => sliceOf(from) !== sliceOf(to));
const named = ({ from, to }: Import) => `${from} -> ${to}`;
const breaking = (rule: (each: Import) => boolean) =>
  inner.filter((each) => rule(each) && !(named(each) in exceptions)).map(named);

it('finds the imports', () => {
  expect(inner.length).toBeGreaterThan(100);
  expect(imports).toContainEqual({ from: 'src/app.ts', to: 'fastify' });
  expect(Object.keys(exceptions).filter((exception) => !inner.map(named).includes(exception))).toEqual([]);
});

it('lets a slice import what the table allows', () => {
  const outside = across.filter(({ from }) => sliceOf(from) !== 'app');
  const wrong = outside.filter(({ from, to }) => !allowed[sliceOf(from)]?.includes(sliceOf(to)));
  expect(wrong.map(named).filter((name) => !(name in exceptions))).toEqual([]);
});

it('knows every slice', () => {
  const slices = new Set(filesOf('src').map(sliceOf));
  expect([...slices].filter((slice) => slice !== 'app' && !(slice in allowed))).toEqual([]);
});

it('loads what is large when it is needed, not at start', () => {
  const large = /^import (?!type\b)[^;]*from '(@nestjs\/swagger|class-validator|sanitize-html)';/m;
  expect(filesOf('src').filter((file) => large.test(textOf(file)))).toEqual([]);
});

it("keeps a slice's DTOs and controllers to itself", () => {
  const wrong = breaking(
    ({ from, to }) => sliceOf(from) !== sliceOf(to) && /\.(dto|controller)\.ts$/.test(to),
  );
  expect(wrong).toEqual([]);
});

it('lets modules alone import controllers, and modules and the application import modules', () => {
  expect(breaking(({ from, to }) => to.endsWith('.controller.ts') && !from.endsWith('.module.ts'))).toEqual(
    [],
  );
  const modules = breaking(
    ({ from, to }) => to.endsWith('.module.ts') && !from.endsWith('.module.ts') && sliceOf(from) !== 'app',
  );
  expect(modules).toEqual([]);
});

it('keeps entities free of services, and services free of controllers', () => {
  expect(breaking(({ from, to }) => from.endsWith('.entity.ts') && to.endsWith('.service.ts'))).toEqual([]);
  expect(breaking(({ from, to }) => from.endsWith('.service.ts') && to.endsWith('.controller.ts'))).toEqual(
    [],
  );
});

it('has no cycles', () => {
  const next = new Map<string, Import[]>();
  for (const each of inner) next.set(each.from, [...(next.get(each.from) ?? []), each]);
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]) => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (done.has(file) || path.includes(file)) return;
    for (const { to } of next.get(file) ?? []) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  expect(cycles).toEqual([]);
});

it('reads the environment in one place', () => {
  const readers = filesOf('src').filter((file) => /process\.env/.test(textOf(file)));
  expect(readers).toEqual(['src/config/config.ts']);
});

it('lets migrations import nothing of ours', () => {
  const used = new Set(
    filesOf('migrations')
      .flatMap(importsOf)
      .map(({ to }) => to),
  );
  expect([...used]).toEqual(['typeorm']);
});
