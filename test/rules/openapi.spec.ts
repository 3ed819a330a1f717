import { problemCodes } from '../../src/common/problem-types.js';
import { start } from '../support/harness.js';
import { OpenApiCheck, type Operation } from '../support/openapi-check.js';

type Json = Record<string, unknown>;

const openapi = new OpenApiCheck();
const { document } = openapi;
const operations = openapi
  .operations()
  .map((each) => [`${each.method.toUpperCase()} ${each.path}`, each] as const);

/** Yields every object in the document with its pointer. */
function* nodes(node: unknown, pointer = '#'): Generator<[string, Json]> {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) yield [pointer, node as Json];
  for (const [key, value] of Object.entries(node))
    yield* nodes(value, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}

/** Returns all schemas in a node and in the schemas to which it refers. */
function schemasIn(node: unknown, seen = new Set<string>()): Json[] {
  return [...nodes(node)].flatMap(([at, each]) => {
    if (/\/examples?(\/|$)/.test(at)) return [];
    const name = typeof each.$ref === 'string' ? (each.$ref.split('/').at(-1) ?? '') : '';
    if (!name || seen.has(name)) return [each];
    return schemasIn((document.components as { schemas: Json }).schemas[name], seen.add(name));
  });
}

const step = (text: string) => text.replaceAll('~', '~0').replaceAll('/', '~1');

/** Returns a pointer to the schema, and the examples, of every request and response body of the operation. */
function contents({
  path,
  method,
  operation,
}: Operation): { schema: string; media: string; examples: unknown[] }[] {
  const at = `#/paths/${step(path)}/${method}`;
  const parts: [string, Json][] = [
    [`${at}/requestBody`, (operation.requestBody ?? {}) as Json],
    ...Object.entries(operation.responses).map(([status, part]): [string, Json] => [
      typeof part.$ref === 'string' ? part.$ref : `${at}/responses/${status}`,
      openapi.resolve(part),
    ]),
  ];
  return parts.flatMap(([pointer, { content }]) =>
    Object.entries((content ?? {}) as Record<string, Json>).map(([media, { example, examples }]) => ({
      schema: `${pointer}/content/${step(media)}/schema`,
      media,
      examples: [
        ...(example === undefined ? [] : [example]),
        ...Object.values((examples ?? {}) as Record<string, Json>).map(({ value }) => value),
      ],
    })),
  );
}

describe('the committed document', () => {
  // Tests compare responses with the committed document.
  it('is the one that the service serves', async () => {
    const harness = await start();
    try {
      expect(await (await fetch(`${harness.url}/openapi.json`)).json()).toEqual(document);
    } finally {
      await harness.stop();
    }
  });

  it('is OpenAPI 3.1', () => {
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Offerdock', license: { name: 'MIT' } },
    });
    expect((document.components as Json).securitySchemes).toMatchObject({
      teamKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      adminKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      bearer: { type: 'http', scheme: 'bearer' },
    });
    expect(operations.length).toBeGreaterThan(15);
  });

  it('has no dangling references and no keywords of OpenAPI 3.0', () => {
    const pointers = new Set([...nodes(document)].map(([pointer]) => pointer));
    const all = [...nodes(document)];
    expect(all.filter(([, { $ref }]) => typeof $ref === 'string' && !pointers.has($ref))).toEqual([]);
    const outdated = all.filter(
      ([at, node]) => !/example/.test(at) && ('nullable' in node || node.exclusiveMinimum === true),
    );
    expect(outdated.map(([at]) => at)).toEqual([]);
  });

  it('has schemas that compile', () => {
    for (const name of Object.keys((document.components as Json).schemas as Json))
      expect(() => openapi.accepts(`#/components/schemas/${name}`, null)).not.toThrow();
  });

  it('describes the data of every category in one union', () => {
    const { schemas } = document.components as { schemas: Record<string, { oneOf?: Json[] }> };
    for (const name of ['CreateOffer', 'Offer', 'CatalogOffer'])
      expect(schemas[name]?.oneOf).toContainEqual({ $ref: '#/components/schemas/InternetCategory' });
  });

  // openapi-fetch drops a member whose only value is null from the types that it derives.
  it('has no member that can only be null', () => {
    const { schemas } = document.components as {
      schemas: Record<string, { properties?: Record<string, Json> }>;
    };
    const onlyNull = Object.entries(schemas).flatMap(([name, { properties = {} }]) =>
      Object.entries(properties)
        .filter(
          ([, { type, enum: values, ...rest }]) =>
            type === 'null' || rest.const === null || String(values) === '',
        )
        .map(([member]) => `${name}.${member}`),
    );
    expect(onlyNull).toEqual([]);
  });

  it('tells the categories apart by a literal in every variant of the union', () => {
    const { schemas } = document.components as {
      schemas: Record<string, { oneOf?: { $ref: string }[]; properties?: Record<string, Json> }>;
    };
    const names = schemas.Offer?.oneOf?.map(({ $ref }) => $ref.split('/').at(-1) ?? '') ?? [];
    const literals = names
      .map((name) => schemas[name]?.properties?.category)
      .flatMap((category) => category?.enum ?? category?.const);
    expect(literals.toSorted()).toEqual(
      ['energy', 'insurance', 'internet', 'other', 'security', 'television', null].toSorted(),
    );
  });

  // A generated client that sends the defaults would reset what its caller did not mention.
  it('has no defaults in the bodies of updates', () => {
    const updates = operations.filter(
      ([, { method, operation }]) => method === 'patch' || operation.operationId?.startsWith('update'),
    );
    expect(updates.length).toBeGreaterThan(10);
    const withDefault = updates.flatMap(([name, { operation }]) =>
      schemasIn(operation.requestBody)
        .filter((schema) => schema.default !== undefined)
        .map((schema) => [name, schema]),
    );
    expect(withDefault).toEqual([]);
  });

  it('lists the codes of problems and does not claim that keys are JWTs', () => {
    const { schemas, securitySchemes } = document.components as {
      schemas: Record<string, { properties: Record<string, Json> }>;
      securitySchemes: Record<string, Json>;
    };
    expect(schemas.Problem?.properties.code?.enum).toEqual(problemCodes);
    expect(securitySchemes.bearer).not.toHaveProperty('bearerFormat');
  });

  it('names the schema of a line for every answer in JSON Lines', () => {
    const media = operations.flatMap(([, { operation }]) =>
      Object.values(operation.responses).flatMap(
        ({ content }) => (content as Record<string, Json> | undefined)?.['application/x-ndjson'] ?? [],
      ),
    );
    const schemasOf = (each: unknown) => {
      const schema = (each as Json)['x-itemSchema'] as { $ref?: string; anyOf?: Json[] } | undefined;
      return schema?.anyOf?.map(({ $ref }) => $ref) ?? schema?.$ref;
    };
    expect(media.map(schemasOf)).toEqual([
      ['#/components/schemas/BulkResult', '#/components/schemas/BulkSummaryLine'],
      '#/components/schemas/Offer',
      '#/components/schemas/BulkResult',
      '#/components/schemas/BulkResult',
    ]);
  });

  it('has valid examples for its members', () => {
    const { schemas } = document.components as {
      schemas: Record<string, { properties?: Record<string, Json> }>;
    };
    const wrong = Object.entries(schemas).flatMap(([name, { properties = {} }]) =>
      Object.entries(properties)
        .filter(([, { example }]) => example !== undefined)
        .filter(
          ([member, { example }]) =>
            !openapi.accepts(`#/components/schemas/${name}/properties/${step(member)}`, example),
        )
        .map(([member]) => `${name}.${member}`),
    );
    expect(wrong).toEqual([]);
  });

  it('gives every operation a unique ID', () => {
    const ids = operations.map(([, { operation }]) => operation.operationId);
    expect(new Set(ids).size).toBe(operations.length);
    expect(ids.filter((id) => !/^[a-z][A-Za-z0-9]+$/.test(String(id)))).toEqual([]);
  });
});

describe('the document as documentation', () => {
  it('describes every tag, in an order that every operation follows', () => {
    const tags = document.tags as { name: string; description: string }[];
    expect(tags.length).toBeGreaterThan(10);
    for (const { description } of tags) expect(description).toMatch(/^.{20,}\.$/);
    const used = [...new Set(operations.map(([, { operation }]) => (operation.tags as string[])[0]))];
    expect(used).toEqual(tags.map(({ name }) => name));
  });

  it('names the members of every union', () => {
    const unions = [...nodes(document)].filter(([, node]) => Array.isArray(node.oneOf));
    const members = unions.flatMap(([at, { oneOf }]) => (oneOf as Json[]).map((each) => [at, each] as const));
    const { schemas } = document.components as { schemas: Record<string, Json> };
    const union = (schemas.Offer?.oneOf ?? []) as { $ref: string }[];
    const names = union.map(({ $ref }) => schemas[$ref.split('/').at(-1) ?? '']?.title);
    expect(new Set(names).size).toBe(6);
    expect(names).toContain('Internet offer');
    const anonymous = members.filter(
      ([, { $ref, title, items, type }]) => !$ref && !title && !items && typeof type !== 'string',
    );
    expect(anonymous.map(([at]) => at)).toEqual([]);
  });

  it('has every error response once', () => {
    const inline = operations.flatMap(([name, { operation }]) =>
      Object.entries(operation.responses)
        .filter(([status, { $ref }]) => Number(status) >= 400 && $ref === undefined)
        .map(([status]) => `${name} ${status}`),
    );
    expect(inline).toEqual([]);
    const texts = Object.values((document.components as { responses: Json }).responses).map((each) =>
      JSON.stringify(each),
    );
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('names the role that a caller lacks', () => {
    const detailOf = (path: string) => {
      const operation = operations.find(([name]) => name === path)?.[1].operation;
      const { content } = openapi.resolve(operation?.responses['403'] ?? {}) as {
        content: Record<string, { examples: { FORBIDDEN: { value: { detail: string } } } }>;
      };
      return content['application/problem+json']?.examples.FORBIDDEN.value.detail;
    };
    expect(detailOf('GET /provider/offers')).toBe('Provider role required');
    expect(detailOf('GET /reseller/catalog')).toBe('Reseller role required');
    expect(detailOf('GET /admin/teams')).toBe('The admin key is required');
    expect(detailOf('GET /team')).toBe('The team is suspended');
  });
});

/** What the description of an operation says about its access. */
const keys: Record<string, RegExp> = {
  public: /^\*\*Needs no key\.\*\*/,
  admin: /^\*\*Requires the admin key\.\*\*/,
  team: /^\*\*Requires the API key of a team\*\*/,
  provider: /^\*\*Requires the API key of a provider\*\*/,
  reseller: /^\*\*Requires the API key of a reseller\*\*/,
};

/** Returns the media type of errors, which is that of JSON:API under /subscriptions, and of OAuth under /oauth. */
const errorMediaType = (path: string) =>
  /^\/(subscriptions|oauth)\//.test(path) ? 'application/json' : 'application/problem+json';

describe.each(operations)('%s', (_, each) => {
  const { path, operation } = each;

  it('has a summary, a tag and its parameters', () => {
    expect(operation.summary).toEqual(expect.stringMatching(/\S{2}/));
    expect(operation.tags).toHaveLength(1);
    const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    expect(inPath.map(({ name }) => `{${String(name)}}`)).toEqual(path.match(/\{[^}]+\}/g) ?? []);
    for (const { schema, description } of operation.parameters ?? [])
      expect([schema, description]).toEqual([expect.anything(), expect.stringMatching(/\S{2}/)]);
  });

  it('has a description that begins with the required key', () => {
    const description = String(operation.description);
    expect(description).toMatch(keys[String(operation['x-access'])] ?? /never/);
    expect(description.split('\n\n')[1]).toMatch(/\S{2}/);
  });

  it('describes every response', () => {
    for (const [status, declared] of Object.entries(operation.responses)) {
      const response = openapi.resolve(declared);
      expect(response.description).toEqual(expect.stringMatching(/\S/));
      if (['204', '304'].includes(status)) expect(response.content).toBeUndefined();
      else
        for (const media of Object.values(response.content as Record<string, Json>))
          expect(media.schema).toBeDefined();
      if (Number(status) >= 400)
        expect(Object.keys(response.content as Json)).toEqual([errorMediaType(path)]);
    }
    expect(Object.keys(operation.responses).some((status) => status.startsWith('2'))).toBe(true);
  });

  it('has a valid example for every body', () => {
    for (const { schema, media, examples } of contents(each)) {
      expect([schema, examples.length]).not.toEqual([schema, 0]);
      if (/json/.test(media)) for (const example of examples) openapi.validate(schema, example, schema);
    }
  });
});
