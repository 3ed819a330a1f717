import { areaHash, type Area } from '../../areas/area.js';
import { areaClaim } from '../../areas/area-claim.js';
import { copyInto, copyRow, type Cell } from '../../sql/copy.js';
import { SqlParams, type CopyStatement, type Statement } from '../../sql/statement.js';
import {
  columnNames,
  storedColumns,
  storedNames,
  type OfferColumns,
  type StoredOffer,
} from '../offer-columns.js';
import { isReseller } from '../offer-visibility.js';
import { ownOfferJsonWithoutArea, selectOwnOffers } from '../offer-json.js';
import { setVocabularyStatusStatement, type VocabularyStatus } from '../search-vocabulary.js';

/*
 * The statements of the bulk: a batch of offers in each. Changes travel as one JSON text, which json_to_recordset turns
 * into rows. For a new offer with all its columns that would be a sixth of all that Postgres does; those go by COPY.
 */

/** By what rows may name the offers of the team that they are about. */
export interface OfferKeys {
  ids: string[];
  skus: string[];
  externalIds: string[];
}

const from = selectOwnOffers('offers o', ownOfferJsonWithoutArea);
// The lists are joined rather than compared, so that one plan is good for lists of any length.
const named = `${from} JOIN unnest($2::uuid[]) AS k (id) ON o.id = k.id WHERE o.team_id = $1
  UNION ALL ${from} JOIN unnest($3::text[]) AS k (sku) ON o.sku = k.sku WHERE o.team_id = $1
  UNION ALL SELECT f.* FROM unnest($4::text[]) AS k (external_id) CROSS JOIN LATERAL
    (${from} WHERE o.external_id = k.external_id AND o.team_id = $1 LIMIT 2) f`;

/**
 * Rows of `ownOfferJsonWithoutArea` with any of the keys, two at most for an externalId. An offer that several of the keys name
 * comes several times.
 */
export const offersNamed = (teamId: string, { ids, skus, externalIds }: OfferKeys): Statement => ({
  text: named,
  values: [teamId, ids, skus, externalIds],
});

/** The ids of those teams that may be among `allowedResellers`. */
export const resellersAmong = (ids: readonly string[]): Statement => ({
  text: `SELECT id FROM teams WHERE id = ANY($1::uuid[]) AND ${isReseller}`,
  values: [ids],
});

/** Takes an area for offers that the same transaction stores; no row when somebody else was at it, then again. */
export function claimArea(teamId: string, area: Area): Statement {
  const params = new SqlParams();
  const claim = areaClaim(params, { teamId, hash: areaHash(area), area, unless: 'false' });
  return { text: `WITH ${claim} SELECT id FROM area`, values: params.values };
}

/** An offer to be written, and the id of the area that it shares. */
export interface PlacedOffer {
  offer: StoredOffer;
  areaId: string | null;
}

const insert = copyInto('offers', [...storedNames.map((name) => storedColumns[name][0]), 'service_area_id']);

/** Stores new offers, all of them or, where a SKU came into use meanwhile, none: COPY cannot step over a row. */
export const insertOffers = (offers: readonly PlacedOffer[], words: VocabularyStatus): CopyStatement => ({
  text: `${setVocabularyStatusStatement(words)}; ${insert}`,
  rows: offers.map(lineOf).join(''),
});

const lineOf = ({ offer, areaId }: PlacedOffer) =>
  copyRow([...storedNames.map((name) => cellOf(offer[name], storedColumns[name][1])), areaId]);

function cellOf(value: StoredOffer[(typeof storedNames)[number]], type: string): Cell {
  if (value === null) return null;
  if (type === 'jsonb') return JSON.stringify(value);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'object' && !Array.isArray(value)) throw new TypeError(`${type} has no form for COPY`);
  return value;
}

/**
 * Changes offers that still have the version before, and answers with the ids of what it changed. `changed` are the
 * columns in which any of them differs; the others stay at home. What differs varies, and is not prepared.
 */
export function updateOffers(
  offers: readonly PlacedOffer[],
  changed: ReadonlySet<keyof OfferColumns>,
): Statement {
  const names = [...always, ...columnNames.filter((name) => changed.has(name))];
  const columns = [...names.map((name) => storedColumns[name]), ['service_area_id', 'uuid']];
  const types = columns.map(([column, type]) => `${column} ${type}`).join(', ');
  const text = `UPDATE offers o SET ${columns.map(([column]) => `${column} = r.${column}`).join(', ')}
      FROM json_to_recordset($1::json) AS r (id uuid, team_id uuid, ${types})
     WHERE o.id = r.id AND o.team_id = r.team_id AND o.version = r.version - 1 RETURNING o.id`;
  return { text, values: [recordsOf(offers, ['id', 'teamId', ...names])], replan: true };
}

/** What every change sets. */
const always = ['version', 'updatedAt'] as const;

const recordsOf = (offers: readonly PlacedOffer[], names: readonly (typeof storedNames)[number][]) =>
  JSON.stringify(offers.map((offer) => recordOf(offer, names)));

/** What is null is left out: a column without a value is null. */
function recordOf(
  { offer, areaId }: PlacedOffer,
  names: readonly (typeof storedNames)[number][],
): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  if (areaId !== null) record.service_area_id = areaId;
  for (const name of names) {
    const value = offer[name];
    if (value !== null) record[storedColumns[name][0]] = typeof value === 'bigint' ? value.toString() : value;
  }
  return record;
}
