import { Injectable } from '@nestjs/common';

/**
 * Provides the time of the database, which all processes share. Without it, processes whose clocks differ would disagree
 * on whether a key has expired or which change is newer. Rules that depend on the time inject it, so that tests can set
 * it.
 */
@Injectable()
export class Clock {
  private offsetMs = 0;

  /** @param local returns the time of this machine in Unix milliseconds */
  constructor(private readonly local: () => number = Date.now) {}

  now(): Date {
    return new Date(this.nowMs());
  }

  /** Returns the time in Unix milliseconds. */
  nowMs(): number {
    return this.local() + this.offsetMs;
  }

  /** Returns the current day in UTC, such as `2026-01-31`. */
  today(): string {
    return this.now().toISOString().slice(0, 10);
  }

  /**
   * Reads the time of the database, and adopts it if this clock is certainly wrong. While it may be right, it is kept, so
   * that slow answers do not make it jump.
   * @param read returns the time of the database in Unix milliseconds
   */
  async synchronize(read: () => Promise<number>): Promise<void> {
    const sentAt = this.local();
    const databaseMs = Math.floor(await read()); // as precise as the local time
    const [earliest, latest] = [databaseMs - this.local(), databaseMs - sentAt];
    this.offsetMs = Math.min(Math.max(this.offsetMs, earliest), latest);
  }
}
