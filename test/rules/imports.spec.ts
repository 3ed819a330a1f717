import { filesOf, importsOf, sliceOf, textOf, type Import } from '../support/sources.js';

const infrastructure = ['common', 'config', 'lazy-swagger', 'validation', 'money', 'sql', 'http', 'paging'];
const feature = [...infrastructure, 'rate-limits', 'teams'];

/**
 * Which folders each folder may import, in layers: a folder imports only from folders listed above it.
 * `app` is app.module.ts and error-formats.ts, which put the application together.
 */
const allowed: Record<string, readonly string[]> = {
  common: [],
  config: [],
  'lazy-swagger': ['common'],
  validation: ['common', 'lazy-swagger'],
  money: ['common', 'lazy-swagger', 'validation'],
  sql: ['common'],
  http: ['common', 'lazy-swagger'],
  paging: ['common', 'lazy-swagger', 'validation'],
  'rate-limits': ['common'],
  database: ['common', 'config'],
  teams: [...infrastructure, 'rate-limits'],
  areas: feature,
  partners: feature,
  products: feature,
  offers: [...feature, 'areas'],
  catalog: [...feature, 'areas', 'partners', 'offers'],
  subscriptions: [...feature, 'products'],
  // The categories that a promotion can target are those of products.
  promotions: [...feature, 'products'],
  'product-offerings': [...feature, 'products', 'promotions'],
  // Readiness reports whether the migrations have run.
  health: [...infrastructure, 'database'],
  // The documentation shows the shapes of the categories as a union.
  openapi: [...infrastructure, 'offers', 'subscriptions'],
  demo: ['common', 'config', 'teams', 'offers'],
  app: ['*'],
  server: ['*', 'app'],
  main: ['*', 'server'],
};
const layers = Object.keys(allowed);

/** Imports that break a rule for a reason. */
const exceptions: Record<string, string> = {
  'src/catalog/listing/catalog-offer.dto.ts -> src/offers/offers.dto.ts':
    'a catalog entry is the offer as its provider sees it, without the internal fields',
};

const imports = filesOf('src').flatMap(importsOf);
const inner = imports.filter(({ to }) => to.startsWith('src/'));
const across = inner.filter(({ from, to }) => sliceOf(from) !== sliceOf(to));
const named = ({ from, to }: Import) => `${from} -> ${to}`;
const breaking = (rule: (each: Import) => boolean) =>
  inner.filter((each) => rule(each) && !(named(each) in exceptions)).map(named);

it('finds the imports', () => {
  expect(inner.length).toBeGreaterThan(100);
  expect(imports).toContainEqual({ from: 'src/server/create-app.ts', to: 'fastify' });
  expect(Object.keys(exceptions).filter((exception) => !inner.map(named).includes(exception))).toEqual([]);
});

it('lets a folder import only what the table allows', () => {
  const may = (from: string, to: string) => {
    const list = allowed[from] ?? [];
    return list.includes(to) || (list.includes('*') && !['main', 'server', 'app'].includes(to));
  };
  const wrong = across.filter(({ from, to }) => !may(sliceOf(from), sliceOf(to)));
  expect(wrong.map(named).filter((name) => !(name in exceptions))).toEqual([]);
});

it('lists the layers from bottom to top', () => {
  const upwards = Object.entries(allowed).flatMap(([from, list]) =>
    list
      .filter((to) => to !== '*' && layers.indexOf(to) >= layers.indexOf(from))
      .map((to) => `${from} -> ${to}`),
  );
  expect(upwards).toEqual([]);
});

it('knows every folder', () => {
  const slices = new Set(filesOf('src').map(sliceOf));
  expect([...slices].filter((slice) => !(slice in allowed))).toEqual([]);
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
    ({ from, to }) =>
      to.endsWith('.module.ts') && !from.endsWith('.module.ts') && !['app', 'server'].includes(sliceOf(from)),
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
