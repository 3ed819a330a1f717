import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue } from 'prom-client';
import type { Channel, Topic } from '../common/channel.js';

type MetricValues = MetricObjectWithValues<MetricValue<string>>[];
type Collection = { readonly collectionId: number };

/** Sent to a worker to request its own metrics. */
const workerMetricsRequest: Topic<Collection> = { name: 'worker metrics request' };
const workerMetrics: Topic<Collection & { metrics: MetricValues }> = { name: 'worker metrics' };
/** Sent by a worker to request the aggregated metrics of all workers. */
const aggregateRequest: Topic<null> = { name: 'aggregate metrics request' };
const aggregate: Topic<string> = { name: 'aggregate metrics' };

/**
 * Runs in a worker. Sends its own metrics to the primary, and reads the aggregated metrics of all workers
 * from it.
 */
export class ClusterMetrics {
  private waiting: ((text: string) => void)[] = [];

  constructor(
    private readonly channel: Channel,
    ownMetrics: () => Promise<MetricValues>,
  ) {
    channel.listen(workerMetricsRequest, async ({ collectionId }) =>
      channel.send(workerMetrics, { collectionId, metrics: await ownMetrics() }),
    );
    channel.listen(aggregate, (text) => {
      const waiting = this.waiting;
      this.waiting = [];
      for (const resolve of waiting) resolve(text);
    });
  }

  /**
   * Returns the metrics of all workers in Prometheus text format. Concurrent calls share one request to the
   * primary.
   */
  read(): Promise<string> {
    const reply = new Promise<string>((resolve) => this.waiting.push(resolve));
    if (this.waiting.length === 1) void this.channel.send(aggregateRequest, null);
    return reply;
  }
}

/**
 * Runs in the primary. Adds up the metrics of all workers. A worker that does not reply in time is omitted.
 * When a worker exits, the counters drop by its share, which Prometheus treats as a counter reset.
 */
export class MetricsAggregator {
  private readonly workers = new Set<Channel>();
  private readonly collections = new Map<
    number,
    { missing: Set<Channel>; received: MetricValues[]; finish: () => void }
  >();
  private lastCollectionId = 0;

  /** @param timeoutMs how long to wait for the workers' metrics */
  constructor(private readonly timeoutMs = 1_000) {}

  join(worker: Channel): void {
    this.workers.add(worker);
    worker.listen(aggregateRequest, async () => worker.send(aggregate, await this.collect()));
    worker.listen(workerMetrics, ({ collectionId, metrics }) => {
      this.collections.get(collectionId)?.received.push(metrics);
      this.markDone(collectionId, worker);
    });
  }

  leave(worker: Channel): void {
    this.workers.delete(worker);
    for (const collectionId of this.collections.keys()) this.markDone(collectionId, worker);
  }

  private async collect(): Promise<string> {
    this.lastCollectionId += 1;
    const collectionId = this.lastCollectionId;
    const received: MetricValues[] = [];
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.timeoutMs);
      const finish = () => {
        clearTimeout(timer);
        resolve();
      };
      this.collections.set(collectionId, { missing: new Set(this.workers), received, finish });
      for (const worker of this.workers) void worker.send(workerMetricsRequest, { collectionId });
    });
    this.collections.delete(collectionId);
    return AggregatorRegistry.aggregate(received).metrics();
  }

  private markDone(collectionId: number, worker: Channel): void {
    const collection = this.collections.get(collectionId);
    collection?.missing.delete(worker);
    if (collection?.missing.size === 0) collection.finish();
  }
}
