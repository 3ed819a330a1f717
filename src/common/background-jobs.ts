import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';

const hourMs = 3_600_000;

/** Runs housekeeping once an hour; a failure is logged and tried again the next time. */
@Injectable()
export class BackgroundJobs implements OnApplicationShutdown {
  private readonly log = new Logger(BackgroundJobs.name);
  private readonly timers: NodeJS.Timeout[] = [];

  everyHour(what: string, work: () => Promise<unknown>): void {
    const attempt = () => {
      work().catch((cause: unknown) => this.log.warn({ err: cause }, `Could not ${what}`));
    };
    this.timers.push(setInterval(attempt, hourMs).unref());
  }

  onApplicationShutdown(): void {
    for (const timer of this.timers) clearInterval(timer);
  }
}
