import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue } from 'prom-client';
import type { Channel, Topic } from '../common/channel.js';

type Figures = MetricObjectWithValues<MetricValue<string>>[];
type Ask = { readonly ask: number };

const figuresWanted: Topic<Ask> = { name: 'figures wanted' };
const figures: Topic<Ask & { figures: Figures }> = { name: 'figures' };
const sumWanted: Topic<null> = { name: 'sum wanted' };
const sum: Topic<string> = { name: 'sum' };

/** In a worker: gives its own figures away, and asks the primary for the sum over all workers. */
export class ClusterMetrics {
  private waiting: ((text: string) => void)[] = [];

  constructor(
    private readonly channel: Channel,
    own: () => Promise<Figures>,
  ) {
    channel.listen(figuresWanted, async ({ ask }) => channel.send(figures, { ask, figures: await own() }));
    channel.listen(sum, (text) => {
      const waiting = this.waiting;
      this.waiting = [];
      for (const resolve of waiting) resolve(text);
    });
  }

  /** In Prometheus' text format. Those who ask while an answer is on its way share it. */
  read(): Promise<string> {
    const answer = new Promise<string>((resolve) => this.waiting.push(resolve));
    if (this.waiting.length === 1) void this.channel.send(sumWanted, null);
    return answer;
  }
}

/**
 * In the primary: sums the figures of the workers. One that does not answer in time is left out; one that has died
 * takes its counts along, which Prometheus takes for a restart of the service.
 */
export class MetricsAggregator {
  private readonly workers = new Set<Channel>();
  private readonly asked = new Map<number, { missing: Set<Channel>; got: Figures[]; done: () => void }>();
  private lastAsk = 0;

  /** @param patienceMs how long to wait for a worker that is busy. */
  constructor(private readonly patienceMs = 1_000) {}

  join(worker: Channel): void {
    this.workers.add(worker);
    worker.listen(sumWanted, async () => worker.send(sum, await this.read()));
    worker.listen(figures, ({ ask, figures }) => {
      this.asked.get(ask)?.got.push(figures);
      this.settle(ask, worker);
    });
  }

  leave(worker: Channel): void {
    this.workers.delete(worker);
    for (const ask of this.asked.keys()) this.settle(ask, worker);
  }

  private async read(): Promise<string> {
    this.lastAsk += 1;
    const ask = this.lastAsk;
    const got: Figures[] = [];
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.patienceMs);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      this.asked.set(ask, { missing: new Set(this.workers), got, done });
      for (const worker of this.workers) void worker.send(figuresWanted, { ask });
    });
    this.asked.delete(ask);
    return AggregatorRegistry.aggregate(got).metrics();
  }

  private settle(ask: number, worker: Channel): void {
    const asked = this.asked.get(ask);
    asked?.missing.delete(worker);
    if (asked?.missing.size === 0) asked.done();
  }
}
