/**
 * The only definition of which providers other teams can see: SQL that is true unless the team in `teamId` (a column or
 * expression) is suspended. The subquery does not refer to the outer row, so Postgres runs it once; few teams are
 * suspended.
 */
export const providerIsVisible = (teamId: string) =>
  `${teamId} NOT IN (SELECT id FROM teams WHERE suspended_at IS NOT NULL)`;
