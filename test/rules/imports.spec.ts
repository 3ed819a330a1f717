import { filesIn, importsOf, topFolderOf, readSource, type Import } from '../support/source-files.js';

const infrastructure = [
  'common',
  'config',
  'lazy-swagger',
  'validation',
  'outgoing',
  'money',
  'sql',
  'wakeups',
  'encryption',
  'http',
  'paging',
];
const feature = [...infrastructure, 'rate-limits', 'teams', 'idempotency', 'bulk'];

/**
 * The folders that each folder may import, in layers: a folder imports only from folders listed above it.
 * `app` is app.module.ts and error-formats.ts, which assemble the application.
 */
const allowed: Record<string, readonly string[]> = {
  common: [],
  config: [],
  'lazy-swagger': ['common'],
  validation: ['common', 'lazy-swagger'],
  outgoing: ['common', 'config', 'lazy-swagger', 'validation'],
  money: ['common', 'lazy-swagger', 'validation'],
  sql: ['common'],
  wakeups: ['common', 'sql'],
  encryption: ['common', 'config', 'sql'],
  // A route validates its parameters.
  http: ['common', 'lazy-swagger', 'validation'],
  paging: ['common', 'lazy-swagger', 'validation', 'sql'],
  'rate-limits': ['common'],
  database: ['common', 'config', 'sql'],
  teams: [...infrastructure, 'rate-limits'],
  idempotency: [...infrastructure, 'rate-limits', 'teams'],
  bulk: [...infrastructure, 'rate-limits'],
  oauth: feature,
  areas: feature,
  licenses: [...feature, 'areas'],
  products: feature,
  offers: [...feature, 'areas'],
  // The file of electricity plans has those in Texas.
  filings: [...feature, 'areas', 'licenses', 'offers'],
  // Events about prices show them as offers do.
  events: [...feature, 'offers'],
  partners: [...feature, 'events'],
  catalog: [...feature, 'areas', 'licenses', 'partners', 'offers'],
  // Rules examine offers, and the licenses of their providers.
  compliance: [...feature, 'areas', 'licenses', 'offers'],
  // Events about offers go to the resellers that see them in the catalog.
  webhooks: [...feature, 'licenses', 'events', 'offers', 'catalog'],
  subscriptions: [...feature, 'products'],
  // A promotion can target product categories.
  promotions: [...feature, 'products'],
  'product-offerings': [...feature, 'products', 'promotions'],
  orders: [...feature, 'events', 'areas', 'products', 'offers', 'catalog', 'promotions', 'product-offerings'],
  // A label shows the licenses of its provider, and is kept for orders.
  labels: [...feature, 'licenses', 'offers', 'catalog', 'orders'],
  // Readiness reports whether the migrations have run.
  health: [...infrastructure, 'database'],
  // The documentation shows the shapes of the categories as a union.
  openapi: [...infrastructure, 'oauth', 'events', 'offers', 'subscriptions'],
  demo: ['common', 'config', 'sql', 'encryption', 'teams', 'licenses', 'offers', 'orders'],
  app: ['*'],
  server: ['*', 'app'],
  main: ['*', 'server'],
};
const layers = Object.keys(allowed);

/** Imports that break a rule, with the reason. */
const exceptions: Record<string, string> = {
  'src/compliance/evaluation/evaluation.controller.ts -> src/offers/offers.dto.ts':
    'an offer is evaluated in the form in which it would be created',
  'src/catalog/listing/catalog-offer.dto.ts -> src/offers/offers.dto.ts':
    'a catalog entry has the fields that the provider sees, except the internal ones',
};

const imports = filesIn('src').flatMap(importsOf);
const inner = imports.filter(({ to }) => to.startsWith('src/'));
const across = inner.filter(({ from, to }) => topFolderOf(from) !== topFolderOf(to));
const named = ({ from, to }: Import) => `${from} -> ${to}`;
const breaking = (rule: (each: Import) => boolean) =>
  inner.filter((each) => rule(each) && !(named(each) in exceptions)).map(named);

it('imports are found, and every exception is in use', () => {
  expect(inner.length).toBeGreaterThan(100);
  expect(imports).toContainEqual({ from: 'src/server/create-app.ts', to: 'fastify' });
  expect(Object.keys(exceptions).filter((exception) => !inner.map(named).includes(exception))).toEqual([]);
});

it('a folder imports only what the table allows', () => {
  const may = (from: string, to: string) => {
    const list = allowed[from] ?? [];
    return list.includes(to) || (list.includes('*') && !['main', 'server', 'app'].includes(to));
  };
  const wrong = across.filter(({ from, to }) => !may(topFolderOf(from), topFolderOf(to)));
  expect(wrong.map(named).filter((name) => !(name in exceptions))).toEqual([]);
});

it('no folder imports from a folder above it', () => {
  const upwards = Object.entries(allowed).flatMap(([from, list]) =>
    list
      .filter((to) => to !== '*' && layers.indexOf(to) >= layers.indexOf(from))
      .map((to) => `${from} -> ${to}`),
  );
  expect(upwards).toEqual([]);
});

it('the table lists every folder', () => {
  const folders = new Set(filesIn('src').map(topFolderOf));
  expect([...folders].filter((folder) => !(folder in allowed))).toEqual([]);
});

it('large packages are imported lazily', () => {
  const large = /^import (?!type\b)[^;]*from '(@nestjs\/swagger|class-validator|sanitize-html)';/m;
  expect(filesIn('src').filter((file) => large.test(readSource(file)))).toEqual([]);
});

it('a folder imports no DTOs or controllers of another folder', () => {
  const wrong = breaking(
    ({ from, to }) => topFolderOf(from) !== topFolderOf(to) && /\.(dto|controller)\.ts$/.test(to),
  );
  expect(wrong).toEqual([]);
});

it('only modules import controllers, and only modules and the application import modules', () => {
  expect(breaking(({ from, to }) => to.endsWith('.controller.ts') && !from.endsWith('.module.ts'))).toEqual(
    [],
  );
  const modules = breaking(
    ({ from, to }) =>
      to.endsWith('.module.ts') &&
      !from.endsWith('.module.ts') &&
      !['app', 'server'].includes(topFolderOf(from)),
  );
  expect(modules).toEqual([]);
});

it('entities import no services, and services no controllers', () => {
  expect(breaking(({ from, to }) => from.endsWith('.entity.ts') && to.endsWith('.service.ts'))).toEqual([]);
  expect(breaking(({ from, to }) => from.endsWith('.service.ts') && to.endsWith('.controller.ts'))).toEqual(
    [],
  );
});

it('imports have no cycles', () => {
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

it('only the configuration reads the environment', () => {
  const readers = filesIn('src').filter((file) => /process\.env/.test(readSource(file)));
  expect(readers).toEqual(['src/config/config.ts']);
});

it('migrations import only typeorm', () => {
  const used = new Set(
    filesIn('migrations')
      .flatMap(importsOf)
      .map(({ to }) => to),
  );
  expect([...used]).toEqual(['typeorm']);
});
