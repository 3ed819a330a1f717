import { jsonOf, mayTryAgain, type TeamClient } from './client.js';

interface FeedPage {
  changes: { type: 'upsert' | 'remove'; id: string; offer?: { name: string } }[];
  next: string;
  more: boolean;
}

const maxPages = 2_000;

/** A reseller that keeps its copy of the catalog up to date with the change feed. */
export class FeedReader {
  /** Names of offers by ID. */
  private copy = new Map<string, string>();
  private since: string | undefined;
  /** How often the service has refused the position, so that the reader had to start again. */
  restarts = 0;

  constructor(private readonly client: TeamClient) {}

  /** Applies the changes that can be read now. @returns whether it has read all of them */
  async catchUp(): Promise<boolean> {
    for (let pages = 0; pages < maxPages; pages += 1) {
      const position = this.since === undefined ? '' : `&since=${this.since}`;
      const answer = await this.client.send('GET', `/reseller/catalog/changes?limit=100${position}`);
      if (mayTryAgain(answer)) return false;
      if (answer.status === 400 && jsonOf<{ code: string }>(answer).code === 'INVALID_CURSOR') {
        this.restart();
        continue;
      }
      if (answer.status !== 200) {
        this.client.log.addWrong(`GET changes: ${answer.status} ${answer.text.slice(0, 300)}`);
        return false;
      }
      const { changes, next, more } = jsonOf<FeedPage>(answer);
      for (const { id, offer } of changes)
        if (offer) this.copy.set(id, offer.name);
        else this.copy.delete(id);
      this.since = next;
      if (!more) return true;
    }
    return false;
  }

  /** Returns how the copy differs from the catalog that the reseller sees now. */
  async differences(): Promise<string[]> {
    const catalog = new Map<string, string>();
    for (let path: string | undefined = '/reseller/catalog?limit=100'; path !== undefined;) {
      const answer: Awaited<ReturnType<TeamClient['send']>> = await this.client.send('GET', path);
      if (answer.status !== 200) return [`GET catalog: ${answer.status}`];
      for (const { id, name } of jsonOf<{ id: string; name: string }[]>(answer)) catalog.set(id, name);
      path = answer.next;
    }
    const ids = new Set([...catalog.keys(), ...this.copy.keys()]);
    return [...ids]
      .filter((id) => catalog.get(id) !== this.copy.get(id))
      .map((id) => `${id} is ${quoted(catalog.get(id))}, but the feed says ${quoted(this.copy.get(id))}`);
  }

  private restart(): void {
    this.restarts += 1;
    this.copy.clear();
    this.since = undefined;
  }
}

const quoted = (name: string | undefined) => (name === undefined ? 'missing' : `"${name}"`);
