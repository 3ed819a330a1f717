import type { CursorCodec } from '../../paging/cursor.js';
import type { LogPosition } from './changes.query.js';

/** Where a reader of the feed stands. */
export interface ChangesPosition extends LogPosition {
  /** Still in the first walk through the whole catalog, or in the log. */
  mode: 'all' | 'log';
  /** The day up to which partnerships that begin by date have been told; `begun` is where that telling stands. */
  asOf: string;
  begun: string | null;
}

const scope = 'catalog-changes';

export const encodeChangesCursor = (
  cursors: CursorCodec,
  { mode, xid, seq, sub, asOf, begun }: ChangesPosition,
): string => cursors.encode(scope, [mode, xid, seq, sub, asOf, begun]);

/** @throws DomainError INVALID_CURSOR */
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
