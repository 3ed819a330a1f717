import { constantMember, computedMember, JsonRowWriter, textMember } from '../../sql/wire/json-row-writer.js';
import { ExpiringMap } from '../expiring-map.js';
import { omit } from '../../common/omit.js';
import { offerMembers } from '../../offers/offer-json.js';
import type { Fees } from '../../offers/pricing/fees.js';
import { setupFee } from '../../offers/pricing/setup-fee.js';
import { hiddenFields, type CatalogOfferView } from './catalog-offer.dto.js';

/** Fees are much the same everywhere: what they come to is worked out once. */
const sums = new ExpiringMap<string>(5000, Infinity);

function writeSetupFee(fees: string | null, currency: string | null): string {
  if (fees === null) return 'null';
  const key = `${currency}${fees}`;
  const known = sums.get(key);
  if (known !== undefined) return known;
  const sum = String(setupFee(JSON.parse(fees) as Fees, currency ?? ''));
  sums.set(key, sum);
  return sum;
}

/** What the pages of every sort go on from, and what their tags are made of. */
const keys = [
  'o.id',
  'o.version',
  'p.version',
  'o.name_key',
  'o.price_key',
  'p.name_key',
  'o.created_at',
  'o.team_id',
];

/** What a reseller sees of an offer `o`, its provider `p` and its area `a`: the members of CatalogOfferView. */
export const shownOffer = new JsonRowWriter(
  {
    ...omit(offerMembers, hiddenFields),
    status: constantMember('active'),
    providerId: textMember('o.team_id'),
    providerName: textMember('p.name'),
    setupFee: computedMember(['o.fees', 'o.currency'], writeSetupFee),
    serviceArea: computedMember(['a.zip_count', 'array_to_json(a.states)'], (zipCodes, states) =>
      zipCodes === null ? 'null' : `{"zipCodeCount":${zipCodes},"states":${states ?? '[]'}}`,
    ),
  },
  keys,
);

/** What tells whether a reseller still has an offer as it is: enough for the tag of an answer, and little to read. */
export const offerTag = new JsonRowWriter({}, keys);

export const parseCatalogOffer = (written: string) => JSON.parse(written) as CatalogOfferView;
