import { ownOfferJsonWithoutArea, selectOwnOffers } from '../../offers/offer-json.js';
import type { Statement } from '../../sql/statement.js';

/*
 * What the background job reads. Offers are rows of `ownOfferJsonWithoutArea`.
 */

const select = selectOwnOffers('offers o', ownOfferJsonWithoutArea);

/** Selects ID, name and licenses of teams. */
export const selectProviders = (teamIds: readonly string[]): Statement => ({
  text: `SELECT t.id, t.name, (
      SELECT json_agg(json_build_object('kind', kind, 'state', state, 'number', number, 'holder', holder, 'expiresOn', expires_on)
        ORDER BY kind, state, number) FROM licenses l WHERE l.team_id = t.id)
    FROM teams t WHERE t.id = ANY ($1::uuid[])`,
  values: [teamIds],
});

/**
 * Selects the digest of the rule sets in effect, and whether there is work: offers in the queue, teams, and the run over all
 * offers.
 */
export const findWork: Statement = {
  text: `SELECT digest, EXISTS (SELECT FROM assessment_pending), EXISTS (SELECT FROM assessment_runs WHERE due_at <= now()),
      after_id IS NOT NULL AND due_at <= now() FROM assessment_rules`,
  values: [],
};

export const offersByIds = (ids: readonly string[]): Statement => ({
  text: `${select} WHERE o.id = ANY ($1::uuid[]) ORDER BY o.id`,
  values: [ids],
});

export const nextOffers = (after: string, limit: number): Statement => ({
  text: `${select} WHERE o.id > $1::uuid ORDER BY o.id LIMIT ${limit}`,
  values: [after],
});

/** A position in the offers of a team, or in those whose assessment ends. */
export type Position = readonly [key: string, id: string];

export const nextOffersOfTeam = (teamId: string, [createdAt, id]: Position, limit: number): Statement => ({
  text: `${select} WHERE o.team_id = $1 AND (o.created_at, o.id) > ($2::timestamptz, $3::uuid)
    ORDER BY o.created_at, o.id LIMIT ${limit}`,
  values: [teamId, createdAt, id],
});

export const nextDueOffers = (today: string, [until, id]: Position, limit: number): Statement => ({
  text: `${select} WHERE o.assessed_until <= $1::date AND (o.assessed_until, o.id) > ($2::date, $3::uuid)
    ORDER BY o.assessed_until, o.id LIMIT ${limit}`,
  values: [today, until, id],
});
