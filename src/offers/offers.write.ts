import { areaHash, type Area } from '../areas/area.js';
import { areaClaim } from '../areas/area-claim.js';
import { Conflict, ValidationFailed } from '../common/errors.js';
import { fieldError } from '../common/field-path.js';
import { SqlParams, type Statement } from '../sql/statement.js';
import {
  columnNames,
  offerColumns,
  storedColumns,
  storedNames,
  type OfferColumns,
  type StoredOffer,
} from './offer-columns.js';
import { isReseller } from './offer-visibility.js';
import type { OfferChange } from './offer-change.js';
import { tellWords, type Words } from './known-words.js';
import { returningOwn } from './offer-row.js';

/*
 * How offers are written: each in one statement, prepared, so that a create is one round trip and an update two.
 * The shared area and the ids of resellers are looked at by the same statement, which does nothing when they fail.
 */

/** What a write answers with: whether it wrote, and the places of `allowedResellers` that name no reseller. */
export interface Written {
  written: boolean;
  strangers: number[];
}

export const writtenOf = ([row]: readonly (readonly (string | null)[])[]): Written => ({
  written: row?.[0] === 't',
  strangers: JSON.parse(row?.[1] ?? '[]') as number[],
});

/** A SKU in use as what it means to the client; any other failure of a write stays what it is. */
export function conflictOf(cause: unknown, sku: string | null | undefined): unknown {
  return isSkuTaken(cause)
    ? new Conflict(`The SKU ${sku} is already used by another offer of your team`)
    : cause;
}

/** Whether a write failed because another offer of the team has the SKU. */
export function isSkuTaken(cause: unknown): boolean {
  const { code, constraint } = cause as { code?: unknown; constraint?: unknown };
  return code === uniqueViolation && constraint === 'offers_sku_uq';
}

/** The refusal of places of `allowedResellers` that name no reseller. */
export const notResellers = (places: readonly number[]) =>
  new ValidationFailed(
    places.map((place) => fieldError(['allowedResellers', place], 'unknown', 'is not the id of a reseller')),
  );

const uniqueViolation = '23505';

const strangersIn = (
  ids: string,
) => `SELECT place - 1 AS place FROM unnest(${ids}::uuid[]) WITH ORDINALITY AS given (id, place)
   WHERE NOT EXISTS (SELECT FROM teams t WHERE t.id = given.id AND t.${isReseller})`;

/** Stores a new offer. Nothing is written when an id is no reseller's, or when the area was changed meanwhile. */
export function insertOffer(offer: StoredOffer, words: Words): Statement {
  const params = new SqlParams();
  const cast = (value: unknown, type: string) => `${params.add(value)}::${type}`;
  const own = storedNames.map((name) => cast(offer[name], storedColumns[name][1]));
  const into = `INSERT INTO offers (${storedNames.map((name) => storedColumns[name][0]).join(', ')}`;
  const told = `FROM ${tellWords(params.add(words))}`;
  const guard = guarded(offer.area, offer, offer.allowedResellers, params);
  if (!guard)
    return { text: `${into}) SELECT ${own.join(', ')} ${told} RETURNING true`, values: params.values };
  const stored = `${into}, service_area_id) SELECT ${own.join(', ')}, ${guard.areaId} ${told} WHERE ${guard.holds} RETURNING id`;
  return { text: `${guard.ctes}, stored AS (${stored}) ${guard.answer}`, values: params.values };
}

/** The columns that are changed, each with its new value. */
const setsOf = (changed: Partial<OfferColumns>, params: SqlParams) =>
  columnNames
    .filter((name) => name in changed)
    .map((name) => {
      const [column, type] = offerColumns[name];
      return { column, value: `${params.add(changed[name])}::${type}` };
    });
const assigned = (sets: ReturnType<typeof setsOf>) => sets.map(({ column, value }) => `${column} = ${value}`);

/** Changes an offer that still has the version before: its columns, and the area when that is another one. */
export function updateOffer({ offer, changes, moved }: OfferChange): Statement {
  const { id, teamId, version, updatedAt, area } = offer;
  const params = new SqlParams();
  const where = `o.id = ${params.add(id)} AND o.team_id = ${params.add(teamId)} AND o.version = ${params.add(version - 1)}`;
  const sets = [
    'version = o.version + 1',
    `updated_at = ${params.add(updatedAt)}`,
    ...assigned(setsOf(changes, params)),
  ];
  const guard = guarded(moved ? area : null, offer, changes.allowedResellers ?? [], params);
  if (moved) sets.push(`service_area_id = ${guard?.areaId ?? 'NULL'}`);
  const update = `UPDATE offers o SET ${sets.join(', ')} WHERE ${where}`;
  if (!guard) return { text: `${update} RETURNING true`, values: params.values };
  const stored = `${update} AND ${guard.holds} RETURNING o.id`;
  return { text: `${guard.ctes}, stored AS (${stored}) ${guard.answer}`, values: params.values };
}

/**
 * Sets columns of an offer that is not archived and has the currency, if they are others than before, and answers with
 * a row of `ownOffer`; no row when there is nothing to be done or more to be looked at.
 */
export function setColumns(
  { id, teamId, currency, updatedAt }: Pick<StoredOffer, 'id' | 'teamId' | 'currency' | 'updatedAt'>,
  changed: Partial<OfferColumns>,
): Statement {
  const params = new SqlParams();
  const sets = setsOf(changed, params);
  const columns = sets.map(({ column }) => column);
  const values = sets.map(({ value }) => value);
  const text = `UPDATE offers o SET ${assigned(sets).join(', ')}, version = o.version + 1,
           updated_at = ${params.add(updatedAt)}
     WHERE id = ${params.add(id)} AND team_id = ${params.add(teamId)} AND currency = ${params.add(currency)}
       AND status <> 'archived' AND ROW(${columns.join(', ')}) IS DISTINCT FROM ROW(${values.join(', ')})
    ${returningOwn}`;
  return { text, values: params.values };
}

interface Guard {
  ctes: string;
  /** The id of the area, or NULL. */
  areaId: string;
  /** Whether the write may go on. */
  holds: string;
  answer: string;
}

/** The parts of a statement that see to area and resellers; undefined when there are neither. */
function guarded(
  area: Area | null | undefined,
  { teamId }: Pick<StoredOffer, 'teamId'>,
  resellers: readonly string[],
  params: SqlParams,
): Guard | undefined {
  if (!area && resellers.length === 0) return undefined;
  const claim = area
    ? areaClaim(params, { teamId, hash: areaHash(area), area, unless: 'EXISTS (SELECT FROM strangers)' })
    : undefined;
  return {
    ctes: `WITH strangers AS (${strangersIn(params.add(resellers))})${claim ? `, ${claim}` : ''}`,
    areaId: claim ? '(SELECT id FROM area)' : 'NULL',
    holds: `NOT EXISTS (SELECT FROM strangers)${claim ? ' AND EXISTS (SELECT FROM area)' : ''}`,
    answer: `SELECT EXISTS (SELECT FROM stored),
      (SELECT json_agg(place ORDER BY place) FROM strangers)`,
  };
}
