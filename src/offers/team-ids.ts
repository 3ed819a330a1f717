import { validate as isUuid } from 'uuid';
import { eachRule, field, rule, type FieldOptions } from '../common/field.js';

const max = 1000;
const ids = (value: unknown) => (value as unknown[]).map((id) => String(id).toLowerCase());

/** Ids of teams, each once. */
export function TeamIds(options: FieldOptions) {
  return field(
    { type: 'array', items: { type: 'string', format: 'uuid' }, maxItems: max },
    options,
    rule({ code: 'type' }, 'must be a list', Array.isArray),
    rule(
      { code: 'length' },
      `must hold at most ${max} entries`,
      (value) => (value as unknown[]).length <= max,
    ),
    eachRule({ code: 'format' }, 'must be the id of a team', isUuid),
    rule(
      { code: 'unique' },
      'must not name a team twice',
      (v) => new Set(ids(v)).size === (v as unknown[]).length,
    ),
  );
}
