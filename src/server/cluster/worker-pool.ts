import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Channel } from '../../common/channel.js';
import type { Config } from '../../config/config.js';
import { MetricsAggregator } from '../../health/cluster-metrics.js';
import { UsageRelay } from '../../rate-limits/usage-relay.js';
import { ipcChannel } from './ipc-channel.js';
import {
  workerFailed,
  workerListening,
  startWorker,
  workerStarted,
  stopWorker,
  type WorkerSettings,
  type StartedService,
} from './worker-settings.js';
import { RestartPolicy } from './restart-policy.js';
import { WorkerError } from './worker-error.js';

const program = fileURLToPath(new URL('./worker.js', import.meta.url));
/** Besides what the configuration allows for draining. */
const lastPatienceMs = 5_000;

/** The workers of this process: starts them, replaces those that die, and ends them. */
export class WorkerPool {
  private readonly running = new Map<Worker, Channel>();
  private readonly relay = new UsageRelay();
  private readonly metrics = new MetricsAggregator();
  private readonly restarts: RestartPolicy;
  private stopping: Promise<void> | undefined;

  /** @param giveUp is called once, when workers die faster than it makes sense to replace them. */
  constructor(
    private readonly config: Config,
    private readonly databaseUrl: string,
    private readonly logger: Logger,
    private readonly giveUp: (reason: string) => void,
  ) {
    this.restarts = new RestartPolicy(config.workers);
    cluster.setupPrimary({ exec: program, args: [] });
  }

  /**
   * Starts all workers; the first one alone, to make the demo. Never ends once the pool was told to stop.
   * @throws WorkerError when one cannot start
   */
  async start(): Promise<StartedService> {
    const first = await this.launch(true);
    const others = Array.from({ length: this.config.workers - 1 }, () => this.launch(false));
    await Promise.all(others);
    return first;
  }

  /** Lets all workers answer what runs, and waits until they have gone. Safe to call twice. */
  stop(): Promise<void> {
    this.stopping ??= this.stopOnce();
    return this.stopping;
  }

  private async stopOnce(): Promise<void> {
    const workers = [...this.running];
    const gone = workers.map(([worker]) => new Promise((resolve) => worker.once('exit', resolve)));
    for (const [, channel] of workers) void channel.send(stopWorker, null);
    const { shutdownDelayMs, shutdownTimeoutMs } = this.config;
    const impatience = setTimeout(
      () => {
        this.logger.error('Workers did not end in time; ending them');
        for (const worker of this.running.keys()) worker.process.kill('SIGKILL');
      },
      shutdownDelayMs + shutdownTimeoutMs + lastPatienceMs,
    );
    await Promise.all(gone);
    clearTimeout(impatience);
  }

  /** Starts one worker, which is replaced should it die later. @throws WorkerError when it cannot start */
  private launch(seeds: boolean): Promise<StartedService> {
    const worker = cluster.fork();
    this.logger.info(`Started worker ${worker.process.pid}`);
    const channel = ipcChannel(worker);
    this.join(worker, channel, { config: this.config, databaseUrl: this.databaseUrl, seeds });
    return new Promise((resolve, reject) => {
      let listens = false;
      let failure: string | undefined;
      channel.listen(workerFailed, (reason) => (failure = reason));
      channel.listen(workerStarted, (told) => {
        listens = true;
        if (!this.stopping) resolve(told);
      });
      const ended = (how: string) => {
        this.leave(worker, channel);
        if (this.stopping) return;
        if (listens) void this.replace(how);
        else reject(new WorkerError(failure ?? `${how} while it started`));
      };
      const { pid } = worker.process;
      worker.once('exit', (code, signal: string | null) =>
        ended(`Worker ${pid} ended by itself (${signal ?? `exit code ${code}`})`),
      );
      worker.on('error', (cause) => {
        if (pid === undefined) ended(`No worker could be made (${cause.message})`);
        else this.logger.error({ err: cause }, `Trouble with worker ${pid}`);
      });
    });
  }

  private join(worker: Worker, channel: Channel, orders: WorkerSettings): void {
    this.running.set(worker, channel);
    this.relay.join(channel);
    this.metrics.join(channel);
    channel.listen(workerListening, () => {
      // A worker that was too young to hear that it should stop.
      if (this.stopping) worker.process.kill('SIGKILL');
      else void channel.send(startWorker, orders);
    });
  }

  private leave(worker: Worker, channel: Channel): void {
    this.running.delete(worker);
    this.relay.leave(channel);
    this.metrics.leave(channel);
  }

  private async replace(reason: string): Promise<void> {
    const pauseMs = this.restarts.next();
    if (pauseMs === undefined)
      return this.giveUp(`${reason}. Workers die as fast as they are replaced; giving up`);
    this.logger.error(`${reason}; starting another one`);
    await sleep(pauseMs);
    if (this.stopping) return;
    try {
      await this.launch(false);
      this.logger.warn('Another worker has taken its place');
    } catch (cause) {
      await this.replace(cause instanceof Error ? cause.message : String(cause));
    }
  }
}
