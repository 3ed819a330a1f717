import type { AssessmentResult } from '../../offers/assessment/assessment-result.js';
import type { Statement } from '../../sql/statement.js';

/** Taken for each step, so that one process at a time assesses stored offers. */
export const takeAssessmentLock: Statement = {
  text: "SELECT pg_try_advisory_xact_lock(hashtext('offerdock assessments'))",
  values: [],
};

/** Removes up to `limit` offers from the queue, and returns their IDs. */
export const takePending = (limit: number): Statement => ({
  text: `DELETE FROM assessment_pending WHERE ctid = ANY (ARRAY(SELECT ctid FROM assessment_pending LIMIT ${limit}))
    RETURNING offer_id`,
  values: [],
});

/** A new assessment of a stored offer. */
export interface NewAssessment {
  id: string;
  /** The version that was assessed. */
  version: number;
  result: AssessmentResult;
}

/**
 * Stores assessments of offers whose version is still the one that was assessed. It never waits for another transaction,
 * so it cannot deadlock: an offer that is locked, or has changed in the meantime, returns to the queue. Returns the number
 * of offers that were written.
 */
export const storeAssessments = (assessments: readonly NewAssessment[], now: Date): Statement => ({
  text: `WITH given AS MATERIALIZED (
      SELECT * FROM json_to_recordset($1::json)
        AS g (id uuid, version integer, status text, until date, rules text[], findings jsonb, licenses text[])
    ), locked AS MATERIALIZED (
      SELECT o.id FROM given g JOIN offers o ON o.id = g.id WHERE o.version = g.version
       ORDER BY o.id FOR NO KEY UPDATE OF o SKIP LOCKED
    ), written AS (
      UPDATE offers o SET assessed_status = g.status, assessed_at = $2, assessed_until = g.until, assessed_rules = g.rules,
             findings = g.findings, reseller_licenses = g.licenses, assessed_version = o.version + 1,
             version = o.version + 1, updated_at = $2
        FROM given g JOIN locked l ON l.id = g.id WHERE o.id = g.id RETURNING o.id
    ), postponed AS (
      INSERT INTO assessment_pending SELECT id FROM given WHERE id NOT IN (SELECT id FROM locked)
    )
    SELECT count(*) FROM written`,
  values: [
    JSON.stringify(
      assessments.map(({ id, version, result }) => ({
        id,
        version,
        status: result.status,
        until: result.validUntil,
        rules: result.ruleSets,
        findings: result.findings,
        licenses: result.resellerLicenses,
      })),
    ),
    now,
  ],
});

/** How long writes can go on that began before a change of licenses or rules, in seconds. */
export const settleSeconds = 15;

/**
 * Stores the digest of the rule sets of this process, if another one is stored, and begins a run over all offers. The first
 * process of a new database needs none. Returns a row if the digest was stored.
 */
export const adoptDigest = (digest: string, delaySeconds: number): Statement => ({
  text: `UPDATE assessment_rules SET digest = $1, due_at = now() + $2 * interval '1 second',
           after_id = CASE WHEN EXISTS (SELECT FROM offers) THEN '00000000-0000-0000-0000-000000000000'::uuid END
     WHERE digest IS DISTINCT FROM $1 RETURNING after_id`,
  values: [digest, delaySeconds],
});

/** Locks the run over all offers, and returns the last offer that was assessed. */
export const holdRun = (digest: string): Statement => ({
  text: `SELECT after_id FROM assessment_rules WHERE digest = $1 AND after_id IS NOT NULL AND due_at <= now()
    FOR UPDATE SKIP LOCKED`,
  values: [digest],
});

/** @param after null at the end of the run */
export const moveRun = (after: string | null): Statement => ({
  text: 'UPDATE assessment_rules SET after_id = $1',
  values: [after],
});

/** Locks the run over the offers of a team that has waited longest. Returns team, position, and whether it is done. */
export const holdTeamRun: Statement = {
  text: `SELECT team_id, coalesce(after_created_at, '-infinity'), coalesce(after_id, '00000000-0000-0000-0000-000000000000'), is_done
      FROM assessment_runs WHERE due_at <= now() ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
  values: [],
};

export const moveTeamRun = (teamId: string, [createdAt, id]: readonly [string, string]): Statement => ({
  text: `UPDATE assessment_runs SET after_created_at = $2, after_id = $3, due_at = clock_timestamp() WHERE team_id = $1`,
  values: [teamId, createdAt, id],
});

/** Waits for writes that began before the change. */
export const settleTeamRun = (teamId: string): Statement => ({
  text: `UPDATE assessment_runs SET is_done = true, due_at = requested_at + interval '${settleSeconds} seconds'
    WHERE team_id = $1`,
  values: [teamId],
});

/** Ends the run of a team, and queues what was written since shortly before it was requested. */
export const endTeamRun = (teamId: string): Statement => ({
  text: `WITH ended AS (DELETE FROM assessment_runs WHERE team_id = $1 RETURNING requested_at)
    INSERT INTO assessment_pending SELECT o.id FROM offers o, ended
      WHERE o.team_id = $1 AND o.updated_at >= ended.requested_at - interval '1 minute'`,
  values: [teamId],
});
