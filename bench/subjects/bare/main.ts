import Fastify, { type FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { currencyExponent } from '../../../src/money/currency.js';
import { catalogOfferJson } from '../../../src/catalog/listing/catalog-json.js';
import { visibleOffersByIds } from '../../../src/catalog/listing/catalog-page.query.js';
import { defaults as offerDefaults } from '../../../src/offers/input/resolve-fields.js';
import { pricingOf } from '../../../src/offers/pricing/pricing.js';
import { hashApiKey } from '../../../src/teams/api-keys/api-key-format.js';
import {
  insertOffer,
  insertValues,
  PreparedPool,
  selectArea,
  selectOffer,
  updateOffer,
  withPlainColumns,
} from './prepared.js';
import { catalogOfferSchema, createBody, offerSchema, updateBody } from './schemas.js';
import { catalogView, offerView, type CatalogRow, type OfferRow } from './views.js';
import { firstPage, typedQuery } from '../../catalog/first-page.js';

/*
 * The practical lower bound: Fastify and pg, with handlers that do only the necessary work. All API keys are loaded at
 * startup. It has no rate limits, log, metrics or entity tags.
 */

interface Team {
  id: string;
  currency: string;
}

const { DATABASE_URL, DATABASE_POOL_SIZE = '20', PORT = '3000' } = process.env;
const database = new PreparedPool(DATABASE_URL, Number(DATABASE_POOL_SIZE));

const keys = await database.rows<Team & { hash: Buffer }>(
  `SELECT k.key_hash AS hash, t.id, t.default_currency AS currency FROM api_keys k JOIN teams t ON t.id = k.team_id`,
  [],
);
/** Teams, keyed by the hash of the API key and, from the first request on, also by the API key itself. */
const teams = new Map<string, Team>(
  keys.map(({ hash, id, currency }) => [hash.toString('hex'), { id, currency }]),
);

function teamOf({ headers }: FastifyRequest): Team {
  const key = String(headers['x-api-key']);
  const team = teams.get(key) ?? teams.get(hashApiKey(key).toString('hex'));
  if (!team) throw Object.assign(new Error('Unknown key'), { statusCode: 401 });
  teams.set(key, team);
  return team;
}

const notFound = () => Object.assign(new Error('Not found'), { statusCode: 404 });

const app = Fastify();
const response = (schema: object) => ({ schema: { response: { '2xx': schema } } });

/** The statement's values are the offer's ID and the reseller's ID. */
const oneOfferText = withPlainColumns(
  visibleOffersByIds({ id: '', verified: true, needsLicenses: false }, [''], catalogOfferJson).text,
);

app.route<{ Params: { id: string } }>({
  method: 'GET',
  url: '/reseller/catalog/:id',
  ...response(catalogOfferSchema),
  handler: async (request) => {
    const { id: reseller } = teamOf(request);
    const [row] = await database.rows<CatalogRow>(oneOfferText, [request.params.id, reseller]);
    if (!row) throw notFound();
    return catalogView(row);
  },
});

app.route<{ Querystring: Record<string, string> }>({
  method: 'GET',
  url: '/reseller/catalog',
  ...response({ type: 'array', items: catalogOfferSchema }),
  handler: async (request, reply) => {
    const query = typedQuery(request.query);
    const { limit = 50 } = query;
    const rows = await firstPage(teamOf(request).id, query, database.run, database.readCatalog);
    const last = rows[limit - 1];
    if (rows.length > limit && last) {
      const position = JSON.stringify([last.price_key, last.created_at, last.id]);
      const next = new URLSearchParams({
        ...request.query,
        cursor: Buffer.from(position).toString('base64url'),
      });
      void reply.header('link', `</reseller/catalog?${next}>; rel="next"`);
    }
    return rows.slice(0, limit).map(catalogView);
  },
});

app.route<{ Params: { id: string } }>({
  method: 'GET',
  url: '/provider/offers/:id',
  ...response(offerSchema),
  handler: async (request) => {
    const [row] = await database.rows<OfferRow>(selectOffer, [request.params.id, teamOf(request).id]);
    if (!row) throw notFound();
    return offerView(row);
  },
});

type OfferBody = Record<string, unknown>;

/** Returns the values of a body, keyed by column. */
function columnsOf({ monthlyPrice, ...members }: OfferBody, currency: string): OfferBody {
  const columns = Object.fromEntries(
    Object.entries(members).map(([name, value]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
  delete columns.service_area;
  if (monthlyPrice !== undefined)
    columns.monthly_price_minor =
      monthlyPrice === null ? null : Math.round(Number(monthlyPrice) * 10 ** currencyExponent(currency));
  return columns;
}

app.route<{ Body: OfferBody }>({
  method: 'POST',
  url: '/provider/offers',
  schema: { body: createBody, ...response(offerSchema).schema },
  handler: async (request, reply) => {
    const { id: team_id, currency } = teamOf(request);
    const now = new Date();
    // Offers that were not assessed would be assessed by the service meanwhile.
    const versions = { version: 1, assessed_version: 1 };
    const owned = { id: uuidv7(), team_id, currency, ...versions, created_at: now, updated_at: now };
    const defaults = {
      status: 'draft',
      metadata: {},
      key_features: [],
      allowed_resellers: [],
      visibility: 'public',
    };
    const pricing = pricingOf({ ...offerDefaults, ...request.body, currency });
    const columns = columnsOf(request.body, currency);
    const row = { ...defaults, compliance_status: 'unknown', ...columns, pricing, ...owned };
    const [inserted] = await database.rows<OfferRow>(insertOffer, insertValues(row));
    if (!inserted) throw new Error('No row was inserted');
    void reply.code(201).header('location', `/provider/offers/${inserted.id}`);
    return offerView({ ...inserted, area_id: null, zip_codes: null, states: null });
  },
});

app.route<{ Body: OfferBody; Params: { id: string } }>({
  method: 'PATCH',
  url: '/provider/offers/:id',
  schema: { body: updateBody, ...response(offerSchema).schema },
  handler: async (request) => {
    const { id, currency } = teamOf(request);
    const columns = columnsOf(request.body, currency);
    const names = Object.keys(columns);
    const values = [request.params.id, id, ...Object.values(columns)];
    const [row] = await database.rows<OfferRow>(updateOffer(names), values);
    if (!row) throw notFound();
    const areas = row.service_area_id ? await database.rows<OfferRow>(selectArea, [row.service_area_id]) : [];
    return offerView({ ...row, ...(areas[0] ?? { area_id: null, zip_codes: null, states: null }) });
  },
});

await app.listen({ port: Number(PORT), host: '127.0.0.1' });
