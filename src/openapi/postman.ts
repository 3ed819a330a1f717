import { createHash } from 'node:crypto';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Access } from '../http/endpoint-access.js';

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  description?: string;
  required?: boolean;
  example?: unknown;
  examples?: Record<string, { value?: unknown }>;
  schema?: { example?: unknown; default?: unknown; enum?: unknown[]; format?: string };
}

interface MediaType {
  example?: unknown;
  examples?: Record<string, { value?: unknown }>;
}

interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, MediaType> };
  'x-access'?: Access;
}

const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
const localUrl = 'http://localhost:3000';
/** The value of a path parameter without an example: an ID of the right form that does not exist. */
const anyId = '0190c3de-0000-7000-8000-000000000001';

/** The variable with the key for each access. Every team may call a `team` route; the provider's key is sent. */
const keysByAccess: Record<Access, string | null> = {
  public: null,
  admin: 'adminKey',
  team: 'providerKey',
  provider: 'providerKey',
  reseller: 'resellerKey',
};

const introduction = `

Set the variables of the collection: \`baseUrl\`, and the API keys \`providerKey\`, \`resellerKey\` and \`adminKey\`.
Each request is sent with the key that it needs. Optional parameters are switched off. Replace IDs in paths with your
own.`;

/**
 * Converts an OpenAPI document to a Postman collection (format 2.1): a folder for each tag, and a request with an example
 * body for each operation. The same document always results in the same collection.
 * @throws Error if an operation with a body has no example
 */
export function buildPostmanCollection(document: OpenAPIObject): object {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>)
      .filter(([, { operationId }]) => operationId !== undefined)
      .map(([method, operation]) => ({ path, method, operation })),
  );
  const tagOf = ({ operation }: (typeof operations)[number]) => operation.tags?.[0] ?? 'Other';
  const declared = (document.tags ?? []).map(({ name }) => name);
  const tags = [...new Set([...declared, ...operations.map(tagOf)])];
  const { title, version, description = '' } = document.info;
  const [server] = document.servers ?? [];
  return {
    info: {
      _postman_id: uuidOf(title),
      name: title,
      version,
      description: description + introduction,
      schema,
    },
    variable: [
      { key: 'baseUrl', value: server && URL.canParse(server.url) ? server.url : localUrl },
      ...['providerKey', 'resellerKey', 'adminKey'].map((key) => ({ key, value: '' })),
    ],
    item: tags
      .map((name) => ({
        name,
        description: document.tags?.find((tag) => tag.name === name)?.description,
        item: operations
          .filter((each) => tagOf(each) === name)
          .map(({ path, method, operation }) => toRequest(path, method, operation)),
      }))
      .filter(({ item }) => item.length > 0),
  };
}

function toRequest(path: string, method: string, operation: Operation): object {
  const { operationId, summary = operationId, description, parameters = [] } = operation;
  const within = (place: Parameter['in']) => parameters.filter((parameter) => parameter.in === place);
  const media = Object.entries(operation.requestBody?.content ?? {});
  // A body that can be sent in several formats has an example in at least one of them.
  const [type, content] = media.find(([, each]) => exampleOf(each) !== undefined) ?? media[0] ?? [];
  const segments = path.replace(/\{(\w+)\}/g, ':$1').slice(1);
  const query = within('query').map(toOptional);
  const sent = query.filter(({ disabled }) => !disabled).map(({ key, value }) => `${key}=${value}`);
  return {
    id: operationId,
    name: summary,
    request: {
      method: method.toUpperCase(),
      description,
      auth: toAuth(operation['x-access'] ?? 'public'),
      header: [...(type ? [{ key: 'Content-Type', value: type }] : []), ...within('header').map(toOptional)],
      url: {
        raw: `{{baseUrl}}/${segments}${sent.length > 0 ? `?${sent.join('&')}` : ''}`,
        host: ['{{baseUrl}}'],
        path: segments.split('/'),
        query,
        variable: within('path').map((parameter) => ({
          key: parameter.name,
          value: textOf(
            (path.endsWith(`{${parameter.name}}`) && idIn(content)) || exampleOf(parameter) || anyId,
          ),
          description: parameter.description,
        })),
      },
      body: type && content ? toBody(operationId, type, content) : undefined,
    },
    response: [],
  };
}

function toAuth(access: Access): object {
  const variable = keysByAccess[access];
  if (variable === null) return { type: 'noauth' };
  const members = { key: 'x-api-key', value: `{{${variable}}}`, in: 'header' };
  return {
    type: 'apikey',
    apikey: Object.entries(members).map(([key, value]) => ({ key, value, type: 'string' })),
  };
}

const toOptional = (parameter: Parameter) => ({
  key: parameter.name,
  value: textOf(exampleOf(parameter) ?? ''),
  description: parameter.description,
  disabled: !parameter.required,
});

function toBody(operationId: string, type: string, content: MediaType): object {
  const example = exampleOf(content);
  if (example === undefined) throw new Error(`The body of ${operationId} has no example`);
  if (type === 'application/x-www-form-urlencoded') {
    const fields = Object.entries(example as object);
    return { mode: 'urlencoded', urlencoded: fields.map(([key, value]) => ({ key, value: textOf(value) })) };
  }
  const language = /[/+]json$/.test(type) ? 'json' : 'text';
  return { mode: 'raw', raw: textOf(example, 2), options: { raw: { language } } };
}

/** Returns the ID of the resource in a JSON:API body, which must equal the ID at the end of the path. */
function idIn(content: MediaType | undefined): unknown {
  const example = content && exampleOf(content);
  return (example as { data?: { id?: unknown } } | undefined)?.data?.id;
}

function exampleOf({ example, examples = {}, schema: values }: Parameter | (MediaType & { schema?: never })) {
  return (
    example ??
    Object.values(examples)[0]?.value ??
    values?.example ??
    values?.default ??
    values?.enum?.find((each) => each !== null)
  );
}

/** Lists are separated by commas, as in query strings. */
function textOf(value: unknown, indent?: number): string {
  if (Array.isArray(value) && indent === undefined) return value.map((each) => textOf(each)).join(',');
  return typeof value === 'string' ? value : JSON.stringify(value, null, indent);
}

/** Returns a UUID that depends only on the name (version 5, RFC 9562 5.5). */
function uuidOf(name: string): string {
  const hex = createHash('sha1').update(name).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
