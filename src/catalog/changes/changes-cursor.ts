import type { CursorCodec } from '../../paging/cursor.js';
import type { LogPosition } from './changes.query.js';

/** The position of a reader in the change feed. */
export interface ChangesPosition extends LogPosition {
  /** `all` during the initial walk through the catalog, then `log`. */
  mode: 'all' | 'log';
  /** The date up to which partnerships that take effect by date were reported; `begun` is the position within that report. */
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
