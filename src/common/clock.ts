import { Injectable } from '@nestjs/common';

/** What time it is; rules that hang on the day ask here, so that a test can set it. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }

  /** The day in UTC, such as `2026-01-31`. */
  today(): string {
    return this.now().toISOString().slice(0, 10);
  }
}
