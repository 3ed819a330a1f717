/**
 * Returns the SQL condition under which other teams can see a provider: the team in `teamId` (a column or an
 * expression) is not suspended. This is the only definition of the rule. The subquery does not refer to the
 * outer row, so Postgres runs it only once; few teams are suspended.
 */
export const providerIsVisible = (teamId: string) =>
  `${teamId} NOT IN (SELECT id FROM teams WHERE suspended_at IS NOT NULL)`;
