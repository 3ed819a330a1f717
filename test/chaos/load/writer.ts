import { setTimeout as sleep } from 'node:timers/promises';
import { planAttributes } from '../../support/subscriptions.js';
import { jsonOf, mayTryAgain, type Answer, type TeamClient } from './client.js';
import type { KnownOffer, Ledger, StoredOffer } from './ledger.js';

const linesPerUpload = 10;
const maxUploads = 200;
const keptOffers = 30;
const kinds = 10;
const uploadPauseMs = 200;

/** One line of the result of an upload. */
interface ResultLine {
  line?: number;
  result?: string;
  id: string;
  version: number;
  problem?: { code: string };
}

/** Writes as one of a team's systems does: whatever the service does not confirm is sent again. */
export class Writer {
  private count = 0;
  private steps = 0;

  /** @param prefix of the SKUs and names, which no other writer has */
  constructor(
    private readonly client: TeamClient,
    private readonly ledger: Ledger,
    private readonly prefix: string,
    private readonly isOver: () => boolean,
  ) {}

  /** Sends the next write, and repeats it until it is confirmed. */
  async step(): Promise<void> {
    const offers = this.ledger.certain(this.prefix);
    const newest = offers.at(-1);
    const [oldest] = offers;
    const kind = this.steps % kinds;
    this.steps += 1;
    if (kind === 1 && newest) await this.rename(newest, true);
    else if (kind === 2) await this.upload(offers.slice(-linesPerUpload / 2));
    else if (kind === 3) await this.createUnkeyed('/products', (name) => ({ name }));
    else if (kind === 4 && newest) await this.readBack(newest);
    else if (kind === 5 && oldest && offers.length > keptOffers) await this.delete(oldest);
    else if (kind === 6 && newest) await this.rename(newest, false);
    else if (kind === 7) await this.createUnkeyed('/subscriptions/offerings/build', bundle);
    else if (kind === 8) await this.createUnlisted();
    else if (kind === 9) await this.createKey();
    else await this.create();
  }

  private next(): string {
    this.count += 1;
    return `${this.prefix}${this.count}`;
  }

  private persist(send: () => Promise<Answer>) {
    return this.client.persist(this.isOver, send);
  }

  private async create(): Promise<void> {
    const sku = this.next();
    const offer = this.ledger.plan(sku, sku);
    const body = { sku, externalId: sku, name: sku, status: 'active', serviceArea: { states: ['CA'] } };
    const answer = await this.persist(() => this.client.send('POST', '/provider/offers', { body }));
    if (answer?.status === 201) this.ledger.confirm(offer, sku, jsonOf(answer));
    else if (answer?.status === 409 && answer.isRepeated) await this.find(offer, sku);
    else if (answer) this.complain('POST an offer', answer);
  }

  /** Finds out whether an earlier attempt, which was not confirmed, had stored the name. */
  private async find(offer: KnownOffer, name: string): Promise<void> {
    const path = `/provider/offers?sku=${offer.sku}`;
    const answer = await this.persist(() => this.client.send('GET', path));
    if (!answer) return;
    const [found] = answer.status === 200 ? jsonOf<StoredOffer[]>(answer) : [];
    if (found?.name === name) this.ledger.confirm(offer, name, found);
    else this.complain(`GET the offer that was to be "${name}"`, answer);
  }

  private async rename(offer: KnownOffer, conditionally: boolean): Promise<void> {
    const name = this.next();
    this.ledger.plan(offer.sku, name);
    const headers: Record<string, string> = conditionally ? { 'if-match': `"v${offer.version}"` } : {};
    const path = `/provider/offers/${offer.id}`;
    const answer = await this.persist(() => this.client.send('PATCH', path, { body: { name }, headers }));
    if (answer?.status === 200) this.ledger.confirm(offer, name, jsonOf(answer));
    else if (answer?.status === 412 && answer.isRepeated) await this.find(offer, name);
    else if (answer) this.complain('PATCH an offer', answer);
  }

  private async readBack(offer: KnownOffer): Promise<void> {
    const answer = await this.persist(() => this.client.send('GET', `/provider/offers/${offer.id}`));
    if (answer && (answer.status !== 200 || jsonOf<StoredOffer>(answer).name !== offer.name))
      this.complain(`GET an offer that is "${offer.name}"`, answer);
  }

  private async delete(offer: KnownOffer): Promise<void> {
    offer.isDeleted = 'perhaps';
    const path = `/provider/offers/${offer.id}`;
    const answer = await this.persist(() => this.client.send('DELETE', path));
    if (answer?.status === 200 || (answer?.status === 404 && answer.isRepeated))
      this.ledger.confirmDeleted(offer);
    else if (answer) this.complain('DELETE an offer', answer);
  }

  /** Uploads new offers and new names of the given ones. Lines that are not confirmed are sent again. */
  private async upload(changed: readonly KnownOffer[]): Promise<void> {
    const skus = [
      ...changed.map(({ sku }) => sku),
      ...Array.from({ length: linesPerUpload - changed.length }, () => this.next()),
    ];
    let left = skus.map((sku) => {
      const name = `${sku} ${this.next()}`;
      return { offer: this.ledger.plan(sku, name), line: { sku, externalId: sku, name, status: 'active' } };
    });
    for (let attempts = 0; left.length > 0 && attempts < maxUploads; attempts += 1) {
      if (attempts > 0) await sleep(uploadPauseMs);
      const body = left.map(({ line }) => JSON.stringify(line)).join('\n');
      const headers = { 'content-type': 'application/x-ndjson' };
      const answer = await this.client.send('POST', '/provider/offers/bulk', { body, headers });
      if (!mayTryAgain(answer) && answer.status !== 200) return this.complain('POST an upload', answer);
      const stored = new Map(
        (answer.status === 200 ? resultLines(answer) : [])
          .filter((each) => each.result !== 'failed' && each.line !== undefined)
          .map((each) => [left[(each.line ?? 0) - 1], each]),
      );
      for (const [row, result] of stored) if (row) this.ledger.confirm(row.offer, row.line.name, result);
      left = left.filter((row) => !stored.has(row));
      const failure = answer.status === 200 && resultLines(answer).find(isFinal);
      if (failure) return this.complain('POST an upload', answer);
      if (this.isOver()) return undefined;
    }
  }

  /** Sends a write once, because nothing would tell the service that it is the same one. */
  private async createUnkeyed(path: string, bodyOf: (name: string) => object): Promise<void> {
    const name = this.next();
    this.ledger.planUnkeyed(name);
    const answer = await this.client.send('POST', path, { body: bodyOf(name) });
    if (answer.status === 201) this.ledger.confirmUnkeyed(name);
    else if (!mayTryAgain(answer)) this.complain(`POST ${path}`, answer);
  }

  /** Sends a write once of which only the answer is checked. */
  private async createUnlisted(): Promise<void> {
    const name = this.next();
    const [path, body] = unlisted(name)[this.count % 3] ?? ['', {}];
    const answer = await this.client.send('POST', path, { body });
    if (answer.status !== 201 && !mayTryAgain(answer)) this.complain(`POST ${path}`, answer);
  }

  /** Creates an API key and revokes it, which all processes have to notice. */
  private async createKey(): Promise<void> {
    const created = await this.client.send('POST', '/team/api-keys', { body: { name: this.next() } });
    if (mayTryAgain(created)) return;
    if (created.status !== 201) return this.complain('POST an API key', created);
    const path = `/team/api-keys/${jsonOf<{ id: string }>(created).id}`;
    const revoked = await this.persist(() => this.client.send('DELETE', path));
    if (revoked && revoked.status !== 200) this.complain('DELETE an API key', revoked);
  }

  private complain(what: string, { status, text }: Answer): void {
    this.client.log.addWrong(`${what}: ${status} ${text.slice(0, 300)}`);
  }
}

const resultLines = (answer: Answer): ResultLine[] =>
  answer.text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as ResultLine);

const isFinal = ({ problem }: ResultLine) => problem !== undefined && problem.code !== 'UNAVAILABLE';

const unlisted = (name: string): [path: string, body: object][] => [
  ['/product-catalogs', { name, customerType: 'CONSUMER' }],
  ['/discounts', { description: 'Less', tag: name, kind: 'PERCENT', percent: 25 }],
  ['/subscriptions/plans', { data: { type: 'subscription_plan', attributes: { ...planAttributes, name } } }],
];

/** An offering with a product and a plan of its own: several rows in one transaction. */
const bundle = (name: string) => ({
  data: { name, products: [{ name, price: { EUR: { amount: 1000 } } }], plans: [planAttributes] },
});
