import { runInScope } from '../common/request/request-scope.js';

/**
 * Work in the background that looks for everything there is to do when it is woken. It runs once at a time; a call during a
 * run causes another one.
 */
export class WokenTask {
  private running: Promise<void> | undefined;
  private isWoken = false;
  private pausedUntil = 0;
  /** Whether the work should end as soon as it can. */
  isStopped = false;

  /**
   * @param run does everything there is to do
   * @param onFailure is called with what `run` throws
   * @param pauseMs how long a failure ends all attempts, so that the log does not fill
   */
  constructor(
    private readonly run: () => Promise<void>,
    private readonly onFailure: (cause: unknown) => void,
    private readonly pauseMs: number,
  ) {}

  /** Returns when the run has ended, or at once during the pause after a failure. */
  wake(): Promise<void> {
    if (performance.now() >= this.pausedUntil && !this.isStopped) {
      this.isWoken = true;
      // The caller can be a request, to whose transaction this does not belong.
      this.running ??= runInScope(undefined, () => this.runAll()).finally(() => (this.running = undefined));
    }
    return this.running ?? Promise.resolve();
  }

  /** Lets no run begin any more, and waits for the one in progress. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.running;
  }

  private async runAll(): Promise<void> {
    while (this.isWoken && !this.isStopped) {
      this.isWoken = false;
      try {
        await this.run();
      } catch (cause) {
        this.pausedUntil = performance.now() + this.pauseMs;
        this.onFailure(cause);
        return;
      }
    }
  }
}
