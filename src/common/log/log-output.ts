import { writeSync } from 'node:fs';

/** Lines are written in batches, because one write per line took a sixth of the CPU time of a page request. */
const batchMs = 50;
const maxBatchLength = 65_536;
/** Lines are dropped while so many characters wait for a reader that is too slow. */
const maxPendingLength = 4 * 1_048_576;
/** How long a process that ends waits for a reader that takes nothing. */
const exitWaitMs = 5_000;
const exitRetryMs = 20;

/**
 * Writes lines to a file descriptor, in batches. A reader that is slow or has gone neither blocks the process nor
 * fills its memory: lines beyond 4 MiB are dropped and counted. `writeSync` fails with EAGAIN instead of blocking,
 * because Node opens pipes in non-blocking mode. A write in another thread (`sync: false` of pino) would still be
 * running when the process exits, and its lines would be lost or come in the wrong order.
 */
export class LogOutput {
  private lines: string[] = [];
  /** The part of the last batch that the reader had no room for. */
  private rest: Buffer | undefined;
  private pendingLength = 0;
  private dropped = 0;
  private isScheduled = false;
  private isBroken = false;

  /** @param describeDropped returns the line that reports a number of dropped lines */
  constructor(
    private readonly fd: number,
    private readonly describeDropped: (count: number) => string,
  ) {}

  add(line: string): void {
    if (this.isBroken) return;
    if (this.pendingLength >= maxPendingLength) {
      this.dropped += 1;
      return;
    }
    this.lines.push(line);
    this.pendingLength += line.length;
    this.schedule();
  }

  /** Writes as much as the reader has room for. @returns whether everything was written */
  flush(): boolean {
    while (!this.isBroken) {
      const batch = this.rest ?? this.nextBatch();
      if (!batch) return true;
      const written = this.write(batch);
      this.rest = written < batch.length ? batch.subarray(written) : undefined;
      this.pendingLength -= Math.min(written, this.pendingLength);
      if (written === 0) {
        this.schedule();
        return false;
      }
    }
    return true;
  }

  /** Writes everything, and waits for a slow reader as long as it takes something within five seconds. */
  flushAtExit(): void {
    for (let waitedMs = 0; waitedMs < exitWaitMs; waitedMs += exitRetryMs) {
      const before = this.pendingLength;
      if (this.flush()) return;
      if (this.pendingLength < before) waitedMs = 0;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, exitRetryMs);
    }
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setTimeout(() => {
      this.isScheduled = false;
      this.flush();
    }, batchMs).unref();
  }

  private nextBatch(): Buffer | undefined {
    if (this.lines.length === 0) {
      if (this.dropped === 0) return undefined;
      this.lines.push(this.describeDropped(this.dropped));
      this.dropped = 0;
    }
    let count = 0;
    for (let length = 0; count < this.lines.length && length < maxBatchLength; count += 1)
      length += this.lines[count]?.length ?? 0;
    return Buffer.from(this.lines.splice(0, count).join(''));
  }

  /** Returns the number of bytes written; 0 if the reader has no room or the disk is full. */
  private write(bytes: Buffer): number {
    try {
      return writeSync(this.fd, bytes);
    } catch (cause) {
      // The reader has gone, so nobody will ever read these lines.
      if ((cause as { code?: string }).code === 'EPIPE') this.isBroken = true;
      return 0;
    }
  }
}
