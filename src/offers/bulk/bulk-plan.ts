import { areaHash, type Area } from '../../areas/area.js';
import { Conflict, NotFound, ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import type { WireRow } from '../../sql/wire/wire-row.js';
import type { Caller } from '../../teams/caller.js';
import type { BulkOutcome, BulkRow } from './bulk-row.js';
import type { OfferColumns, StoredOffer } from '../offer-columns.js';
import { applyPatch, parseNewOffer } from '../offer-input.js';
import { areaHashColumn, ownOfferJsonWithoutArea, parseOwnOffer } from '../offer-json.js';

/** The offers of a team that rows may be about, by their keys. */
export interface KnownOffers {
  ids: Map<string, WireRow>;
  skus: Map<string, WireRow>;
  externalIds: Map<string, WireRow[]>;
}

/** What is to be done for a row. */
export type BulkStep =
  | { kind: 'done'; outcome: BulkOutcome }
  | {
      kind: 'insert' | 'update';
      row: BulkRow;
      offer: StoredOffer;
      areaId: string | null;
      areaChanged: boolean;
      /** The columns of an update that are others than before. */
      changed: readonly (keyof OfferColumns)[];
      /** The resellers that the row names anew; those who are named already may be resellers no more. */
      resellers: readonly string[];
    };

const idAt = ownOfferJsonWithoutArea.at('o.id');
const skuAt = ownOfferJsonWithoutArea.at('o.sku');
const externalAt = ownOfferJsonWithoutArea.at('o.external_id');

/** Sorts the rows of `offersNamed` by their keys. */
export function known(rows: readonly WireRow[]): KnownOffers {
  const offers: KnownOffers = { ids: new Map(), skus: new Map(), externalIds: new Map() };
  for (const row of rows) {
    const id = row.text(idAt) ?? '';
    if (offers.ids.has(id)) continue;
    offers.ids.set(id, row);
    const sku = row.text(skuAt);
    const externalId = row.text(externalAt);
    if (sku) offers.skus.set(sku, row);
    if (externalId) offers.externalIds.set(externalId, [...(offers.externalIds.get(externalId) ?? []), row]);
  }
  return offers;
}

/** Finds out what a row asks for. @throws ValidationFailed, Conflict, NotFound */
export function planRow(team: Caller, row: BulkRow, offers: KnownOffers, now: Date): BulkStep {
  const found = offerOf(row, offers);
  if (!found) return planInsert(team, row, now);
  const current = parseOwnOffer(found, ownOfferJsonWithoutArea);
  const mark = found.text(ownOfferJsonWithoutArea.at(areaHashColumn));
  const change = applyPatch(current, row.body, now, (area) => markOf(area) === mark);
  if (!change) return { kind: 'done', outcome: outcomeOf(row, 'unchanged', current) };
  const areaId = found.text(ownOfferJsonWithoutArea.at('o.service_area_id'));
  const resellers = change.changes.allowedResellers ?? [];
  const changed = Object.keys(change.changes) as (keyof OfferColumns)[];
  return {
    kind: 'update',
    row,
    offer: change.offer,
    areaId,
    areaChanged: change.areaChanged,
    changed,
    resellers,
  };
}

const markOf = (area: Area | null) => area && areaHash(area).toString('hex');

/** By id, else by SKU, else by the id in the provider's own system. */
function offerOf({ id, sku, externalId }: BulkRow, offers: KnownOffers): WireRow | undefined {
  const byId = id === undefined ? undefined : offers.ids.get(id);
  if (byId) return byId;
  if (sku !== undefined) return offers.skus.get(sku);
  const found = externalId === undefined ? [] : (offers.externalIds.get(externalId) ?? []);
  if (found.length > 1)
    throw new Conflict(
      `Several offers of your team have the externalId ${externalId}; name one by id or SKU`,
    );
  if (found.length === 0 && externalId === undefined && id !== undefined) throw new NotFound('Offer');
  return found[0];
}

function planInsert(team: Caller, row: BulkRow, now: Date): BulkStep {
  const offer = parseNewOffer(team, row.body, now);
  if (row.sku === undefined && row.externalId === undefined)
    throw new ValidationFailed([
      fieldError(
        ['sku'],
        'required',
        'or externalId is required, so that the next import finds the offer again',
      ),
    ]);
  const resellers = offer.allowedResellers;
  return {
    kind: 'insert',
    row,
    offer,
    areaId: null,
    areaChanged: offer.area !== null,
    changed: [],
    resellers,
  };
}

export function outcomeOf(
  { line, sku, externalId }: BulkRow,
  result: Exclude<BulkOutcome['result'], 'failed'>,
  { id, version }: { id: string; version: number },
): BulkOutcome {
  return { line, result, id, sku, externalId, version };
}

export const failedOutcome = ({ line, id, sku, externalId }: BulkRow, cause: unknown): BulkOutcome => ({
  line,
  result: 'failed',
  id,
  sku,
  externalId,
  cause,
});

/** The areas that have to be taken, each once, by their text. */
export const areasOf = (steps: readonly { offer: StoredOffer; areaChanged: boolean }[]): Map<string, Area> =>
  new Map(
    steps.flatMap(({ offer: { area }, areaChanged }) =>
      area && areaChanged ? [[JSON.stringify(area), area] as const] : [],
    ),
  );
