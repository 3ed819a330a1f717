/** All routes, used to distinguish an unsupported method (405) from an unknown path (404). */
export class RouteTable {
  private readonly routes = new Map<string, { pattern: RegExp; methods: Set<string> }>();

  /** @param url a Fastify pattern such as `/provider/offers/:id` */
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

  /** Returns the methods that the path supports, sorted; empty if the path is unknown. */
  methodsOf(path: string): string[] {
    const matching = [...this.routes.values()].filter(({ pattern }) => pattern.test(path));
    return [...new Set(matching.flatMap(({ methods }) => [...methods]))].toSorted();
  }
}
