import type { Client } from 'pg';
import { catalogOfferJson } from '../../src/catalog/listing/catalog-json.js';
import { visibleOffersByIds } from '../../src/catalog/listing/catalog-page.query.js';
import type { Statement } from '../../src/sql/statement.js';
import { pageStatements } from '../catalog/first-page.js';
import type { BenchRequest } from '../load/load-generator.js';
import type { PlanMode } from '../load/pgbench.js';
import { subjectNames, type Subject, type SubjectName } from '../subjects/subject.js';
import { deleteBuiltOfferings, deleteCreatedOffers, deletePlacedOrders, type Fixtures } from './fixtures.js';
import { orderRequests } from './order-requests.js';
import { createPromoOfferings } from './promo-offerings.js';
import { offerBody, offeringBody } from './request-bodies.js';

/** Limits for the ratios of a case. The report prints a ratio in bold if it misses its limit. */
export interface Targets {
  /** The maximum server CPU time of the service, as a multiple of bare. */
  server?: number;
  /** The maximum Postgres CPU time of the service, as a multiple of bare. */
  postgres?: number;
  /** The minimum requests per second, as a share of pgbench. */
  pgbench?: number;
  /** The minimum requests per second, as a multiple of the Nest + TypeORM application. */
  nest?: number;
}

/** A measured case, which consists of requests that are sent in turn. */
export interface SuiteCase {
  name: string;
  /** The status of every response. */
  expectedStatus: number;
  subjects: readonly SubjectName[];
  targets: Targets;
  /** Returns the requests. The running service can be used to create resources or to read entity tags. */
  requests(fixtures: Fixtures, service: Subject): BenchRequest[] | Promise<BenchRequest[]>;
  /** Returns the statements that pgbench runs for each request. */
  statements?(fixtures: Fixtures, client: Client): Promise<Statement[][]>;
  /** The faster mode for the statements; generic by default. */
  planMode?: PlanMode;
  /** SQL that deletes the rows that the requests created. */
  clearSql?: string;
  /** A case to which this one is compared in the same rounds, and the largest multiples of its CPU time. */
  base?: { name: string; server: number; postgres: number };
  /** If the case is a conditional request, the name of the case with the full response. */
  fullCase?: string;
}

const servers = subjectNames.filter((name) => name !== 'pgbench');
const byIdTargets = { server: 1, postgres: 1.1 };
const pageTargets = { server: 0.45, postgres: 1.1, pgbench: 0.6, nest: 1.5 };

const authenticated = ({ key }: { key: string }) => ({ 'x-api-key': key });
const gets = (teams: readonly { key: string }[], paths: string[]): BenchRequest[] =>
  paths.map((path, index) => ({
    method: 'GET',
    path,
    headers: authenticated(teams[index % teams.length] ?? { key: '' }),
  }));

const catalogPath = (query: Record<string, string>) => `/reseller/catalog?${new URLSearchParams(query)}`;

/** Price ranges, each of which has more offers than one page. */
const priceRanges = Array.from({ length: 16 }, (_, index) => ({
  category: 'internet',
  minPrice: String(20 + index),
  maxPrice: String(60 + index * 2),
  sortBy: 'price',
  limit: '20',
}));
const zipCodeQueries = ({ zipCodes }: Fixtures) => zipCodes.map((zipCode) => ({ zipCode, limit: '20' }));
const searches = ['internet', 'speed', 'router', 'free installation', 'home support', 'whole home'].map(
  (search) => ({ search, limit: '20' }),
);

const byId: SuiteCase = {
  name: 'offer by id as a reseller',
  expectedStatus: 200,
  subjects: subjectNames,
  targets: byIdTargets,
  requests: ({ reseller, resellers }) =>
    gets(
      resellers,
      reseller.offers.map((id) => `/reseller/catalog/${id}`),
    ),
  statements: async ({ reseller }) =>
    reseller.offers.map((id) => [
      visibleOffersByIds({ id: reseller.id, verified: true, needsLicenses: false }, [id], catalogOfferJson),
    ]),
};

const page = (
  name: string,
  queries: (fixtures: Fixtures) => Record<string, string>[],
  planMode: PlanMode,
  { targets = pageTargets, subjects = subjectNames }: Partial<Pick<SuiteCase, 'targets' | 'subjects'>> = {},
): SuiteCase => ({
  name,
  expectedStatus: 200,
  subjects,
  targets,
  planMode,
  requests: (fixtures) => gets(fixtures.resellers, queries(fixtures).map(catalogPath)),
  statements: (fixtures, client) => pageStatements(client, fixtures.reseller.id, queries(fixtures)),
});
const catalogPage = page('catalog page of 20', () => priceRanges, 'generic');

/** Returns a case with the same requests, made conditional with the entity tags of their responses. */
const unchanged = (fullCase: SuiteCase): SuiteCase => ({
  name: `${fullCase.name}, unchanged (304)`,
  expectedStatus: 304,
  subjects: ['service'],
  targets: {},
  fullCase: fullCase.name,
  requests: async (fixtures, service) => {
    const requests: BenchRequest[] = [];
    for (const request of await fullCase.requests(fixtures, service)) {
      const tag = (await service.send(request)).headers.get('etag') ?? '';
      requests.push({ ...request, headers: { ...request.headers, 'if-none-match': tag } });
    }
    return requests;
  },
});

/** Reads precede writes, because writes leave dead rows behind. */
export const suiteCases: readonly SuiteCase[] = [
  {
    name: 'offer by id as its provider',
    expectedStatus: 200,
    subjects: servers,
    targets: byIdTargets,
    requests: ({ provider }) =>
      gets(
        [provider],
        provider.offers.map((id) => `/provider/offers/${id}`),
      ),
  },
  byId,
  catalogPage,
  page('catalog page of 20 with ZIP code', zipCodeQueries, 'generic'),
  page('search page of 20', () => searches, 'custom', {
    targets: { server: 0.6, postgres: 1.1 },
    // With TypeORM alone, nobody would rank as the service does.
    subjects: ['service', 'bare', 'pgbench'],
  }),
  unchanged(byId),
  unchanged(catalogPage),
  {
    name: 'product offering with promo code',
    expectedStatus: 200,
    subjects: ['service'],
    targets: {},
    requests: async (fixtures, service) =>
      gets([fixtures.reseller], await createPromoOfferings(service, authenticated(fixtures.writer))),
  },
  {
    name: 'create an offer',
    expectedStatus: 201,
    subjects: servers,
    targets: { server: 1.15, postgres: 1.1 },
    requests: ({ writers }) =>
      writers.map((writer) => ({
        method: 'POST',
        path: '/provider/offers',
        headers: authenticated(writer),
        body: JSON.stringify(offerBody),
      })),
    clearSql: deleteCreatedOffers,
  },
  {
    name: 'change the price of an offer',
    expectedStatus: 200,
    subjects: servers,
    targets: { postgres: 1.1 },
    requests: ({ writers }) =>
      // Team by team in turn, like the other cases.
      (writers[0]?.offers ?? []).flatMap((_, index) =>
        writers.map((writer) => ({
          method: 'PATCH',
          path: `/provider/offers/${writer.offers[index]}`,
          headers: authenticated(writer),
          body: '{"monthlyPrice":4.@@}',
        })),
      ),
  },
  {
    name: 'place an order of 3 items',
    expectedStatus: 201,
    subjects: ['service'],
    targets: {},
    base: { name: 'create an offer', server: 2, postgres: 3 },
    requests: orderRequests,
    clearSql: deletePlacedOrders,
  },
  {
    name: 'build a subscription offering',
    expectedStatus: 201,
    subjects: ['service'],
    targets: {},
    requests: ({ writer }) => [
      {
        method: 'POST',
        path: '/subscriptions/offerings/build',
        headers: authenticated(writer),
        body: JSON.stringify({ data: offeringBody }),
      },
    ],
    clearSql: deleteBuiltOfferings,
  },
];
