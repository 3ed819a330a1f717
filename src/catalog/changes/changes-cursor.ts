import type { CursorCodec } from '../../paging/cursor.js';
import type { LogPosition } from './changes.query.js';

/** A reader's position in the change feed. */
export interface ChangesPosition extends LogPosition {
  /** `all` during the initial scan of the catalog, then `log`. */
  mode: 'all' | 'log';
  /**
   * The date up to which partnerships that take effect by date have been reported. `begun` is the position
   * within the report in progress.
   */
  asOf: string;
  begun: string | null;
}

const scope = 'catalog-changes';

export const encodeChangesCursor = (
  cursors: CursorCodec,
  { mode, xid, seq, sub, asOf, begun }: ChangesPosition,
): string => cursors.encode(scope, [mode, xid, seq, sub, asOf, begun]);

/** Decodes a cursor. @throws DomainError INVALID_CURSOR */
export function decodeChangesCursor(cursors: CursorCodec, cursor: string): ChangesPosition {
  const [mode, xid, seq, sub = null, asOf, begun = null] = cursors.decode(scope, cursor);
  return {
    mode: mode === 'all' ? 'all' : 'log',
    xid: xid ?? '0',
    seq: seq ?? '0',
    sub,
    asOf: asOf ?? '',
    begun,
  };
}
