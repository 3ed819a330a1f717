import type { Harness, Reply } from './harness.js';

/** Returns the path of the next page from the `Link` header; undefined on the last page. */
export const nextPagePath = (reply: Reply) => /^<([^>]+)>; rel="next"$/.exec(reply.headers.link ?? '')?.[1];

/** Reads all pages of a list, starting at a path. `afterPage` runs after each page. */
export async function readAllPages<T>(
  harness: Harness,
  path: string,
  key: string,
  afterPage: () => Promise<unknown> = async () => undefined,
): Promise<T[]> {
  const entries: T[] = [];
  for (let at: string | undefined = path; at !== undefined;) {
    const reply: Reply = await harness.call('GET', at, undefined, { key });
    if (reply.status !== 200) throw new Error(`${at}: ${reply.text}`);
    entries.push(...(reply.body as T[]));
    at = nextPagePath(reply);
    await afterPage();
  }
  return entries;
}
