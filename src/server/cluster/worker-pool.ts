import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Channel } from '../../common/channel.js';
import type { Config } from '../../config/config.js';
import { MetricsAggregator } from '../../health/cluster-metrics.js';
import { LeaseServer } from '../../rate-limits/lease-server.js';
import { passOnWhenWorkerExits } from './handed-connections.js';
import { ipcChannel } from './ipc-channel.js';
import {
  workerFailed,
  workerOnline,
  startWorker,
  workerStarted,
  stopWorker,
  type WorkerSettings,
  type StartedService,
} from './worker-settings.js';
import { RestartPolicy } from './restart-policy.js';
import { WorkerError, WorkerExited } from './worker-error.js';

const program = fileURLToPath(new URL('./worker.js', import.meta.url));
/** Time for stopping, in addition to the configured time for draining. */
const stopMarginMs = 5_000;
/** How often a worker is started until it is listening. */
const maxStarts = 5;

/** Starts the workers of this process, replaces those that exit, and stops them. */
export class WorkerPool {
  private readonly running = new Map<Worker, Channel>();
  private readonly listening = new Set<Worker>();
  private readonly rateLimits = new LeaseServer();
  private readonly metrics = new MetricsAggregator();
  private readonly restarts: RestartPolicy;
  private stopping: Promise<void> | undefined;

  /** @param giveUp called once if workers exit as fast as they are replaced */
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
   * Starts the first worker alone, because it creates the demo data, and then all others. Never settles after
   * `stop` has been called.
   * @throws WorkerError if one cannot start, or exits repeatedly while starting
   */
  async start(): Promise<StartedService> {
    const first = await this.launchUntilStarted(true);
    const others = Array.from({ length: this.config.workers - 1 }, () => this.launchUntilStarted(false));
    await Promise.all(others);
    return first;
  }

  /**
   * Lets the workers finish the requests in flight and waits until all have exited.
   * Can be called more than once.
   */
  stop(): Promise<void> {
    this.stopping ??= this.stopOnce();
    return this.stopping;
  }

  private async stopOnce(): Promise<void> {
    const workers = [...this.running];
    const exits = workers.map(([worker]) => new Promise((resolve) => worker.once('exit', resolve)));
    for (const [, channel] of workers) void channel.send(stopWorker, null);
    const { shutdownDelayMs, shutdownTimeoutMs } = this.config;
    const killTimer = setTimeout(
      () => {
        this.logger.error('Workers did not stop in time and are being killed');
        for (const worker of this.running.keys()) worker.process.kill('SIGKILL');
      },
      shutdownDelayMs + shutdownTimeoutMs + stopMarginMs,
    );
    await Promise.all(exits);
    clearTimeout(killTimer);
  }

  /** Starts one worker, and another one if it exits without a reason, which happens if a process is killed. */
  private async launchUntilStarted(createsDemo: boolean): Promise<StartedService> {
    for (let attempts = 1; ; attempts += 1)
      try {
        return await this.launch(createsDemo);
      } catch (cause) {
        if (!(cause instanceof WorkerExited)) throw cause;
        const delayMs = attempts < maxStarts ? this.restarts.nextDelayMs() : undefined;
        if (delayMs === undefined)
          throw new WorkerError(
            `${cause.message}. No worker can start; giving up after ${attempts} attempts`,
          );
        this.logger.error(`${cause.message}; starting another one`);
        await sleep(delayMs);
        if (this.stopping) return new Promise(() => undefined);
      }
  }

  /** Starts one worker and replaces it if it exits later. @throws WorkerError if it cannot start */
  private launch(createsDemo: boolean): Promise<StartedService> {
    const worker = cluster.fork();
    this.logger.info(`Started worker ${worker.process.pid}`);
    const channel = ipcChannel(worker);
    this.join(worker, channel, { config: this.config, databaseUrl: this.databaseUrl, createsDemo });
    return new Promise((resolve, reject) => {
      let hasStarted = false;
      let failure: string | undefined;
      channel.listen(workerFailed, (reason) => (failure = reason));
      channel.listen(workerStarted, (service) => {
        hasStarted = true;
        this.listening.add(worker);
        if (!this.stopping) resolve(service);
      });
      const onExit = (reason: string) => {
        this.leave(worker, channel);
        if (this.stopping) return;
        if (hasStarted) void this.replace(reason);
        else
          reject(
            failure === undefined ? new WorkerExited(`${reason} while starting`) : new WorkerError(failure),
          );
      };
      const { pid } = worker.process;
      worker.once('exit', (code, signal: string | null) =>
        onExit(`Worker ${pid} exited ${signal ? `on ${signal}` : `with code ${code}`}`),
      );
      worker.on('error', (cause) => {
        if (pid === undefined) onExit(`Could not create a worker: ${cause.message}`);
        else this.logger.error({ err: cause }, `Error in worker ${pid}`);
      });
    });
  }

  private join(worker: Worker, channel: Channel, settings: WorkerSettings): void {
    this.running.set(worker, channel);
    passOnWhenWorkerExits(worker, () => [...this.listening].some((other) => other !== worker));
    this.rateLimits.join(channel);
    this.metrics.join(channel);
    channel.listen(workerOnline, () => {
      // This worker was not yet online when the others were asked to stop.
      if (this.stopping) worker.process.kill('SIGKILL');
      else void channel.send(startWorker, settings);
    });
  }

  private leave(worker: Worker, channel: Channel): void {
    this.running.delete(worker);
    this.listening.delete(worker);
    this.rateLimits.leave(channel);
    this.metrics.leave(channel);
  }

  private async replace(reason: string): Promise<void> {
    const delayMs = this.restarts.nextDelayMs();
    if (delayMs === undefined)
      return this.giveUp(`${reason}. Workers exit as fast as they are replaced; giving up`);
    this.logger.error(`${reason}; starting a replacement`);
    await sleep(delayMs);
    if (this.stopping) return;
    try {
      await this.launch(false);
      this.logger.warn('The replacement has started');
    } catch (cause) {
      await this.replace(cause instanceof Error ? cause.message : String(cause));
    }
  }
}
