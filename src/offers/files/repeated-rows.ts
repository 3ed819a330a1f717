import { createHash } from 'node:crypto';
import { ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import type { LocateField } from '../../bulk/lines.js';

/** The number of rows that are remembered during an upload, so that memory use does not grow with the file. */
const maxRemembered = 50_000;

interface Remembered {
  line: number;
  digest: string;
}

/** Finds rows of a file that give an offer other values than an earlier row, which they would overwrite. */
export class RepeatedRows {
  private readonly rows = new Map<string, Remembered>();

  /**
   * Remembers a row. Returns an error if an earlier row has the same key and other cells.
   * @param key what identifies the offer
   * @param locate finds the cell with the ID
   */
  check(
    key: string,
    cells: readonly string[],
    { line, locate }: { line: number; locate: LocateField },
  ): ValidationFailed | undefined {
    const digest = createHash('sha1').update(cells.join('\0')).digest('base64');
    const first = this.rows.get(key);
    if (!first) {
      if (this.rows.size < maxRemembered) this.rows.set(key, { line, digest });
      return undefined;
    }
    if (first.digest === digest) return undefined;
    const message = `is the same as in line ${first.line}, but the rows differ; each offer must have an ID of its own, so only the first row is read`;
    const place = locate('externalId');
    const name = place?.column ?? 'externalId';
    return new ValidationFailed([{ ...fieldError([name], 'duplicate', message), line, ...place }]);
  }
}
