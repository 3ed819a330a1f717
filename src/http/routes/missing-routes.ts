/** Why paths that clients of other services know do not exist here, by a pattern of the path. */
export class MissingRoutes {
  constructor(private readonly reasons: readonly (readonly [pattern: RegExp, reason: string])[]) {}

  /** Returns the reason for the path of a URL without a route; undefined if there is nothing to say. */
  reasonFor(url: string): string | undefined {
    const path = url.split('?')[0] ?? '';
    return this.reasons.find(([pattern]) => pattern.test(path))?.[1];
  }
}
