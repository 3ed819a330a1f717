import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { omit } from '../../src/common/omit.js';

type Json = Record<string, unknown>;
type Schemas = Record<string, Json>;

/** Generates values that match a schema of the OpenAPI document in most respects. Texts and arrays are short. */
function arbitraryOf(schema: Json, schemas: Schemas): Arbitrary<unknown> {
  if (typeof schema.$ref === 'string')
    return arbitraryOf(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, schemas);
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]));
  const union = (schema.oneOf ?? schema.anyOf) as Json[] | undefined;
  if (union) return fc.oneof(...union.map((each) => arbitraryOf(merged(schema, each, schemas), schemas)));
  if (Array.isArray(schema.allOf))
    return arbitraryOf(
      (schema.allOf as Json[]).reduce((all, each) => merged(all, each, schemas), schema),
      schemas,
    );
  const types = [schema.type ?? 'object'].flat() as string[];
  return fc.oneof(...types.map((type) => byType(type, schema, schemas)));
}

/** Merges a schema with one of its alternatives. */
function merged(schema: Json, part: Json, schemas: Schemas): Json {
  const base = omit(schema, ['oneOf', 'anyOf', 'allOf']) as Json;
  const resolved = typeof part.$ref === 'string' ? (schemas[part.$ref.split('/').at(-1) ?? ''] ?? {}) : part;
  const properties = {
    ...(base.properties as Json | undefined),
    ...(resolved.properties as Json | undefined),
  };
  const required = [...((base.required ?? []) as string[]), ...((resolved.required ?? []) as string[])];
  return { ...base, ...resolved, ...(Object.keys(properties).length ? { properties } : {}), required };
}

function byType(type: string, schema: Json, schemas: Schemas): Arbitrary<unknown> {
  if (type === 'null') return fc.constant(null);
  if (type === 'boolean') return fc.boolean();
  if (type === 'string') return text(schema);
  if (type === 'array')
    return fc.array(arbitraryOf(schema.items as Json, schemas), {
      minLength: Number(schema.minItems ?? 0),
      maxLength: Math.min(Number(schema.maxItems ?? 4), 4),
    });
  return type === 'object' ? object(schema, schemas) : number(type, schema);
}

function object(schema: Json, schemas: Schemas): Arbitrary<unknown> {
  const properties = Object.entries((schema.properties ?? {}) as Schemas);
  const named = fc.record(
    Object.fromEntries(properties.map(([name, each]) => [name, arbitraryOf(each, schemas)])),
    { requiredKeys: (schema.required ?? []) as string[] },
  );
  if (schema.additionalProperties !== true) return named;
  const extra = fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), {
    maxKeys: 3,
  });
  return fc.tuple(named, extra).map(([members, more]) => Object.assign(more, members));
}

function text(schema: Json): Arbitrary<string> {
  if (schema.format === 'date-time')
    return fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') })
      .map((date) => date.toISOString());
  if (schema.format === 'uuid') return fc.uuid();
  if (String(schema.pattern).includes('[Hh]'))
    return fc.oneof(
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.string({ unit: 'grapheme', maxLength: 20 }).map((path) => `https://isp.example/${path}`),
    );
  if (schema.pattern === '^[A-Z]{3}$') return fc.constantFrom('USD', 'JPY', 'KWD', 'EUR', 'SEK', 'XXX');
  if (String(schema.pattern).includes('\\d')) return fc.stringMatching(new RegExp(String(schema.pattern)));
  const maxLength = Math.min(Number(schema.maxLength ?? 40), 40);
  return fc.string({ unit: 'grapheme', minLength: Number(schema.minLength ?? 0), maxLength });
}

function number(type: string, schema: Json): Arbitrary<number> {
  const min = Number(schema.minimum ?? schema.exclusiveMinimum ?? 0);
  const max = Number(schema.maximum ?? Number.MAX_SAFE_INTEGER);
  const integer = fc.oneof(
    fc.integer({ min, max: Math.min(Math.floor(max), 2 ** 31) }),
    fc.constantFrom(min, max),
  );
  if (type === 'integer') return integer.map(Math.trunc);
  const cents = fc.integer({ min: 0, max: 999_999 }).map((amount) => amount / 100);
  const any = fc.double({ min, max, noNaN: true });
  return fc.oneof(
    { weight: 5, arbitrary: integer },
    { weight: 5, arbitrary: cents },
    { weight: 1, arbitrary: any },
  );
}

const nest = (levels: number): unknown => (levels === 0 ? 1 : { a: nest(levels - 1) });
const junk = fc.oneof(
  fc.constantFrom<unknown>(null, true, '', ' ', 0, -1, 0.001, 1e300, 2 ** 53, [], {}, [[]], 'null', nest(25)),
  fc.constantFrom<unknown>(
    '\0',
    '\uD800',
    'a\uDC00b',
    '\u202Eabc',
    '🚀'.repeat(300),
    'x'.repeat(70_000),
    '__proto__',
  ),
  fc.constantFrom<unknown>(
    JSON.parse('{"__proto__":{"a":1}}'),
    { toString: 1 },
    { length: 3 },
    JSON.parse('{"then":"x"}') as Json,
  ),
  fc.jsonValue({ maxDepth: 3 }),
);
const unusualKey = fc.constantFrom(
  '',
  '__proto__',
  'constructor',
  'a.b',
  'a[0]',
  'a/b~c',
  'Name',
  'id',
  '\0',
  '\uD800',
  'é',
);

interface Mutation {
  at: number;
  how: 'replace' | 'drop' | 'add' | 'rename';
  key: string;
  value: unknown;
}

const mutation: Arbitrary<Mutation> = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('replace', 'replace', 'drop', 'add', 'rename'),
  key: unusualKey,
  value: junk,
});

/**
 * Generates JSON texts of values that match a schema. Most are then damaged, some of them in their syntax.
 * @param makePlausible replaces values whose rules a schema cannot express, before the damage
 */
export function requestBody(
  schema: Json,
  schemas: Schemas,
  makePlausible: (value: unknown) => unknown,
): Arbitrary<string> {
  const mutations = fc.oneof(
    { weight: 2, arbitrary: fc.constant<Mutation[]>([]) },
    { weight: 3, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 3 }) },
  );
  const truncateAt = fc.oneof(
    { weight: 19, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.nat() },
  );
  return fc.tuple(arbitraryOf(schema, schemas), mutations, truncateAt).map(([value, changes, end]) => {
    const json = JSON.stringify(changes.reduce(mutate, makePlausible(value)));
    return end === null ? json : json.slice(0, end % (json.length + 1));
  });
}

/** Changes one member at any depth. */
function mutate(original: unknown, { at, how, key, value: shared }: Mutation): unknown {
  const [root, value] = structuredClone([original, shared]);
  const members = membersOf(root);
  const member = members[at % Math.max(members.length, 1)];
  if (!member) return how === 'replace' ? value : root;
  const [owner, name] = member;
  const old = owner[name];
  if (how === 'drop' || how === 'rename') delete owner[name];
  if (how === 'replace') owner[name] = value;
  if (how === 'add' || how === 'rename')
    Object.defineProperty(owner, key, {
      value: how === 'add' ? value : old,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return root;
}

/** Returns every member at any depth, with the object or array that contains it. */
function membersOf(value: unknown): [Json, string][] {
  if (typeof value !== 'object' || value === null) return [];
  const owner = value as Json;
  return Object.keys(owner).flatMap((key) => [[owner, key] as [Json, string], ...membersOf(owner[key])]);
}
