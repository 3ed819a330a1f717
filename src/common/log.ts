import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';

/** How long a line waits for others: to write each by itself is a sixth of the work of a page. */
const lineDelayMs = 20;

/**
 * The log of the process on standard output. Lines of one moment are written together, and what is still waiting when
 * the process ends, however it does.
 */
export function openLog(level: string): Logger {
  const output = pino.destination({ fd: 1, sync: true });
  let waiting = '';
  const writeOut = () => {
    const lines = waiting;
    waiting = '';
    if (lines !== '') output.write(lines);
  };
  const write = (line: string) => {
    if (waiting === '') setTimeout(writeOut, lineDelayMs).unref();
    waiting += line;
  };
  process.once('exit', () => {
    writeOut();
    output.flushSync();
  });
  return pino({ level }, { write });
}

/** Hands what Nest and our services log to pino, with the class as `context`. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    // Nest tells of every module and route at start: detail that an operator seldom wants.
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
    const told = 'err' in fields ? { ...fields, err: tellable(fields.err) } : fields;
    this.logger[level]({ ...told, context }, text ?? (fields === message ? '' : String(message)));
  }
}

/**
 * What may be told of an error. Those of the database also carry the parameters of the statement and the row it
 * failed on: keys' hashes and customers' data.
 */
function tellable(cause: unknown): unknown {
  if (typeof cause !== 'object' || cause === null || !('stack' in cause)) return cause;
  const { name, message, stack, code, query } = cause as Error & { code?: unknown; query?: unknown };
  return { type: name, message, stack, code, query };
}
