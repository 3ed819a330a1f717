import type { Position } from '../paging/cursor.js';
import { always, computed, isoTime, json, JsonRow, moment, text } from '../sql/wire/json-row.js';
import { majorText } from '../money/money.js';
import type { WireRow } from '../sql/wire/wire-row.js';

/** An offer `o` as its provider sees it, `a` being its area: the members of OfferView and where they come from. */
export const offerMembers = {
  id: text('o.id'),
  teamId: text('o.team_id'),
  name: text('o.name'),
  internalName: text('o.internal_name'),
  category: text('o.category'),
  status: text('o.status'),
  sku: text('o.sku'),
  externalId: text('o.external_id'),
  metadata: json('o.metadata'),
  description: text('o.description'),
  internalDescription: text('o.internal_description'),
  marketingHeadline: text('o.marketing_headline'),
  marketingDescription: text('o.marketing_description'),
  keyFeatures: json('array_to_json(o.key_features)'),
  imageUrl: text('o.image_url'),
  overview: text('o.overview'),
  submissionUrl: text('o.submission_url'),
  submissionConfig: json('o.submission_config'),
  serviceSpecificData: json('o.service_specific_data'),
  pricingType: text('o.pricing_type'),
  monthlyPrice: computed(['o.monthly_price_minor', 'o.currency'], (minor, currency) =>
    minor === null ? 'null' : majorText(minor, currency ?? ''),
  ),
  fees: json('o.fees'),
  currency: text('o.currency'),
  complianceData: json('o.compliance_data'),
  complianceStatus: text('o.compliance_status'),
  complianceNotes: text('o.compliance_notes'),
  visibility: text('o.visibility'),
  allowedResellers: json('array_to_json(o.allowed_resellers)'),
  serviceArea: computed(
    ['a.id', 'array_to_json(a.zip_codes)', 'array_to_json(a.states)'],
    (area, zipCodes, states) => {
      if (area === null) return 'null';
      const lists = [zipCodes && `"zipCodes":${zipCodes}`, states && `"states":${states}`];
      return `{${lists.filter(Boolean).join(',')}}`;
    },
  ),
  version: json('o.version'),
  createdAt: moment('o.created_at'),
  updatedAt: moment('o.updated_at'),
};

export const ownOffer = new JsonRow(offerMembers, ['o.service_area_id']);

/** Where a page of `ownOffer` ended: time and id. */
export const placeOf = (row: WireRow): Position => [
  isoTime(row.text(ownOffer.at('o.created_at')) ?? ''),
  row.text(ownOffer.at('o.id')) ?? '',
];

/** What tells an area from every other one of the team; of no area it is null. */
export const areaMark = "encode(a.hash, 'hex')";

/** The same without the area, which may have 45,000 ZIP codes: `areaMark` tells whether it is another one. */
export const ownOfferUnplaced = new JsonRow({ ...offerMembers, serviceArea: always(null) }, [
  'o.service_area_id',
  areaMark,
]);

/** Reads rows of the view from what stands for the offers `o`. */
export const selectOwn = (from: string, view = ownOffer) =>
  `SELECT ${view.columns} FROM ${from} LEFT JOIN service_areas a ON a.id = o.service_area_id`;

/** The same of the offers `o` that a statement writes: what it returns cannot be joined with anything. */
export const returningOwn = `RETURNING ${ownOffer.columnList
  .map((column) =>
    /\ba\./.test(column) ? `(SELECT ${column} FROM service_areas a WHERE a.id = o.service_area_id)` : column,
  )
  .join(', ')}`;
