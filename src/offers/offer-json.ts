import { currencyExponent } from '../money/currency.js';
import type { CursorPosition } from '../paging/cursor.js';
import {
  computedMember,
  constantMember,
  isoTime,
  jsonMember,
  decimalMember,
  JsonRowWriter,
  textMember,
  timestampMember,
  type MemberSource,
} from '../sql/wire/json-row-writer.js';
import type { WireRow } from '../sql/wire/wire-row.js';
import { assessmentColumnsToRead, assessmentMember, readAssessment } from './assessment/assessment-view.js';
import { OfferFields } from './offer-fields.js';
import type { CurrentOffer } from './input/offer-change.js';
import type { OfferView } from './offers.dto.js';
import { storedFieldsOf, type StoredField } from '../sql/stored-field.js';

/*
 * Maps rows of `offers o`, joined with their service area `a`, to the JSON of an OfferView.
 */

function memberOf({ column, type }: StoredField): MemberSource {
  if (type === 'text' || type === 'bpchar') return textMember(`o.${column}`);
  return jsonMember(type.endsWith('[]') ? `array_to_json(o.${column})` : `o.${column}`);
}

const monthlyPrice = decimalMember('o.monthly_price_minor', 'o.currency', currencyExponent);

/** The stored fields, in the order of their declaration. */
const fieldMembers = Object.fromEntries(
  storedFieldsOf(OfferFields).map((field) =>
    field.name === 'monthlyPriceMinor' ? ['monthlyPrice', monthlyPrice] : [field.name, memberOf(field)],
  ),
) as Record<Exclude<keyof OfferFields, 'serviceArea'>, MemberSource>;

export const offerMembers = {
  id: textMember('o.id'),
  teamId: textMember('o.team_id'),
  feed: textMember('o.feed'),
  ...fieldMembers,
  pricing: jsonMember('o.pricing'),
  complianceAssessment: assessmentMember,
  serviceArea: computedMember(
    ['a.id', 'array_to_json(a.zip_codes)', 'array_to_json(a.states)'],
    (area, zipCodes, states) => {
      if (area === null) return 'null';
      const lists = [zipCodes && `"zipCodes":${zipCodes}`, states && `"states":${states}`];
      return `{${lists.filter(Boolean).join(',')}}`;
    },
  ),
  version: jsonMember('o.version'),
  createdAt: timestampMember('o.created_at'),
  updatedAt: timestampMember('o.updated_at'),
} satisfies Record<keyof OfferView, MemberSource>;

export const ownOfferJson = new JsonRowWriter(offerMembers, [
  'o.service_area_id',
  ...assessmentColumnsToRead,
]);

/** Hash that identifies the service area within the team; null if the offer has no area. */
export const areaHashColumn = "encode(a.hash, 'hex')";

const membersWithoutArea = {
  ...offerMembers,
  serviceArea: constantMember(null),
  complianceAssessment: constantMember(null),
};
const alsoWithoutArea = ['o.service_area_id', areaHashColumn, ...assessmentColumnsToRead];

/**
 * Writes the offer without its area, which can list up to 45,000 ZIP codes, and without the texts of its assessment. Use
 * `areaHashColumn` to compare areas.
 */
export const ownOfferJsonWithoutArea = new JsonRowWriter(membersWithoutArea, alsoWithoutArea);

/** The same for an offer that a line of an upload may change. Its pricing is left out: it follows from the rest. */
export const matchedOfferJson = new JsonRowWriter({ ...membersWithoutArea, pricing: constantMember(null) }, [
  ...alsoWithoutArea,
  'o.retired_by_feed',
]);

export const parseOwnOffer = (row: WireRow, json = ownOfferJson) => JSON.parse(json.toText(row)) as OfferView;

/** Reads an offer that may change. */
export const parseCurrentOffer = (row: WireRow, json = ownOfferJson): CurrentOffer =>
  // Not copied, and read only if it changes: most offers of an upload do not.
  Object.assign(parseOwnOffer(row, json), {
    readAssessment: () => readAssessment(row, (column) => json.at(column)),
  });

/** An offer as JSON text, with its ID and version. */
export interface OfferAnswer {
  id: string;
  version: number;
  json: string;
}

/** Returns the cursor position of a row of `json` in creation order. */
export const creationPosition = (row: WireRow, json = ownOfferJson): CursorPosition => [
  isoTime(row.text(json.at('o.created_at')) ?? ''),
  row.text(json.at('o.id')) ?? '',
];

/** Builds a SELECT statement for the columns of `json`. `from` must provide the offers as `o`. */
export const selectOwnOffers = (from: string, json = ownOfferJson) =>
  `SELECT ${json.columns} FROM ${from} LEFT JOIN service_areas a ON a.id = o.service_area_id`;

/**
 * RETURNING clause with the same columns, for statements that write the offers `o`. RETURNING cannot join the
 * area, so subqueries read it.
 */
export const returningOwnOffer = `RETURNING ${ownOfferJson.columnList
  .map((column) =>
    /\ba\./.test(column) ? `(SELECT ${column} FROM service_areas a WHERE a.id = o.service_area_id)` : column,
  )
  .join(', ')}`;
