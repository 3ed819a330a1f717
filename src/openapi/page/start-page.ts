import type { createExampleMemory } from './example-memory.js';
import type { DemoAccount } from './demo-keys.js';

/* docs.ts sends the source of these functions to the browser, so they must not refer to anything outside their body. */

type Json = Record<string, unknown>;
type Document = Json & {
  info: { description: string };
  paths: Record<string, Record<string, { parameters?: Json[] }>>;
};
interface Sent {
  url: string;
  method?: string;
  body?: unknown;
  loadSpec?: boolean;
}
interface SwaggerUi {
  preauthorizeApiKey(scheme: string, key: string): void;
  layoutActions: { show(path: string[], isShown: boolean): void };
}
interface PageElement {
  hidden: boolean;
  textContent: string | null;
  append(...children: PageElement[]): void;
  addEventListener(type: 'click', listener: () => void): void;
  setAttribute(name: string, value: string): void;
}
/** The part of a browser's globals that the page uses. */
interface Browser {
  document: {
    baseURI: string;
    getElementById(id: string): PageElement;
    createElement(tag: string): PageElement;
  };
  location: { hash: string };
  SwaggerUIBundle: ((options: object) => SwaggerUi) & { presets: { apis: unknown } };
}

/**
 * Returns a part of the document with all references replaced. Swagger UI's own resolver reads the whole document anew,
 * which takes seconds at the start and for every operation that is opened. All references are local; a recursive one
 * stays.
 */
export function resolveLocalReferences(document: unknown, path: readonly string[]): unknown {
  const at = (steps: readonly string[]) =>
    steps.reduce<unknown>((node, step) => (node as Json | undefined)?.[step], document);
  const resolve = (node: unknown, open: readonly string[]): unknown => {
    if (typeof node !== 'object' || node === null) return node;
    if (Array.isArray(node)) return node.map((each) => resolve(each, open));
    const { $ref: reference, ...rest } = node as Json;
    if (typeof reference !== 'string' || !reference.startsWith('#/'))
      return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, resolve(value, open)]));
    if (open.includes(reference)) return node;
    const steps = reference.slice(2).split('/');
    const target = at(steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')));
    const resolved = resolve(target, [...open, reference]) as Json;
    return { ...resolved, ...rest, $$ref: reference };
  };
  return resolve(at(path), []);
}

/** Swagger UI fills in the examples of optional parameters, such as all filters of a list. Moves them to the text. */
export function keepOptionalParametersEmpty(document: Document): void {
  for (const operations of Object.values(document.paths))
    for (const { parameters = [] } of Object.values(operations))
      for (const parameter of parameters) {
        if (parameter.required === true) continue;
        const schema = (parameter.schema ?? {}) as Json;
        const example = parameter.example ?? schema.example;
        delete parameter.example;
        delete parameter.examples;
        delete schema.example;
        if (example !== undefined)
          parameter.description = `${String(parameter.description ?? '')} Example: \`${String(example)}\``;
      }
}

/** Shows the document, and a button for each demo key. */
export async function startPage(
  browser: Browser,
  createMemory: typeof createExampleMemory,
  resolve: typeof resolveLocalReferences,
  keepEmpty: typeof keepOptionalParametersEmpty,
): Promise<void> {
  const { document: page, location, SwaggerUIBundle } = browser;
  const spec = (await (await fetch('openapi.json')).json()) as Document;
  const base = new URL('.', page.baseURI).pathname;
  /** Returns the path of the API in a URL, without the path of a reverse proxy. */
  const pathOf = (url: string) => {
    const { pathname } = new URL(url, page.baseURI);
    return pathname.startsWith(base) ? pathname.slice(base.length - 1) : pathname;
  };
  // Without PUBLIC_URL, the service does not know the URL under which it was called.
  spec.info.description = spec.info.description.replace(
    'http://localhost:3000',
    new URL('.', page.baseURI).href.slice(0, -1),
  );
  const memory = createMemory(spec);
  keepEmpty(spec);
  const methods = new Map<string, string>();
  const ui = SwaggerUIBundle({
    dom_id: '#swagger-ui',
    spec,
    presets: [SwaggerUIBundle.presets.apis],
    plugins: [
      () => ({
        fn: {
          resolveSubtree: (document: unknown, path: string[]) =>
            Promise.resolve({ spec: resolve(document, path), errors: [] }),
        },
      }),
    ],
    deepLinking: true,
    docExpansion: 'none',
    defaultModelsExpandDepth: -1,
    defaultModelExpandDepth: 3,
    displayRequestDuration: true,
    persistAuthorization: true,
    requestInterceptor: (request: Sent) => {
      if (request.loadSpec) return request;
      const body = typeof request.body === 'string' ? request.body : undefined;
      const filled = memory.fill(request.url, body);
      request.url = filled.url;
      if (body !== undefined) request.body = filled.body;
      methods.set(pathOf(request.url), request.method ?? 'GET');
      return request;
    },
    responseInterceptor: (response: { url: string; ok?: boolean; text?: string }) => {
      const path = pathOf(response.url);
      try {
        if (response.ok)
          memory.learn((methods.get(path) ?? 'GET').toUpperCase(), path, JSON.parse(response.text ?? ''));
      } catch {
        // The response is not JSON, so it contains no IDs.
      }
      return response;
    },
    onComplete: () => {
      if (location.hash.length < 3) ui.layoutActions.show(['operations-tag', 'Team'], true);
    },
  });

  const bar = page.getElementById('demo');
  const accounts = (await (await fetch('docs/demo-keys')).json()) as DemoAccount[];
  bar.hidden = accounts.length === 0;
  const buttons: PageElement[] = [];
  for (const { label, key } of accounts) {
    const button = page.createElement('button');
    buttons.push(button);
    button.textContent = label;
    button.setAttribute('aria-pressed', 'false');
    button.addEventListener('click', () => {
      ui.preauthorizeApiKey('teamKey', key);
      for (const each of buttons) each.setAttribute('aria-pressed', String(each === button));
    });
    bar.append(button);
  }
  // The examples refer to the team of the demo reseller.
  for (const { key } of accounts.filter(({ label }) => label === 'Reseller')) {
    const reply = await fetch('team', { headers: { 'x-api-key': key } });
    if (reply.ok) memory.learn('GET', '/team', await reply.json());
  }
}
