import type { LoggerService } from '@nestjs/common';
import { pino, symbols, type Logger } from 'pino';
import { LogOutput } from './log/log-output.js';

const errorLevel = 50;

/**
 * Opens the log of the process on standard output. Errors are written at once, all other lines within 50 ms and when
 * the process exits.
 */
export function openLog(level: string): Logger {
  // Accessing the stream makes Node switch a pipe to non-blocking mode. Its errors are handled where lines are written.
  process.stdout.on('error', () => undefined);
  const output = new LogOutput(
    process.stdout.fd,
    (count) =>
      // Written by hand, because this line must not be dropped as well.
      `${JSON.stringify({ level: 40, time: Date.now(), pid: process.pid, dropped: count, msg: 'Log lines were dropped, because the reader of the log is too slow' })}\n`,
  );
  process.once('exit', () => output.flushAtExit());
  const destination = {
    // Makes pino set `lastLevel` before each line.
    [symbols.needsMetadataGsym]: true,
    lastLevel: 0,
    write(line: string): void {
      output.add(line);
      if (this.lastLevel >= errorLevel) output.flush();
    },
  };
  return pino({ level }, destination);
}

/** Passes log calls from Nest and from our services to pino. `context` is the name of the class. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    // Nest logs every module and route at startup, which operators rarely need.
    this.write('debug', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  private write(level: 'trace' | 'debug' | 'warn' | 'error', message: unknown, rest: unknown[]): void {
    const context = rest.at(-1);
    const text = rest.length > 1 ? String(rest[0]) : undefined;
    const fields = typeof message === 'object' && message !== null ? message : {};
    const safeFields = 'err' in fields ? { ...fields, err: withoutData(fields.err) } : fields;
    this.logger[level]({ ...safeFields, context }, text ?? (fields === message ? '' : String(message)));
  }
}

/**
 * Returns the loggable part of an error. Database errors also contain the statement's parameters and the row
 * that failed. These can include key hashes and customer data, which must not be logged.
 */
function withoutData(cause: unknown): unknown {
  if (typeof cause !== 'object' || cause === null || !('stack' in cause)) return cause;
  const { name, message, stack, code, query } = cause as Error & { code?: unknown; query?: unknown };
  return { type: name, message, stack, code, query };
}
