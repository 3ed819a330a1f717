import { areaHash, type Area } from '../../areas/area.js';
import { Conflict, ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import type { WireRow } from '../../sql/wire/wire-row.js';
import type { Caller } from '../../teams/caller.js';
import { unknownId } from '../../validation/unknown-ids.js';
import { validate } from '../../validation/validate.js';
import type { OfferColumns, StoredOffer } from '../offer-columns.js';
import { applyPatch, parseNewOffer } from '../offer-input.js';
import { areaHashColumn, ownOfferJsonWithoutArea, parseOwnOffer } from '../offer-json.js';
import { UpdateOffer } from '../offers.dto.js';
import { keysOnceWritten, keysToFind } from './bulk-keys.js';
import { failedOutcome, outcomeOf, type BulkOutcome, type BulkRow } from '../../bulk/bulk-row.js';

/** The team's stored offers, indexed by their keys. */
export interface OffersByKey {
  ids: Map<string, WireRow>;
  skus: Map<string, WireRow>;
  externalIds: Map<string, WireRow[]>;
}

/** The action for a row: write an offer or report an outcome. */
export type BulkStep = PlannedWrite | { kind: 'done'; row: BulkRow; outcome: BulkOutcome };

export interface PlannedWrite {
  kind: 'insert' | 'update';
  row: BulkRow;
  offer: StoredOffer;
  areaId: string | null;
  areaChanged: boolean;
  /** The columns whose values the update changes. */
  changed: readonly (keyof OfferColumns)[];
  /** The resellers to check: those in the row, if it changes them. */
  resellers: readonly string[];
}

export interface BulkPlan {
  steps: BulkStep[];
  /** Rows that affect the same offer as an earlier row and wait until that row has been written. */
  postponed: BulkRow[];
}

const idAt = ownOfferJsonWithoutArea.at('o.id');
const skuAt = ownOfferJsonWithoutArea.at('o.sku');
const externalIdAt = ownOfferJsonWithoutArea.at('o.external_id');

/** Indexes rows of `ownOfferJsonWithoutArea` by their keys. */
export function indexByKey(rows: readonly WireRow[]): OffersByKey {
  const offers: OffersByKey = { ids: new Map(), skus: new Map(), externalIds: new Map() };
  for (const row of rows) {
    const id = row.text(idAt) ?? '';
    if (offers.ids.has(id)) continue;
    offers.ids.set(id, row);
    const sku = row.text(skuAt);
    const externalId = row.text(externalIdAt);
    if (sku) offers.skus.set(sku, row);
    if (externalId) offers.externalIds.set(externalId, [...(offers.externalIds.get(externalId) ?? []), row]);
  }
  return offers;
}

/** Plans the rows of a batch in order. */
export function planRows(team: Caller, rows: readonly BulkRow[], offers: OffersByKey, now: Date): BulkPlan {
  const steps: BulkStep[] = [];
  const postponed: BulkRow[] = [];
  const taken = new Set<string>();
  for (const row of rows) {
    const keys = keysToFind(row);
    const step = keys.some((key) => taken.has(key)) ? undefined : tryPlanRow(team, row, offers, now);
    const target = step?.kind === 'update' ? `id ${step.offer.id}` : '';
    if (step && (keys.includes(target) || !taken.has(target))) steps.push(step);
    else postponed.push(row);
    for (const key of [...keysOnceWritten(row), ...(target ? [target] : [])]) taken.add(key);
  }
  return { steps, postponed };
}

function tryPlanRow(team: Caller, row: BulkRow, offers: OffersByKey, now: Date): BulkStep {
  try {
    return planRow(team, row, offers, now);
  } catch (cause) {
    return { kind: 'done', row, outcome: failedOutcome(row, cause) };
  }
}

/** Plans one row. @throws ValidationFailed, Conflict */
function planRow(team: Caller, row: BulkRow, offers: OffersByKey, now: Date): BulkStep {
  const found = findOffer(row, offers);
  if (!found) return planInsert(team, row, now);
  const current = parseOwnOffer(found, ownOfferJsonWithoutArea);
  const currentHash = found.text(ownOfferJsonWithoutArea.at(areaHashColumn));
  const change = applyPatch(current, row.body, now, (area) => hashText(area) === currentHash);
  if (!change) return { kind: 'done', row, outcome: outcomeOf(row, 'unchanged', current) };
  const { offer, changes, areaChanged } = change;
  return {
    kind: 'update',
    row,
    offer,
    areaId: found.text(ownOfferJsonWithoutArea.at('o.service_area_id')),
    areaChanged,
    changed: Object.keys(changes) as (keyof OfferColumns)[],
    resellers: changes.allowedResellers ?? [],
  };
}

const hashText = (area: Area | null) => area && areaHash(area).toString('hex');

/** Finds the offer by ID, otherwise by SKU, otherwise by external ID. */
function findOffer({ id, sku, externalId, body }: BulkRow, offers: OffersByKey): WireRow | undefined {
  const byId = id === undefined ? undefined : offers.ids.get(id);
  if (byId) return byId;
  if (sku !== undefined) return offers.skus.get(sku);
  const found = externalId === undefined ? [] : (offers.externalIds.get(externalId) ?? []);
  if (found.length > 1)
    throw new Conflict(
      `Several offers of your team have the externalId ${externalId}; identify the offer by id or sku`,
    );
  if (externalId === undefined && id !== undefined)
    throw new ValidationFailed([
      unknownId(['id'], 'one of your offers'),
      ...validate(UpdateOffer, body).errors,
    ]);
  return found[0];
}

function planInsert(team: Caller, row: BulkRow, now: Date): BulkStep {
  const offer = parseNewOffer(team, row.body, now);
  if (row.sku === undefined && row.externalId === undefined)
    throw new ValidationFailed([
      fieldError(['sku'], 'required', 'or externalId is required, so that later imports can find the offer'),
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
