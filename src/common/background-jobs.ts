import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';

const hourMs = 3_600_000;

/** Runs housekeeping tasks once an hour. A failed run is logged and retried an hour later. */
@Injectable()
export class BackgroundJobs implements OnApplicationShutdown {
  private readonly log = new Logger(BackgroundJobs.name);
  private readonly timers: NodeJS.Timeout[] = [];

  /** @param task completes the log message "Could not …", such as `delete unused service areas` */
  runHourly(task: string, run: () => Promise<unknown>): void {
    const attempt = () => {
      run().catch((cause: unknown) => this.log.warn({ err: cause }, `Could not ${task}`));
    };
    this.timers.push(setInterval(attempt, hourMs).unref());
  }

  onApplicationShutdown(): void {
    for (const timer of this.timers) clearInterval(timer);
  }
}
