import { states } from '../../areas/zip-states.js';
import { licenseKinds } from '../../licenses/license.js';
import { categoryNames } from '../../offers/categories/all-categories.js';
import { rule } from '../../validation/field.js';
import { BooleanField, DateField, EnumField, NumberField, TextField } from '../../validation/fields.js';
import { EnumListField, ListField } from '../../validation/list-fields.js';
import { ObjectField, ObjectListField, ObjectMapField } from '../../validation/object-fields.js';

/*
 * The file with rule sets of the operator. docs/compliance.md describes it.
 */

const optional = true;
const text = (description: string, max = 1000) => TextField({ description, min: 1, max, optional });

const isPattern = (value: unknown) => {
  try {
    return Boolean(new RegExp(String(value)));
  } catch {
    return false;
  }
};
const patternRule = () =>
  rule({ code: 'format' }, 'must be a regular expression such as ^\\d{5}$', isPattern);

class MessagesEntry {
  @text('Message if the requirement is not met.')
  fail?: string;

  @text('Message if information is missing.')
  missing?: string;

  @text('Message if somebody must look at it.')
  needsReview?: string;
}

export const declaredKinds = ['value', 'pattern', 'enum', 'https', 'range', 'license'] as const;

/** The kinds of licenses that belong to a state. */
const kindsOfStates = licenseKinds.filter((kind) => kind !== 'fcc_registration');

const isScalar = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);

/** Changes of a check, or a new one that says with `require` what it requires. */
export class CheckEntry {
  @EnumField(['error', 'warning'], { description: 'Severity.', optional })
  severity?: 'error' | 'warning';

  @text('What is required, in one sentence.')
  title?: string;

  @TextField({
    description: 'JSON pointer to the value in the offer.',
    max: 500,
    pattern: /^(\/[^/]+)+$/,
    hint: 'must be a JSON pointer such as /complianceData/naicCode',
    optional,
  })
  pointer?: string;

  @ObjectField(() => MessagesEntry, { description: 'Messages.', optional })
  messages?: MessagesEntry;

  @text('Citation.')
  citation?: string;

  @BooleanField({ description: 'Whether its repeal is proposed.', optional })
  proposedForRepeal?: boolean;

  @EnumField(declaredKinds, { description: 'What a new check requires.', optional })
  require?: (typeof declaredKinds)[number];

  @patternRule()
  @text('pattern: the regular expression that the text must match.')
  pattern?: string;

  @ListField(
    { schema: {}, message: 'must be a text, a number or a boolean', test: isScalar },
    { description: 'enum: the values that are allowed.', minItems: 1, maxItems: 1000, optional },
  )
  values?: (string | number | boolean)[];

  @NumberField({ description: 'range: the lowest number.', optional })
  min?: number;

  @NumberField({ description: 'range: the highest number.', optional })
  max?: number;

  @EnumField(kindsOfStates, { description: 'license: the kind of licenses.', optional })
  kind?: (typeof kindsOfStates)[number];

  @EnumListField(states, {
    description: 'license: the states in which it is needed; all states of the service area if omitted.',
    maxItems: states.length,
    optional,
  })
  states?: string[];

  @BooleanField({ description: 'Whether the value may be missing.', optional })
  optional?: boolean;
}

class AlarmStateEntry {
  @patternRule()
  @text('Regular expression for the numbers of licenses.')
  numberPattern?: string;

  @text('A number that matches.', 100)
  numberExample?: string;

  @BooleanField({ description: 'Whether monitoring centers are licensed separately.', optional })
  monitoringLicense?: boolean;

  @text('The rule that demands the number in every advertisement.')
  numberInAdvertising?: string;

  @NumberField({
    description: 'For how many years a license is valid at most.',
    integer: true,
    min: 1,
    max: 100,
    optional,
  })
  validYears?: number;

  @TextField({ description: 'Where this is known from.', min: 1, max: 1000 })
  source: string;
}

const idPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** A new rule set, a new version of one, or changes of one. */
export class RuleSetEntry {
  @TextField({
    description: 'ID of the rule set.',
    max: 100,
    pattern: idPattern,
    hint: 'must consist of lower-case words and hyphens, such as us-fcc-broadband-label',
  })
  id: string;

  @TextField({
    description: 'Version of the rule set.',
    max: 50,
    pattern: /^[A-Za-z0-9._-]+$/,
    hint: 'must be a version such as 2027-01-01',
  })
  version: string;

  @text('A version of the same rule set, of which this version is a changed copy.', 50)
  basedOn?: string;

  @text('Title.', 255)
  title?: string;

  @TextField({
    description: 'US, or US- and the code of a state.',
    max: 5,
    pattern: /^US(-[A-Z]{2})?$/,
    hint: 'must be US or such as US-TX',
    optional,
  })
  jurisdiction?: string;

  @EnumField(categoryNames.filter((name) => name !== 'other'), {
    description: 'Category of the offers.',
    optional,
  })
  category?: Exclude<(typeof categoryNames)[number], 'other'>;

  @DateField({ description: 'First day on which it applies.', optional })
  effectiveFrom?: string;

  @DateField({ description: 'Last day on which it applies; null for no end.', nullable: true, optional })
  effectiveTo?: string | null;

  @text('Citation.')
  citation?: string;

  @text('Where the text was found.')
  source?: string;

  @EnumListField(states, {
    description: 'New rule sets: applies to offers that are available in one of these states.',
    minItems: 1,
    maxItems: states.length,
    optional,
  })
  appliesIn?: string[];

  @ObjectMapField(
    () => CheckEntry,
    {
      test: (key) => /^[A-Za-z0-9._-]{1,20}$/.test(String(key)),
      message: 'must be a code of letters and digits such as H01',
    },
    {
      description: 'Checks by their code; null removes a check.',
      maxEntries: 500,
      nullableEntries: true,
      optional,
    },
  )
  checks?: Record<string, CheckEntry | null>;

  @ObjectMapField(
    () => AlarmStateEntry,
    { test: (key) => states.includes(String(key)), message: 'must be the code of a state such as GA' },
    {
      description: 'Only us-state-alarm-licenses: states to add or replace; null removes a state.',
      maxEntries: 100,
      nullableEntries: true,
      optional,
    },
  )
  alarmStates?: Record<string, AlarmStateEntry | null>;
}

export class RulesFile {
  @ObjectListField(() => RuleSetEntry, { description: 'Rule sets.', maxItems: 500 })
  ruleSets: RuleSetEntry[];
}
