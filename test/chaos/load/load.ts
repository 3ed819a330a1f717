import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../support/until.js';
import type { Site } from '../site/site.js';
import { jsonOf, mayTryAgain, TeamClient } from './client.js';
import { FeedReader } from './feed-reader.js';
import { Ledger, type Audit, type StoredOffer } from './ledger.js';
import { TrafficLog } from './traffic-log.js';
import { Writer } from './writer.js';

const providers = 2;
const writersPerProvider = 3;
const paceMs = 10;
const feedPaceMs = 100;
const probePaceMs = 50;
/** No further probe is sent while so many wait for their answers. */
const maxProbes = 20;
const maxSteps = 100_000;
const feedDelayMs = 60_000;

const reads = ['/reseller/catalog?limit=20', '/reseller/catalog?search=w1&limit=10', '/team'];

interface Provider {
  client: TeamClient;
  ledger: Ledger;
}

let runs = 0;

/** Mixed load: teams that write, resellers that read the catalog and the change feed, and a monitor. */
export class Load {
  private isOver = false;
  private isPaused = false;
  private isSecondReaderAway = false;
  private busyWriters = 0;
  private probes = 0;
  private readonly running: Promise<void>[] = [];

  private constructor(
    readonly log: TrafficLog,
    private readonly providers: readonly Provider[],
    private readonly reader: TeamClient,
    /** Two readers of the change feed, of which the second can go away for a while. */
    private readonly feeds: readonly [FeedReader, FeedReader],
    private readonly monitor: { client: TeamClient; path: string },
    private readonly prefix: string,
  ) {}

  /** Creates the teams of a load. */
  static async create(site: Site): Promise<Load> {
    runs += 1;
    const log = new TrafficLog();
    const client = async (role: 'hybrid' | 'reseller') =>
      new TeamClient(site.url, (await site.createTeam(`Load ${runs}`, role)).key, log);
    const teams: Provider[] = [];
    for (let count = 0; count < providers; count += 1)
      teams.push({ client: await client('hybrid'), ledger: new Ledger() });
    const reader = await client('reseller');
    const monitor = await client('hybrid');
    const probed = await monitor.send('POST', '/provider/offers', { body: { name: 'Probe' } });
    const path = `/provider/offers/${jsonOf<StoredOffer>(probed).id}`;
    const feeds = [new FeedReader(reader), new FeedReader(reader)] as const;
    return new Load(log, teams, reader, feeds, { client: monitor, path }, `r${runs}-`);
  }

  start(): void {
    for (const [team, { client, ledger }] of this.providers.entries())
      for (let index = 0; index < writersPerProvider; index += 1) {
        const prefix = `${this.prefix}t${team}-w${index}-`;
        const writer = new Writer(client, ledger, prefix, () => this.isOver);
        this.repeat(paceMs, () => this.write(writer));
      }
    this.repeat(paceMs, (step) => this.read(reads[step % reads.length] ?? ''));
    for (const [index, feed] of this.feeds.entries())
      this.repeat(feedPaceMs, async () => {
        if (index === 0 || !this.isSecondReaderAway) await feed.catchUp();
      });
    // A monitor does not wait for one answer before it asks again.
    this.repeat(probePaceMs, async (step) => void this.probe(step));
  }

  /** Lets the writers finish what they are doing, and keeps them from beginning anything else until `resume`. */
  async pauseWriters(): Promise<void> {
    this.isPaused = true;
    await until(() => this.busyWriters === 0, 60_000);
  }

  resumeWriters(): void {
    this.isPaused = false;
  }

  /** Lets both readers of the change feed catch up; the second then reads no more until the load ends. */
  async sendReaderAway(): Promise<void> {
    this.isSecondReaderAway = true;
    await Promise.all(this.feeds.map((feed) => feed.catchUp()));
  }

  /** How often a reader of the change feed had to start again. */
  get feedRestarts(): number {
    return this.feeds.reduce((sum, { restarts }) => sum + restarts, 0);
  }

  /** @returns a function that makes the ledgers forget everything since */
  remember(): () => void {
    const undo = this.providers.map(({ ledger }) => ledger.remember());
    return () => undo.forEach((forget) => forget());
  }

  /** Ends the load when every request has ended. */
  async stop(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.running);
    await until(() => this.probes === 0);
  }

  get acknowledged(): number {
    return this.providers.reduce((sum, { ledger }) => sum + ledger.acknowledged, 0);
  }

  /** Compares what the service has stored with what it has confirmed. */
  async audit(): Promise<Audit> {
    const audits: Audit[] = [];
    for (const { client, ledger } of this.providers) {
      const offers = await pages<StoredOffer>(client, '/provider/offers?limit=100');
      audits.push(ledger.audit(offers, [...(await productNames(client)), ...(await bundleNames(client))]));
    }
    return {
      lost: audits.flatMap(({ lost }) => lost),
      duplicated: audits.flatMap(({ duplicated }) => duplicated),
    };
  }

  /** Waits until each reader's copy is the catalog, for up to a minute. @returns the differences */
  async feedDifferences(): Promise<string[]> {
    const deadline = Date.now() + feedDelayMs;
    const found: string[] = [];
    for (const feed of this.feeds) found.push(...(await differencesAt(feed, deadline)));
    return found;
  }

  private repeat(pauseMs: number, work: (step: number) => Promise<void>): void {
    const run = async () => {
      for (let step = 0; !this.isOver && step < maxSteps; step += 1) {
        await work(step);
        await sleep(pauseMs);
      }
    };
    this.running.push(run());
  }

  private async write(writer: Writer): Promise<void> {
    if (this.isPaused) return;
    this.busyWriters += 1;
    await writer.step();
    this.busyWriters -= 1;
  }

  private async read(path: string): Promise<void> {
    const answer = await this.reader.send('GET', path);
    if (mayTryAgain(answer)) await sleep(feedPaceMs);
    else if (answer.status !== 200)
      this.log.addWrong(`GET ${path}: ${answer.status} ${answer.text.slice(0, 300)}`);
  }

  /** Sends a read or a write once. */
  private async probe(step: number): Promise<void> {
    if (this.probes >= maxProbes) return;
    this.probes += 1;
    const { client, path } = this.monitor;
    const answer = await (step % 2 === 0
      ? client.send('GET', path)
      : client.send('PATCH', path, { body: { name: `Probe ${step}` } }));
    this.probes -= 1;
    if (answer.status !== 200 && !mayTryAgain(answer))
      this.log.addWrong(`Probe: ${answer.status} ${answer.text.slice(0, 300)}`);
  }
}

async function differencesAt(feed: FeedReader, deadline: number): Promise<string[]> {
  for (;;) {
    const isComplete = await feed.catchUp();
    const found = await feed.differences();
    if ((isComplete && found.length === 0) || Date.now() > deadline) return found;
    await sleep(feedPaceMs);
  }
}

/** Returns the items of all pages of a list. */
async function pages<T>(client: TeamClient, first: string): Promise<T[]> {
  const items: T[] = [];
  for (let path: string | undefined = first; path !== undefined;) {
    const answer = await read(client, path);
    items.push(...jsonOf<T[]>(answer));
    path = answer.next;
  }
  return items;
}

async function productNames(client: TeamClient): Promise<string[]> {
  const names: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const path: string = `/products?limit=100${cursor && `&cursor=${cursor}`}`;
    const page = jsonOf<{ items: { name: string }[]; pagination: { nextCursor: string | null } }>(
      await read(client, path),
    );
    names.push(...page.items.map(({ name }) => name));
    cursor = page.pagination.nextCursor;
  }
  return names;
}

async function bundleNames(client: TeamClient): Promise<string[]> {
  const names: string[] = [];
  for (let isLast = false; !isLast;) {
    const path = `/subscriptions/offerings?page[limit]=100&page[offset]=${names.length}`;
    const { data } = jsonOf<{ data: { attributes: { name: string } }[] }>(await read(client, path));
    names.push(...data.map(({ attributes }) => attributes.name));
    isLast = data.length === 0;
  }
  return names;
}

/** @throws unless the service answers with 200 within a minute */
async function read(client: TeamClient, path: string) {
  const deadline = Date.now() + feedDelayMs;
  const answer = await client.persist(
    () => Date.now() > deadline,
    () => client.send('GET', path),
  );
  if (answer?.status !== 200) throw new Error(`GET ${path}: ${answer?.status} ${answer?.text}`);
  return answer;
}
