import type { Harness, Reply } from './harness.js';

/** The path of the page after this one. */
export const nextOf = (reply: Reply) => /^<([^>]+)>; rel="next"$/.exec(reply.headers.link ?? '')?.[1];

/** The entries of all pages from the path on; `between` runs after each page. */
export async function walk<T>(
  harness: Harness,
  path: string,
  key: string,
  between: () => Promise<unknown> = async () => undefined,
): Promise<T[]> {
  const entries: T[] = [];
  for (let at: string | undefined = path; at !== undefined;) {
    const reply: Reply = await harness.call('GET', at, undefined, { key });
    if (reply.status !== 200) throw new Error(`${at}: ${reply.text}`);
    entries.push(...(reply.body as T[]));
    at = nextOf(reply);
    await between();
  }
  return entries;
}
