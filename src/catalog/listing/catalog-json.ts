import {
  constantMember,
  jsonMember,
  JsonRowWriter,
  objectMember,
  textMember,
  timestampMember,
  type MemberSource,
} from '../../sql/wire/json-row-writer.js';
import { JsonBuffer } from '../../sql/wire/json-buffer.js';
import type { WireRow } from '../../sql/wire/wire-row.js';
import { bytesETag } from '../../http/etag.js';
import { assessmentStatusMember } from '../../offers/assessment/assessment-view.js';
import { omit, pick } from '../../common/omit.js';
import { offerMembers } from '../../offers/offer-json.js';
import { hiddenFields, type CatalogOfferView } from './catalog-offer.dto.js';

/** The version of the offer as far as resellers can see it. */
const catalogVersion = 'o.version - o.hidden_edits';

/** Columns from which ETags are computed. */
const versionColumns = ['o.id', catalogVersion, 'p.name'];

const catalogMembers = {
  ...omit(offerMembers, hiddenFields),
  status: constantMember('active'),
  complianceAssessment: assessmentStatusMember,
  version: jsonMember(catalogVersion),
  updatedAt: timestampMember('coalesce(o.catalog_updated_at, o.updated_at)'),
  providerId: textMember('o.team_id'),
  providerName: textMember('p.name'),
  setupFee: jsonMember("o.pricing -> 'setupFee'"),
  serviceArea: objectMember({
    zipCodeCount: jsonMember('a.zip_count'),
    states: jsonMember('array_to_json(a.states)', '[]'),
  }),
} satisfies Record<keyof CatalogOfferView, MemberSource>;

/** Writes the JSON of a CatalogOfferView from an offer `o`, its provider `p` and its service area `a`. */
export const catalogOfferJson = new JsonRowWriter(catalogMembers, versionColumns);

/** Selects only the columns from which an ETag is computed. */
export const catalogOfferVersions = new JsonRowWriter({}, versionColumns);

/**
 * Returns the ETag of an answer with these offers: a hash of their IDs and versions, and of the only member that belongs to
 * the provider.
 * @param rows of `catalogOfferJson` or `catalogOfferVersions`
 * @param more what the answer also depends on
 */
export function catalogETag(rows: readonly WireRow[], ...more: unknown[]): string {
  const content = new JsonBuffer();
  for (const row of rows) row.copyFirst(versionColumns.length, content);
  return bytesETag(content.append(JSON.stringify(more)).take());
}

/** The members of an offer that a comparison shows as they are. */
export const comparedOfferNames = [
  'id',
  'name',
  'providerName',
  'category',
  'currency',
  'pricingType',
  'monthlyPrice',
  'setupFee',
  'fees',
  'introductory',
  'monthlyFees',
  'oneTimeFees',
  'contract',
  'taxes',
  'pricing',
  'complianceAssessment',
] as const;

/** The members that a comparison needs, without the long texts. */
const comparedMembers = pick(catalogMembers, [
  ...comparedOfferNames,
  'serviceSpecificData',
  'complianceData',
]);

/** An offer to compare with others. */
export type OfferToCompare = Pick<CatalogOfferView, keyof typeof comparedMembers>;

export const comparedOfferJson = new JsonRowWriter(comparedMembers);

export const parseComparedOffer = (json: string) => JSON.parse(json) as OfferToCompare;
