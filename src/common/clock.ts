import { Injectable } from '@nestjs/common';

/** Provides the current time. Rules that depend on the date inject it, so that tests can set the date. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }

  /** Returns the current day in UTC, such as `2026-01-31`. */
  today(): string {
    return this.now().toISOString().slice(0, 10);
  }
}
