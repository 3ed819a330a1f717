import type { SqlRunner } from '../../sql/transaction.js';
import type { Subject } from '../engine/rule-set.js';
import { selectProviders } from './assessment.query.js';

/** Reads the name and the licenses of a team as they are now. */
export async function readProvider(
  runner: Pick<SqlRunner, 'rows'>,
  teamId: string,
): Promise<Subject['provider']> {
  const [row] = await runner.rows(selectProviders([teamId]));
  const [, name, licenses] = row ?? [];
  return { name: name ?? '', licenses: JSON.parse(licenses ?? '[]') as Subject['provider']['licenses'] };
}
