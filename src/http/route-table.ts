/** The routes that exist, to tell a wrong method (405) from an unknown path (404). */
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
    for (const each of [method].flat()) route.methods.add(each);
    this.routes.set(url, route);
  }

  /** The methods that the path takes; none for an unknown path. */
  methodsOf(path: string): string[] {
    const found = [...this.routes.values()].filter(({ pattern }) => pattern.test(path));
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].toSorted();
  }
}
