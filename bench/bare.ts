import Fastify, { type FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { currencyExponent } from '../src/money/currency.js';
import { catalogOfferJson } from '../src/catalog/listing/catalog-json.js';
import { visibleOffersByIds } from '../src/catalog/listing/catalog-page.query.js';
import { hashApiKey } from '../src/teams/api-keys/api-key-format.js';
import {
  insertOffer,
  insertValues,
  Prepared,
  readArea,
  readOwn,
  updateOffer,
  withColumns,
} from './bare-sql.js';
import { catalogAnswer, createBody, ownAnswer, updateBody } from './bare-schemas.js';
import { catalogEntry, ownOffer, type CatalogRow, type OwnRow } from './bare-view.js';
import { firstPage, typedQuery } from './statements.js';

/*
 * The practical floor: what Fastify and pg cost when the handlers do nothing but the work itself. It knows the callers
 * by heart and has no limits, no log, no metrics and no entity tags.
 */

interface Team {
  id: string;
  currency: string;
}

const { DATABASE_URL, DATABASE_POOL_SIZE = '20', PORT = '3000' } = process.env;
const database = new Prepared(DATABASE_URL, Number(DATABASE_POOL_SIZE));

const keys = await database.rows<Team & { hash: Buffer }>(
  `SELECT k.key_hash AS hash, t.id, t.default_currency AS currency FROM api_keys k JOIN teams t ON t.id = k.team_id`,
  [],
);
/** By hash at first, as nobody can tell a key from its hash; by the key itself from its first request on. */
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

/** Takes the offer and then the reseller. */
const oneText = withColumns(visibleOffersByIds({ id: '', verified: true }, [''], catalogOfferJson).text);

app.route<{ Params: { id: string } }>({
  method: 'GET',
  url: '/reseller/catalog/:id',
  ...response(catalogAnswer),
  handler: async (request) => {
    const { id: reseller } = teamOf(request);
    const [row] = await database.rows<CatalogRow>(oneText, [request.params.id, reseller]);
    if (!row) throw notFound();
    return catalogEntry(row);
  },
});

app.route<{ Querystring: Record<string, string> }>({
  method: 'GET',
  url: '/reseller/catalog',
  ...response({ type: 'array', items: catalogAnswer }),
  handler: async (request, reply) => {
    const query = typedQuery(request.query);
    const { limit = 50 } = query;
    const rows = await firstPage(teamOf(request).id, query, database.run, database.catalog);
    const last = rows[limit - 1];
    if (rows.length > limit && last) {
      const position = JSON.stringify([last.price_key, last.created_at, last.id]);
      const next = new URLSearchParams({
        ...request.query,
        cursor: Buffer.from(position).toString('base64url'),
      });
      void reply.header('link', `</reseller/catalog?${next}>; rel="next"`);
    }
    return rows.slice(0, limit).map(catalogEntry);
  },
});

app.route<{ Params: { id: string } }>({
  method: 'GET',
  url: '/provider/offers/:id',
  ...response(ownAnswer),
  handler: async (request) => {
    const [row] = await database.rows<OwnRow>(readOwn, [request.params.id, teamOf(request).id]);
    if (!row) throw notFound();
    return ownOffer(row);
  },
});

type Given = Record<string, unknown>;

/** The columns of what was given. */
function columnsOf({ monthlyPrice, ...given }: Given, currency: string): Given {
  const columns = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
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

app.route<{ Body: Given }>({
  method: 'POST',
  url: '/provider/offers',
  schema: { body: createBody, ...response(ownAnswer).schema },
  handler: async (request, reply) => {
    const { id: team_id, currency } = teamOf(request);
    const now = new Date();
    const made = { id: uuidv7(), team_id, currency, version: 1, created_at: now, updated_at: now };
    const blank = {
      status: 'draft',
      metadata: {},
      key_features: [],
      allowed_resellers: [],
      visibility: 'public',
    };
    const row = { ...blank, compliance_status: 'unknown', ...columnsOf(request.body, currency), ...made };
    const [inserted] = await database.rows<OwnRow>(insertOffer, insertValues(row));
    if (!inserted) throw new Error('Nothing inserted');
    void reply.code(201).header('location', `/provider/offers/${inserted.id}`);
    return ownOffer({ ...inserted, area_id: null, zip_codes: null, states: null });
  },
});

app.route<{ Body: Given; Params: { id: string } }>({
  method: 'PATCH',
  url: '/provider/offers/:id',
  schema: { body: updateBody, ...response(ownAnswer).schema },
  handler: async (request) => {
    const { id, currency } = teamOf(request);
    const columns = columnsOf(request.body, currency);
    const names = Object.keys(columns);
    const values = [request.params.id, id, ...Object.values(columns)];
    const [row] = await database.rows<OwnRow>(updateOffer(names), values);
    if (!row) throw notFound();
    const areas = row.service_area_id ? await database.rows<OwnRow>(readArea, [row.service_area_id]) : [];
    return ownOffer({ ...row, ...(areas[0] ?? { area_id: null, zip_codes: null, states: null }) });
  },
});

await app.listen({ port: Number(PORT), host: '127.0.0.1' });
