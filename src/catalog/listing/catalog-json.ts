import {
  computedMember,
  constantMember,
  jsonMember,
  JsonRowWriter,
  textMember,
  timestampMember,
  type MemberSource,
} from '../../sql/wire/json-row-writer.js';
import type { WireRow } from '../../sql/wire/wire-row.js';
import { ExpiringMap } from '../expiring-map.js';
import { assessmentStatusMember } from '../../offers/assessment/assessment-view.js';
import { omit } from '../../common/omit.js';
import { offerMembers } from '../../offers/offer-json.js';
import type { Fees } from '../../offers/pricing/fees.js';
import { setupFee } from '../../offers/pricing/cost.js';
import { hiddenFields, type CatalogOfferView } from './catalog-offer.dto.js';

/** Setup fees, cached by currency and fees because many offers have the same fees. */
const setupFees = new ExpiringMap<string>(5000, Infinity);

function writeSetupFee(fees: string | null, currency: string | null): string {
  if (fees === null) return 'null';
  const key = `${currency}${fees}`;
  const cached = setupFees.get(key);
  if (cached !== undefined) return cached;
  const sum = String(setupFee(JSON.parse(fees) as Fees, currency ?? ''));
  setupFees.set(key, sum);
  return sum;
}

/** The version of the offer as far as resellers can see it. */
const catalogVersion = 'o.version - o.hidden_edits';

/** Columns for cursor positions in all sort orders, and for ETags. */
const keys = [
  'o.id',
  catalogVersion,
  'p.name',
  'o.name_key',
  'o.price_key',
  'o.all_in_key',
  'o.cost_12_key',
  'o.cost_24_key',
  'o.kwh_500_key',
  'o.kwh_1000_key',
  'o.kwh_2000_key',
  'o.currency',
  'p.name_key',
  'o.created_at',
  'o.team_id',
];

const catalogMembers = {
  ...omit(offerMembers, hiddenFields),
  status: constantMember('active'),
  complianceAssessment: assessmentStatusMember,
  version: jsonMember(catalogVersion),
  updatedAt: timestampMember('coalesce(o.catalog_updated_at, o.updated_at)'),
  providerId: textMember('o.team_id'),
  providerName: textMember('p.name'),
  setupFee: computedMember(['o.fees', 'o.currency'], writeSetupFee),
  serviceArea: computedMember(['a.zip_count', 'array_to_json(a.states)'], (zipCodes, states) =>
    zipCodes === null ? 'null' : `{"zipCodeCount":${zipCodes},"states":${states ?? '[]'}}`,
  ),
} satisfies Record<keyof CatalogOfferView, MemberSource>;

/** Writes the JSON of a CatalogOfferView from an offer `o`, its provider `p` and its service area `a`. */
export const catalogOfferJson = new JsonRowWriter(catalogMembers, keys);

/** Selects only the columns from which an ETag is computed. */
export const catalogOfferVersions = new JsonRowWriter({}, keys);

/**
 * Returns what an ETag is computed from: the version of the offer, and the only member that belongs to its provider.
 * @param view `catalogOfferJson` or `catalogOfferVersions`
 */
export const versionOfCatalogOffer = (row: WireRow, view: JsonRowWriter) =>
  ['o.id', catalogVersion, 'p.name'].map((column) => row.text(view.at(column)));

/** The members that a comparison needs, without the long texts. */
const comparedMembers = (({
  id,
  name,
  category,
  currency,
  monthlyPrice,
  setupFee,
  fees,
  pricing,
  providerName,
  serviceSpecificData,
  complianceData,
  complianceAssessment,
}) => ({
  id,
  name,
  category,
  currency,
  monthlyPrice,
  setupFee,
  fees,
  pricing,
  providerName,
  serviceSpecificData,
  complianceData,
  complianceAssessment,
}))(catalogMembers);

/** An offer to compare with others. */
export type OfferToCompare = Pick<CatalogOfferView, keyof typeof comparedMembers>;

export const comparedOfferJson = new JsonRowWriter(comparedMembers);

export const parseComparedOffer = (json: string) => JSON.parse(json) as OfferToCompare;
