import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';

const hourMs = 3_600_000;
/** The first run is this many milliseconds after the start, so that it also happens in processes that live shortly. */
const firstRunMs = { min: 1_000, max: 10_000 };

/** Runs tasks soon after the start, and then again and again. A failed run is logged. */
@Injectable()
export class BackgroundJobs implements OnApplicationShutdown {
  private readonly log = new Logger(BackgroundJobs.name);
  private readonly timers: NodeJS.Timeout[] = [];

  /** Runs a housekeeping task once an hour. Parameters as for `runEvery`. */
  runHourly(task: string, run: () => Promise<unknown>): void {
    this.runEvery(hourMs, task, run);
  }

  /** @param task completes the log message "Could not …", such as `delete unused service areas` */
  runEvery(intervalMs: number, task: string, run: () => Promise<unknown>): void {
    const attempt = () => {
      run().catch((cause: unknown) => this.log.warn({ err: cause }, `Could not ${task}`));
    };
    const start = () => {
      attempt();
      this.timers.push(setInterval(attempt, intervalMs).unref());
    };
    // At a random time, because workers and machines often start together.
    const delay = firstRunMs.min + Math.random() * (firstRunMs.max - firstRunMs.min);
    this.timers.push(setTimeout(start, delay).unref());
  }

  onApplicationShutdown(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }
}
