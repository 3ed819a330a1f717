import { areaHash, type Area } from '../../areas/area.js';
import { Conflict, ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import type { WireRow } from '../../sql/wire/wire-row.js';
import type { Caller } from '../../teams/caller.js';
import { unknownId } from '../../validation/unknown-ids.js';
import { validate } from '../../validation/validate.js';
import type { AssessmentColumns } from '../assessment/assessment-columns.js';
import type { OfferColumns, StoredOffer } from '../offer-columns.js';
import { parseNewOffer } from '../input/new-offer.js';
import { applyPatch, moveToFeed, type CurrentOffer, type OfferChange } from '../input/offer-change.js';
import { areaHashColumn, matchedOfferJson, parseCurrentOffer } from '../offer-json.js';
import { UpdateOffer } from '../offers.dto.js';
import { joinsOffers } from './joins-offers.js';
import { findsByExternalId, keysOnceWritten, keysToFind, type Matching } from './bulk-keys.js';
import { failedOutcome, outcomeOf, type BulkOutcome, type BulkRow } from '../../bulk/bulk-row.js';

/** The team's stored offers, indexed by their keys. */
export interface OffersByKey {
  ids: Map<string, WireRow>;
  skus: Map<string, WireRow>;
  externalIds: Map<string, WireRow[]>;
  /** Identifies the offers and their versions. */
  versions: string;
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
  /** The columns of the new assessment that the update writes as well. */
  assessed: readonly (keyof AssessmentColumns)[];
  /** The resellers to check: those in the row, if it changes them. */
  resellers: readonly string[];
}

export interface BulkPlan {
  steps: BulkStep[];
  /** Rows that affect the same offer as an earlier row and wait until that row has been written. */
  postponed: BulkRow[];
  /** Identifies the offers, in their versions, for which the plan was made. */
  madeFor: string;
}

const idAt = matchedOfferJson.at('o.id');
const versionAt = matchedOfferJson.at('o.version');
const skuAt = matchedOfferJson.at('o.sku');
const externalIdAt = matchedOfferJson.at('o.external_id');
const feedAt = matchedOfferJson.at('o.feed');
const retiredAt = matchedOfferJson.at('o.retired_by_feed');

/** Indexes rows of `matchedOfferJson` by their keys; by external ID, only those in the scope of the upload. */
export function indexByKey(rows: readonly WireRow[], matching: Matching): OffersByKey {
  const versions = rows.map((row) => `${row.text(idAt)} ${row.text(versionAt)}`).toSorted();
  const offers: OffersByKey = {
    ids: new Map(),
    skus: new Map(),
    externalIds: new Map(),
    versions: versions.join(),
  };
  for (const row of rows) {
    const id = row.text(idAt) ?? '';
    if (offers.ids.has(id)) continue;
    offers.ids.set(id, row);
    const sku = row.text(skuAt);
    const externalId = row.text(externalIdAt);
    if (sku) offers.skus.set(sku, row);
    if (externalId && isInScope(row, matching))
      offers.externalIds.set(externalId, [...(offers.externalIds.get(externalId) ?? []), row]);
  }
  return offers;
}

/** What an upload says about its rows. */
export interface UploadContext {
  team: Caller;
  matching: Matching;
  now: Date;
}

const feedOf = (row: WireRow) => row.text(feedAt);

/** Returns whether an upload finds an offer by its external ID, and may change it. */
const isInScope = (row: WireRow, { feed, adopt }: Matching) =>
  feed === undefined || feedOf(row) === feed || (adopt === true && feedOf(row) === null);

/** Plans the rows of a batch in order. */
export function planRows(context: UploadContext, rows: readonly BulkRow[], offers: OffersByKey): BulkPlan {
  const steps: BulkStep[] = [];
  const postponed: BulkRow[] = [];
  const taken = new Set<string>();
  for (const row of rows) {
    const keys = keysToFind(row, context.matching);
    const step = keys.some((key) => taken.has(key)) ? undefined : tryPlanRow(context, row, offers);
    const target = step?.kind === 'update' ? `id ${step.offer.id}` : '';
    if (step && (keys.includes(target) || !taken.has(target))) steps.push(step);
    else postponed.push(row);
    for (const key of [...keysOnceWritten(row), ...(target ? [target] : [])]) taken.add(key);
  }
  return { steps, postponed, madeFor: offers.versions };
}

function tryPlanRow(context: UploadContext, row: BulkRow, offers: OffersByKey): BulkStep {
  try {
    return planRow(context, row, offers);
  } catch (cause) {
    return { kind: 'done', row, outcome: failedOutcome(row, cause) };
  }
}

/** Plans one row. @throws ValidationFailed, Conflict */
function planRow(context: UploadContext, given: BulkRow, offers: OffersByKey): BulkStep {
  const { matching, now } = context;
  const translation = given.listing?.translation;
  const row = translation && offers.externalIds.has(translation.externalId) ? translated(given) : given;
  const found = findOffer(row, offers, matching);
  if (!found) return planInsert(context, row);
  if (!isInScope(found, matching)) throw notInFeed(found, matching);
  const { feed } = matching;
  const current = parseCurrentOffer(found, matchedOfferJson);
  if (row === given && translation?.isOther(current)) return planInsert(context, translated(row));
  const currentHash = found.text(matchedOfferJson.at(areaHashColumn));
  const isRetired = feed !== undefined && found.text(retiredAt) === 't';
  const patch = isRetired || isDraftOnSale(row, current) ? onSale(row.body) : row.body;
  const change = applyPatch(current, patch, now, (area) => hashText(area) === currentHash);
  const isAdopted = feed !== undefined && current.feed !== feed;
  if (!change && !isAdopted) return { kind: 'done', row, outcome: outcomeOf(row, 'unchanged', current) };
  const { offer, changes, areaChanged } = change ?? unchangedBut(moveToFeed(current, feed ?? '', now));
  return {
    kind: 'update',
    row,
    offer: isAdopted ? { ...offer, feed } : offer,
    areaId: found.text(matchedOfferJson.at('o.service_area_id')),
    areaChanged,
    changed: Object.keys(changes) as (keyof OfferColumns)[],
    assessed: [],
    resellers: changes.allowedResellers ?? [],
  };
}

const unchangedBut = (offer: StoredOffer): OfferChange => ({ offer, changes: {}, areaChanged: false });

const hashText = (area: Area | null) => area && areaHash(area).toString('hex');

/** An offer that its owner has made inactive or archived stays so. */
const isDraftOnSale = ({ listing }: BulkRow, { status }: CurrentOffer) =>
  listing?.isOnSale === true && status === 'draft';

/** Makes a new offer active, or one that its feed has retired and lists again, unless the line says otherwise. */
const onSale = (body: Record<string, unknown>) =>
  Object.hasOwn(body, 'status') ? body : { ...body, status: 'active' };

/** Returns the row with the external ID that it has if the one in the file belongs to another language. */
function translated(row: BulkRow): BulkRow {
  const { externalId } = row.listing?.translation ?? row;
  return { ...row, externalId, body: { ...row.body, externalId } };
}

/**
 * Finds the offer by ID, otherwise by SKU, otherwise by external ID. Outside of a feed, the external ID counts only
 * without a SKU.
 * @throws Conflict if the keys belong to different offers, or several offers have the external ID; ValidationFailed
 */
function findOffer(row: BulkRow, offers: OffersByKey, matching: Matching): WireRow | undefined {
  const { id, sku, externalId, body } = row;
  const byId = id === undefined ? undefined : offers.ids.get(id);
  const bySku = sku === undefined ? undefined : offers.skus.get(sku);
  if (byId && bySku && byId !== bySku) throw joinsOffers(row, idOfRow(byId), idOfRow(bySku));
  const found = byId ?? bySku;
  const usesExternalId = externalId !== undefined && findsByExternalId(row, matching);
  const holders = usesExternalId ? (offers.externalIds.get(externalId) ?? []) : [];
  if (found) {
    const [other] = found.text(externalIdAt) === externalId ? [] : holders;
    if (other) throw joinsOffers(row, idOfRow(found), idOfRow(other));
    return found;
  }
  if (holders.length > 1)
    throw new Conflict(
      `Several offers of your ${matching.feed === undefined ? 'team' : `feed ${matching.feed}`} have the externalId ${externalId}; identify the offer by id or sku`,
    );
  if (sku === undefined && externalId === undefined && id !== undefined)
    throw new ValidationFailed([
      unknownId(['id'], 'one of your offers'),
      ...validate(UpdateOffer, body).errors,
    ]);
  return holders[0];
}

const idOfRow = (row: WireRow) => row.text(idAt) ?? '';

function notInFeed(found: WireRow, { feed }: Matching): Conflict {
  const other = feedOf(found);
  const [owner, advice] =
    other === null
      ? ['to no feed', `To take it into the feed ${feed}, upload the line with adopt=true`]
      : [`to the feed ${other}`, `The feed ${feed} needs an offer of its own, with another sku`];
  const id = idOfRow(found);
  return new Conflict(`The offer ${id} belongs ${owner}, so this upload cannot change it. ${advice}`, {
    existingId: id,
  });
}

function planInsert({ team, matching, now }: UploadContext, row: BulkRow): BulkStep {
  const offer = parseNewOffer(team, row.listing?.isOnSale ? onSale(row.body) : row.body, now);
  offer.feed = matching.feed ?? null;
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
    assessed: [],
    resellers,
  };
}
