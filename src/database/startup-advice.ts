import { errorCode } from './database-error.js';

/** What the operator can do about missing rights. */
export const missingRights =
  'The role of the service must own the database and what is in it: as a superuser, run ' +
  'ALTER DATABASE <database> OWNER TO <role>; ALTER SCHEMA public OWNER TO <role>; in the database. ' +
  'docs/operations.md lists the rights.';

/** What the operator can do about an error of Postgres, by its SQLSTATE. */
const advice: Record<string, string> = {
  '42501': missingRights,
  // The role may not use any schema in which it could create objects.
  '3F000': missingRights,
  '25006':
    'The database is read-only: use the primary server instead of a standby, or set ' +
    'default_transaction_read_only = off for the database and the role.',
};

/** Returns what the operator can do about missing rights or a read-only database; undefined for other errors. */
export const startupAdvice = (cause: unknown): string | undefined => advice[errorCode(cause) ?? ''];
