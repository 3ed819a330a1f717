import { providerIsVisible } from '../teams/provider-visibility.js';
import type { SqlParams } from '../sql/statement.js';

/** Who looks at the catalog. */
export interface Reseller {
  id: string;
  /** Unverified resellers see nothing. */
  verified: boolean;
}

/** Today in UTC, the day from which a partnership counts. */
export const utcToday = "(now() AT TIME ZONE 'utc')::date";

/**
 * The one rule of who may see an offer `o`: list, detail and orders all use it. Suspended resellers never get here,
 * the guard refuses them.
 */
export function visibleTo(reseller: Reseller, params: SqlParams): string {
  if (!reseller.verified) return 'false';
  const id = `${params.add(reseller.id)}::uuid`;
  return `o.status = 'active' AND ${providerActive} AND ${audienceHolds(id)}`;
}

/** The provider of `o` is not suspended. */
export const providerActive = providerIsVisible('o.team_id');

/** The audience of `o` includes the reseller whose id is the SQL expression `id`. */
export const audienceHolds = (id: string) => `(o.visibility = 'public' OR o.team_id = ${id}
  OR (o.visibility = 'preferred' AND o.team_id IN (SELECT provider_team_id FROM preferred_partners
       WHERE reseller_team_id = ${id} AND effective_date <= ${utcToday}))
  OR (o.visibility = 'selected' AND ${id} = ANY(o.allowed_resellers)))`;
