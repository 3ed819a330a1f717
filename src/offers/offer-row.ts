import type { CursorPosition } from '../paging/cursor.js';
import {
  constantMember,
  computedMember,
  isoTime,
  jsonMember,
  JsonRowWriter,
  timestampMember,
  textMember,
} from '../sql/wire/json-row-writer.js';
import { minorToMajorText } from '../money/money.js';
import type { WireRow } from '../sql/wire/wire-row.js';

/** An offer `o` as its provider sees it, `a` being its area: the members of OfferView and where they come from. */
export const offerMembers = {
  id: textMember('o.id'),
  teamId: textMember('o.team_id'),
  name: textMember('o.name'),
  internalName: textMember('o.internal_name'),
  category: textMember('o.category'),
  status: textMember('o.status'),
  sku: textMember('o.sku'),
  externalId: textMember('o.external_id'),
  metadata: jsonMember('o.metadata'),
  description: textMember('o.description'),
  internalDescription: textMember('o.internal_description'),
  marketingHeadline: textMember('o.marketing_headline'),
  marketingDescription: textMember('o.marketing_description'),
  keyFeatures: jsonMember('array_to_json(o.key_features)'),
  imageUrl: textMember('o.image_url'),
  overview: textMember('o.overview'),
  submissionUrl: textMember('o.submission_url'),
  submissionConfig: jsonMember('o.submission_config'),
  serviceSpecificData: jsonMember('o.service_specific_data'),
  pricingType: textMember('o.pricing_type'),
  monthlyPrice: computedMember(['o.monthly_price_minor', 'o.currency'], (minor, currency) =>
    minor === null ? 'null' : minorToMajorText(minor, currency ?? ''),
  ),
  fees: jsonMember('o.fees'),
  currency: textMember('o.currency'),
  complianceData: jsonMember('o.compliance_data'),
  complianceStatus: textMember('o.compliance_status'),
  complianceNotes: textMember('o.compliance_notes'),
  visibility: textMember('o.visibility'),
  allowedResellers: jsonMember('array_to_json(o.allowed_resellers)'),
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
};

export const ownOffer = new JsonRowWriter(offerMembers, ['o.service_area_id']);

/** Where a page of `ownOffer` ended: time and id. */
export const placeOf = (row: WireRow): CursorPosition => [
  isoTime(row.text(ownOffer.at('o.created_at')) ?? ''),
  row.text(ownOffer.at('o.id')) ?? '',
];

/** What tells an area from every other one of the team; of no area it is null. */
export const areaMark = "encode(a.hash, 'hex')";

/** The same without the area, which may have 45,000 ZIP codes: `areaMark` tells whether it is another one. */
export const ownOfferUnplaced = new JsonRowWriter({ ...offerMembers, serviceArea: constantMember(null) }, [
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
