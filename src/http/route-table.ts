/** All routes, to distinguish an unsupported method (405) from an unknown path (404). */
export class RouteTable {
  private readonly routes = new Map<string, { pattern: RegExp; methods: Set<string> }>();

  /** `url` is a Fastify pattern such as `/provider/offers/:id`. */
  add(method: string | string[], url: string): void {
    const source = url
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace(/:[^/]+/g, '[^/]+')
      .replaceAll('*', '.*');
    const route = this.routes.get(url) ?? {
      pattern: new RegExp(`^${source}$`),
      methods: new Set<string>(),
    };
    for (const name of [method].flat()) route.methods.add(name);
    this.routes.set(url, route);
  }

  /** The methods that the path supports, sorted; empty for an unknown path. */
  methodsOf(path: string): string[] {
    const matching = [...this.routes.values()].filter(({ pattern }) => pattern.test(path));
    return [...new Set(matching.flatMap(({ methods }) => [...methods]))].toSorted();
  }
}
