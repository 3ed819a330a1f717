/**
 * The one rule of which providers others can see: SQL that holds unless the team in `teamId` (a column or expression)
 * is suspended. A sub-query without a reference to the outer row: Postgres reads the few suspended teams once.
 */
export const providerIsVisible = (teamId: string) =>
  `${teamId} NOT IN (SELECT id FROM teams WHERE suspended_at IS NOT NULL)`;
