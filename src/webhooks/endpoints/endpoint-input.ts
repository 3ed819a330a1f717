import { closestWord } from '../../common/edit-distance.js';
import { ValidationFailed, type FieldError } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { eventPatterns, eventTypes, isEventPattern, typesMatching } from '../../events/event-types.js';
import { checkOutgoingUrl, type OutgoingRules } from '../../outgoing/outgoing-url.js';
import type { Caller } from '../../teams/caller.js';
import { validate } from '../../validation/validate.js';
import { changeHeaders } from './custom-headers.js';
import { CreateWebhookEndpoint, UpdateWebhookEndpoint } from './endpoints.dto.js';

/** The settings of an endpoint. */
export interface EndpointSettings {
  url: string;
  events: string[];
  enabled: boolean;
  description: string | null;
  maxPerSecond: number | null;
  headers: Record<string, string>;
}

type Role = Caller['role'];

const maxUrlLength = 2048;

/** Which roles receive an event. */
const receivers = {
  provider: { roles: ['provider', 'hybrid'], name: 'providers' },
  reseller: { roles: ['reseller', 'hybrid'], name: 'resellers' },
  'offer audience': { roles: ['reseller', 'hybrid'], name: 'resellers' },
  team: { roles: ['provider', 'reseller', 'hybrid'], name: 'every team' },
} as const;

/** Validates the body of a new endpoint. @throws ValidationFailed with all errors */
export function parseNewEndpoint(role: Role, body: unknown, rules: OutgoingRules): EndpointSettings {
  const { value, errors } = validate(CreateWebhookEndpoint, body);
  const none = { url: '', events: [], enabled: true, description: null, maxPerSecond: null, headers: {} };
  return settingsOf(role, { current: none, given: value, errors, rules });
}

/** Applies a merge patch to the settings; only what changes is checked. @throws ValidationFailed with all errors */
export function patchEndpoint(
  role: Role,
  current: EndpointSettings,
  patch: unknown,
  rules: OutgoingRules,
): EndpointSettings {
  const { value, errors } = validate(UpdateWebhookEndpoint, patch);
  return settingsOf(role, { current, given: value, errors, rules });
}

interface Given {
  current: EndpointSettings;
  given: Partial<CreateWebhookEndpoint> | UpdateWebhookEndpoint;
  errors: FieldError[];
  rules: OutgoingRules;
}

function settingsOf(role: Role, { current, given, errors, rules }: Given): EndpointSettings {
  const { headers, ...others } = given;
  const isInvalid = (name: string) => errors.some(({ field }) => field.split(/[.[]/)[0] === name);
  const settings = { ...current, ...withoutUndefined(others) };
  const problems: FieldError[] = [];
  if (settings.url !== current.url && !isInvalid('url')) {
    const url = checkOutgoingUrl(settings.url, rules);
    if (typeof url === 'string') problems.push(fieldError(['url'], 'format', url));
    else if (url.href.length > maxUrlLength)
      problems.push(
        fieldError(
          ['url'],
          'size',
          `must be at most ${maxUrlLength} characters long when it is percent-encoded, not ${url.href.length}`,
        ),
      );
    else settings.url = url.href;
  }
  if (settings.events !== current.events && !isInvalid('events'))
    problems.push(...patternErrors(role, settings.events, current.events));
  if (headers !== undefined && !isInvalid('headers')) {
    const changed = changeHeaders(current.headers, headers);
    settings.headers = changed.headers;
    problems.push(...changed.errors);
  }
  const all = [...errors, ...problems];
  if (all.length > 0) throw new ValidationFailed(all);
  return settings;
}

/** Returns an error for each pattern that is unknown, or under which the team would receive nothing. */
const patternErrors = (role: Role, patterns: readonly string[], current: readonly string[]): FieldError[] =>
  patterns.flatMap((pattern, index) => {
    const problem = current.includes(pattern) ? undefined : patternProblem(role, pattern);
    return problem === undefined ? [] : [fieldError(['events', index], 'enum', problem)];
  });

/** Returns what is wrong with a pattern; undefined if nothing is. */
export function patternProblem(role: Role, pattern: string): string | undefined {
  if (!isEventPattern(pattern)) {
    const closest = closestWord(pattern, eventPatterns);
    const advice =
      closest === undefined ? 'use a type such as order.created, order.* or *' : `did you mean ${closest}?`;
    return `is not a known type of events; ${advice}`;
  }
  const matching = typesMatching([pattern]).map((type) => receivers[eventTypes[type].recipient]);
  const [first] = matching;
  const canReceive = matching.some(({ roles }) => (roles as readonly Role[]).includes(role));
  return canReceive || !first ? undefined : `is sent only to ${first.name}, and your team is a ${role}`;
}

const withoutUndefined = <T extends object>(object: T) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
