import type { TestTeam } from '../factories.js';
import type { Harness, Reply } from '../harness.js';

/** A search, in which `W` stands for the probed word. */
export type ProbeQuery = Record<string, string>;

/** What an answer shows, except the probed word and what differs between any two answers. */
export interface ProbeAnswer {
  query: ProbeQuery;
  status: number;
  headers: string[];
  counts: string[];
  body: string;
  /** The readable contents of the next page's cursor; undefined without a next page. */
  cursor: string[] | undefined;
}

/** Sends every query with the probed word in place of `W`. */
export async function probe(
  harness: Harness,
  reader: TestTeam,
  word: string,
  queries: readonly ProbeQuery[],
): Promise<ProbeAnswer[]> {
  const answers: ProbeAnswer[] = [];
  for (const query of queries) {
    const params = new URLSearchParams(query);
    params.set('search', (query.search ?? '').replace('W', word));
    const reply = await harness.call('GET', `/reseller/catalog?${params}`, undefined, reader);
    const anonymous = (text: string) => text.replaceAll(word, 'W');
    answers.push({
      query,
      status: reply.status,
      headers: Object.keys(reply.headers).toSorted(),
      counts: Object.entries(reply.headers)
        .filter(([name]) => name.includes('count'))
        .map((header) => header.join(': ')),
      body: anonymous(JSON.stringify(reply.body)),
      cursor: cursorOf(reply)?.map(anonymous),
    });
  }
  return answers;
}

const cursorOf = (reply: Reply) => {
  const path = /^<([^>]+)>/.exec(reply.headers.link ?? '')?.[1];
  const cursor = path && new URLSearchParams(path.slice(path.indexOf('?'))).get('cursor');
  return cursor ? readableParts(cursor) : undefined;
};

/** Decodes the parts of a cursor; leaves out those that are not text, such as signatures. */
export function readableParts(cursor: string): string[] {
  return cursor.split(/[.~:]/).flatMap((part) => {
    const decoded = Buffer.from(part, 'base64url').toString();
    return /[\ufffd\p{Cc}]/u.test(decoded) ? [] : [decoded];
  });
}
