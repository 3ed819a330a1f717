import { minorToMajorText } from '../money/money.js';
import type { CursorPosition } from '../paging/cursor.js';
import {
  computedMember,
  constantMember,
  isoTime,
  jsonMember,
  JsonRowWriter,
  textMember,
  timestampMember,
  type MemberSource,
} from '../sql/wire/json-row-writer.js';
import type { WireRow } from '../sql/wire/wire-row.js';
import { OfferFields } from './offer-fields.js';
import type { OfferView } from './offers.dto.js';
import { storedFieldsOf, type StoredField } from '../sql/stored-field.js';

/*
 * How rows of `offers o`, joined with their service area `a`, become the JSON of an OfferView.
 */

function memberOf({ column, type }: StoredField): MemberSource {
  if (type === 'text') return textMember(`o.${column}`);
  return jsonMember(type.endsWith('[]') ? `array_to_json(o.${column})` : `o.${column}`);
}

/** The fields that are shown as they are stored. */
const plainMembers = Object.fromEntries(
  storedFieldsOf(OfferFields)
    .filter(({ name }) => name !== 'monthlyPriceMinor')
    .map((field) => [field.name, memberOf(field)]),
) as Record<Exclude<keyof OfferFields, 'monthlyPrice' | 'serviceArea'>, MemberSource>;

export const offerMembers = {
  id: textMember('o.id'),
  teamId: textMember('o.team_id'),
  ...plainMembers,
  monthlyPrice: computedMember(['o.monthly_price_minor', 'o.currency'], (minor, currency) =>
    minor === null ? 'null' : minorToMajorText(minor, currency ?? ''),
  ),
  currency: textMember('o.currency'),
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

export const ownOfferJson = new JsonRowWriter(offerMembers, ['o.service_area_id']);

/** Hash of the service area, which identifies it within the team; null without an area. */
export const areaHashColumn = "encode(a.hash, 'hex')";

/** The offer without its area, which can list 45,000 ZIP codes; compare `areaHashColumn` instead. */
export const ownOfferJsonWithoutArea = new JsonRowWriter(
  { ...offerMembers, serviceArea: constantMember(null) },
  ['o.service_area_id', areaHashColumn],
);

export const parseOwnOffer = (row: WireRow, json = ownOfferJson) => JSON.parse(json.toText(row)) as OfferView;

/** The position of a row of `ownOfferJson` in the order of creation. */
export const creationPosition = (row: WireRow): CursorPosition => [
  isoTime(row.text(ownOfferJson.at('o.created_at')) ?? ''),
  row.text(ownOfferJson.at('o.id')) ?? '',
];

/** Selects the columns of the JSON from `from`, which provides the offers as `o`. */
export const selectOwnOffers = (from: string, json = ownOfferJson) =>
  `SELECT ${json.columns} FROM ${from} LEFT JOIN service_areas a ON a.id = o.service_area_id`;

/** The same for a statement that writes the offers `o`: what it returns cannot be joined. */
export const returningOwnOffer = `RETURNING ${ownOfferJson.columnList
  .map((column) =>
    /\ba\./.test(column) ? `(SELECT ${column} FROM service_areas a WHERE a.id = o.service_area_id)` : column,
  )
  .join(', ')}`;
