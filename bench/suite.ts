import type { Client } from 'pg';
import { catalogOfferJson } from '../src/catalog/listing/catalog-json.js';
import { visibleOffersByIds } from '../src/catalog/listing/catalog-page.query.js';
import type { Statement } from '../src/sql/statement.js';
import type { Ask } from './load.js';
import { offerBody, offeringBody } from './bodies.js';
import { pageStatements } from './statements.js';
import { subjectNames, type Subject, type SubjectName } from './subject.js';
import { deleteBuiltOfferings, deleteCreatedOffers, type World } from './world.js';
import type { PlanMode } from './pgbench.js';
import { shownWithPromo } from './promo.js';

/** What the ratios of a case must keep to. */
export interface Targets {
  /** Server CPU against bare, at most. */
  server?: number;
  /** Postgres CPU against bare, at most. */
  postgres?: number;
  /** Requests a second as a share of pgbench's, at least. */
  pgbench?: number;
  /** Requests a second against the usual way, at least. */
  usual?: number;
}

/** What is measured: requests that are asked in turn, and the status of every answer. */
export interface SuiteCase {
  name: string;
  expected: number;
  subjects: readonly SubjectName[];
  targets: Targets;
  /** `service` runs, so that resources can be made and entity tags be asked for. */
  asks(world: World, service: Subject): Ask[] | Promise<Ask[]>;
  /** What pgbench runs for each request. */
  statements?(world: World, client: Client): Promise<Statement[][]>;
  /** The better one of both for the statements. */
  planMode?: PlanMode;
  /** SQL that deletes what the requests have made. */
  clear?: string;
  /** The case whose full answer this conditional request saves. */
  saves?: string;
}

const servers = subjectNames.filter((name) => name !== 'pgbench');
const byIdTargets = { server: 1.2, postgres: 1.1, usual: 2.5 };
const pageTargets = { server: 0.6, postgres: 1.1, pgbench: 0.6, usual: 6 };

const as = ({ key }: { key: string }) => ({ 'x-api-key': key });
const reading = (team: { key: string }, paths: string[]): Ask[] =>
  paths.map((path) => ({ method: 'GET', path, headers: as(team) }));

const catalogPath = (query: Record<string, string>) => `/reseller/catalog?${new URLSearchParams(query)}`;
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Bands of prices; each has more than a page. */
const pages = numbers(16).map((index) => ({
  category: 'internet',
  minPrice: String(20 + index),
  maxPrice: String(60 + index * 2),
  sortBy: 'price',
  limit: '20',
}));
const zipPages = ({ zipCodes }: World) => zipCodes.map((zipCode) => ({ zipCode, limit: '20' }));
const searches = ['internet', 'speed', 'router', 'free installation', 'home support', 'whole home'].map(
  (search) => ({ search, limit: '20' }),
);

const byId: SuiteCase = {
  name: 'offer by id as a reseller',
  expected: 200,
  subjects: subjectNames,
  targets: byIdTargets,
  asks: ({ reseller }) =>
    reading(
      reseller,
      reseller.offers.map((id) => `/reseller/catalog/${id}`),
    ),
  statements: async ({ reseller }) =>
    reseller.offers.map((id) => [
      visibleOffersByIds({ id: reseller.id, verified: true }, [id], catalogOfferJson),
    ]),
};

const page = (
  name: string,
  queries: (world: World) => Record<string, string>[],
  planMode: PlanMode,
  targets: Targets = pageTargets,
): SuiteCase => ({
  name,
  expected: 200,
  subjects: subjectNames,
  targets,
  planMode,
  asks: (world) => reading(world.reseller, queries(world).map(catalogPath)),
  statements: (world, client) => pageStatements(client, world.reseller.id, queries(world)),
});
const catalogPage = page('catalog page of 20', () => pages, 'generic');

/** The same requests with the entity tag of their answers. */
const unchanged = (full: SuiteCase): SuiteCase => ({
  name: `${full.name}, unchanged (304)`,
  expected: 304,
  subjects: ['service'],
  targets: {},
  saves: full.name,
  asks: async (world, service) => {
    const asks: Ask[] = [];
    for (const ask of await full.asks(world, service)) {
      const tag = (await service.send(ask)).headers.get('etag') ?? '';
      asks.push({ ...ask, headers: { ...ask.headers, 'if-none-match': tag } });
    }
    return asks;
  },
});

/** Reads first: what is written leaves dead rows behind. */
export const suite: readonly SuiteCase[] = [
  {
    name: 'offer by id as its provider',
    expected: 200,
    subjects: servers,
    targets: byIdTargets,
    asks: ({ provider }) =>
      reading(
        provider,
        provider.offers.map((id) => `/provider/offers/${id}`),
      ),
  },
  byId,
  catalogPage,
  page('catalog page of 20 with ZIP code', zipPages, 'generic'),
  page('search page of 20', () => searches, 'custom', { postgres: 1.1 }),
  unchanged(byId),
  unchanged(catalogPage),
  {
    name: 'product offering with promo code',
    expected: 200,
    subjects: ['service'],
    targets: {},
    asks: async (world, service) => reading(world.reseller, await shownWithPromo(service, as(world.writer))),
  },
  {
    name: 'create an offer',
    expected: 201,
    subjects: servers,
    targets: { server: 1.5, postgres: 1.1, usual: 3 },
    asks: ({ writer }) => [
      { method: 'POST', path: '/provider/offers', headers: as(writer), body: JSON.stringify(offerBody) },
    ],
    clear: deleteCreatedOffers,
  },
  {
    name: 'change the price of an offer',
    expected: 200,
    subjects: servers,
    targets: { postgres: 1.1 },
    asks: ({ writer }) =>
      writer.offers.map((id) => ({
        method: 'PATCH',
        path: `/provider/offers/${id}`,
        headers: as(writer),
        body: '{"monthlyPrice":4.@@}',
      })),
  },
  {
    name: 'build a subscription offering',
    expected: 201,
    subjects: ['service'],
    targets: {},
    asks: ({ writer }) => [
      {
        method: 'POST',
        path: '/subscriptions/offerings/build',
        headers: as(writer),
        body: JSON.stringify({ data: offeringBody }),
      },
    ],
    clear: deleteBuiltOfferings,
  },
];
