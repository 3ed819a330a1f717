type Json = Record<string, unknown>;

/** Replaces the example IDs in requests with the IDs of objects that earlier responses contained. */
export interface ExampleMemory {
  /** Returns the URL and the body to send. */
  fill(url: string, body?: string): { url: string; body?: string };
  /** Remembers the IDs in the body of a successful response. */
  learn(method: string, url: string, body: unknown): void;
}

/**
 * Creates a memory for an OpenAPI document, whose path parameters have an example ID for each collection. It runs in the
 * browser as well, so it must not use anything from outside.
 */
export function createExampleMemory(document: { paths: Record<string, Json> }): ExampleMemory {
  /** The collections: their path, the parameter after it, its example, and known IDs, newest first. */
  const collections = new Map<string, { parameter: string; example: string; ids: string[] }>();
  const patterns: [RegExp, string][] = [];
  for (const template of Object.keys(document.paths)) {
    patterns.push([new RegExp(`^${template.replace(/\{[^}]+\}/g, '([^/]+)')}$`), template]);
    for (const operation of Object.values(document.paths[template] ?? {}) as { parameters?: Json[] }[])
      for (const { in: place, name, example } of operation.parameters ?? []) {
        const path = template.slice(0, template.indexOf(`/{${String(name)}}`));
        if (place === 'path' && !collections.has(path))
          collections.set(path, { parameter: String(name), example: String(example), ids: [] });
      }
  }
  // A literal path takes precedence over one with a parameter.
  patterns.sort(([, a], [, b]) => a.split('{').length - b.split('{').length);
  const resellers = '/provider/partners/preferred';
  const providers = '/providers';
  const lastIdIn = (url: string) => url.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g)?.at(-1);
  const inBodyIfInPath = '0190c3de-0000-7000-8000-000000000001';

  const withKnownIds = (text: string) => {
    let filled = text;
    for (const { example, ids } of collections.values())
      if (ids[0] !== undefined) filled = filled.replaceAll(example, ids[0]);
    return filled;
  };

  const entriesOf = (body: Json | Json[]): Json[] => {
    const entries = Array.isArray(body) ? body : (body.items ?? body.data ?? body);
    return (Array.isArray(entries) ? entries : [entries]) as Json[];
  };

  return {
    fill(url, body) {
      const filled = withKnownIds(url);
      const id = lastIdIn(filled);
      return {
        url: filled,
        body:
          body === undefined || id === undefined
            ? body && withKnownIds(body)
            : withKnownIds(body).replaceAll(inBodyIfInPath, id),
      };
    },
    learn(method, url, body) {
      const path = url.replace(/^https?:\/\/[^/]+/, '').split('?')[0] ?? '';
      const template = patterns.find(([pattern]) => pattern.test(path))?.[1];
      if (template === undefined) return;
      if (template === '/team') {
        const { id, role } = body as Json;
        if (role !== 'provider') collections.get(resellers)?.ids.unshift(String(id));
        if (role !== 'reseller') collections.get(providers)?.ids.unshift(String(id));
      }
      const found = [...collections]
        .toSorted(([a], [b]) => b.length - a.length)
        .find(([collection]) => template.startsWith(collection));
      if (!found) return;
      const { parameter, ids } = found[1];
      // A delivery, for example, has the `endpointId` of the path that it was read from.
      const owner = `${(found[0].split('/').at(-1) ?? '').replace(/s$/, '')}Id`;
      const isPartOf = (entry: Json) =>
        entry[owner] !== undefined && url.includes(`/${String(entry[owner])}/`);
      if (method === 'DELETE') {
        const id = path.slice(path.lastIndexOf('/') + 1);
        if (ids.includes(id)) ids.splice(ids.indexOf(id), 1);
      } else if (typeof body === 'object' && body !== null) {
        // An order has an ID of its own besides its items.
        const isEntry = typeof (body as Json)[parameter] === 'string';
        const entries = isEntry ? [body as Json] : entriesOf(body as Json);
        const read = entries.filter((entry) => !isPartOf(entry)).map((entry) => entry[parameter] ?? entry.id);
        const learned = read.filter((id) => typeof id === 'string');
        const ordered = method === 'GET' ? [...ids, ...learned] : [...learned, ...ids];
        ids.splice(0, ids.length, ...new Set(ordered));
        // The items of an order are known from the order.
        for (const [nested, { parameter: member, ids: inner }] of collections) {
          const name = nested.startsWith(`${found[0]}/{${parameter}}/`)
            ? nested.split('/').at(-1)
            : undefined;
          const lists = name === undefined ? [] : entries.map((entry) => entry[name]);
          const nestedIds = lists
            .filter(Array.isArray)
            .flat()
            .map((entry: Json) => entry[member]);
          const newest = [...nestedIds.filter((id) => typeof id === 'string'), ...inner];
          inner.splice(0, inner.length, ...new Set(newest));
        }
      }
    },
  };
}
