import type { ErrorFormat } from './error-format.js';
import { problemFormat } from './problem-document.js';

/** The format of each surface. Every path that is not listed uses RFC 9457 problem documents. */
export class ErrorFormats {
  constructor(private readonly byPrefix: Readonly<Record<string, ErrorFormat>>) {}

  /** The format for a path, whether or not a route exists there. */
  of(url: string): ErrorFormat {
    const path = url.split('?')[0] ?? '';
    const prefix = Object.keys(this.byPrefix).find((each) => path === each || path.startsWith(`${each}/`));
    return this.byPrefix[prefix ?? ''] ?? problemFormat;
  }
}
