import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';

/**
 * Lines are written in batches, because one write per line took a sixth of the CPU time of a page request.
 */
const batchMs = 20;

/** Opens the log of the process on standard output. Pending lines are also written when the process exits. */
export function openLog(level: string): Logger {
  const output = pino.destination({ fd: 1, sync: true });
  let pending = '';
  const flush = () => {
    const lines = pending;
    pending = '';
    if (lines !== '') output.write(lines);
  };
  const write = (line: string) => {
    if (pending === '') setTimeout(flush, batchMs).unref();
    pending += line;
  };
  process.once('exit', () => {
    flush();
    output.flushSync();
  });
  return pino({ level }, { write });
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
