import {
  httpsUrl,
  oneOfValues,
  optional,
  pattern,
  range,
  required,
  type CheckTest,
} from '../engine/checks.js';
import { licensePerState } from '../engine/licenses.js';
import type { Check, CheckMessages, Subject } from '../engine/rule-set.js';
import { readerOf } from '../engine/values.js';
import type { CheckEntry } from './rules-file.dto.js';

/** What is wrong with a declared check: a member, and what it must be. */
export interface DeclarationError {
  member: keyof CheckEntry;
  message: string;
}

type Kind = NonNullable<CheckEntry['require']>;

/** The members that each kind needs and takes. */
const members: Record<Kind, { needs: (keyof CheckEntry)[]; takes: (keyof CheckEntry)[] }> = {
  value: { needs: ['pointer'], takes: [] },
  pattern: { needs: ['pointer', 'pattern'], takes: [] },
  enum: { needs: ['pointer', 'values'], takes: [] },
  https: { needs: ['pointer'], takes: [] },
  range: { needs: ['pointer'], takes: ['min', 'max'] },
  license: { needs: ['kind'], takes: ['states', 'pointer'] },
};

const parameters = ['pattern', 'values', 'min', 'max', 'kind', 'states'] as const;

const texts: Record<Kind, CheckMessages> = {
  value: {},
  pattern: { fail: 'The value {0} does not have the form that is required.' },
  enum: { fail: 'The value {0} is not one of {1}.' },
  https: { fail: 'The address {0} is not an absolute https URL.' },
  range: { fail: 'The value {0} is out of range.' },
  license: { missing: 'There is no license for {0}.', fail: 'Licenses have expired: {0}.' },
};

/** Returns what is wrong with a new check. */
export function declarationErrors(entry: CheckEntry): DeclarationError[] {
  const { require } = entry;
  if (require === undefined)
    return [{ member: 'require', message: 'is required for a check that no rule set has yet' }];
  const { needs, takes } = members[require];
  const wanted: (keyof CheckEntry)[] = ['severity', 'title', ...needs];
  const absent = wanted.filter((member) => entry[member] === undefined);
  const extra = parameters.filter(
    (member) => entry[member] !== undefined && !needs.includes(member) && !takes.includes(member),
  );
  const isEmptyRange = require === 'range' && entry.min === undefined && entry.max === undefined;
  return [
    ...absent.map((member) => ({ member, message: `is required with require: ${require}` })),
    ...extra.map((member) => ({ member, message: `has no meaning with require: ${require}` })),
    ...(isEmptyRange ? [{ member: 'min' as const, message: 'or max is required with require: range' }] : []),
  ];
}

function testOf({ require, pointer = '', ...entry }: CheckEntry): CheckTest {
  const read = readerOf(pointer);
  switch (require) {
    case 'pattern':
      return pattern(read, new RegExp(entry.pattern ?? ''));
    case 'enum':
      return oneOfValues(read, entry.values ?? []);
    case 'https':
      return httpsUrl(read);
    case 'range':
      return range(read, entry.min ?? -Infinity, entry.max);
    case 'license':
      return licensePerState({ kind: entry.kind ?? '', statesOf: statesNeeding(entry.states) });
    default:
      return required(read);
  }
}

/** An offer that is available everywhere needs licenses in the given states; without any, none can be named. */
const statesNeeding =
  (needing: readonly string[] | undefined) =>
  ({ states }: Subject): readonly string[] => {
    if (needing === undefined) return states ?? [];
    return states === null ? needing : needing.filter((state) => states.includes(state));
  };

/** Returns a check that the operator declares. It has no `declarationErrors`. */
export function declaredCheck(code: string, entry: CheckEntry, citation: string): Check {
  const { require = 'value', severity = 'warning', title = '', messages = {}, proposedForRepeal } = entry;
  const test = testOf(entry);
  const definition = Object.fromEntries(
    ['require', ...parameters, 'optional'].flatMap((name) => {
      const value = entry[name as keyof CheckEntry];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return {
    code,
    severity,
    title,
    pointer: entry.pointer ?? '/complianceData/licenses',
    messages: { ...texts[require], ...messages },
    citation: entry.citation ?? citation,
    ...(proposedForRepeal === undefined ? {} : { proposedForRepeal }),
    definition,
    check: entry.optional ? optional(test) : test,
  };
}
