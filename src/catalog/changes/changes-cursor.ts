import type { CursorCodec } from '../../paging/cursor.js';
import type { LogPosition } from './changes.query.js';

/** A reader's position in the change feed. */
export interface ChangesPosition extends LogPosition {
  /** `all` during the initial scan of the catalog, then `log`. */
  mode: 'all' | 'log';
  /**
   * The date up to which has been reported what takes effect by date: partnerships that begin, and licenses that expire.
   * `begun` is the position within the report in progress.
   */
  asOf: string;
  begun: string | null;
  /** The epoch of the log, to which the transaction IDs belong. */
  epoch: string;
  /**
   * If set, the reader's copy of the catalog is empty from this transaction on, because the reader is not verified:
   * what was in it has been removed.
   */
  emptyFrom: string | null;
  /** Whether the copy contains only offers for which the reader holds a license. */
  needsLicenses: boolean;
}

/** Bound to the team, because a position tells which offers its copy contains. */
const scopeOf = (resellerId: string) => `catalog changes ${resellerId}`;

export const encodeChangesCursor = (
  cursors: CursorCodec,
  resellerId: string,
  { mode, xid, seq, sub, asOf, begun, epoch, emptyFrom, needsLicenses }: ChangesPosition,
): string => {
  const position = [mode, xid, seq, sub, asOf, begun, epoch, emptyFrom];
  return cursors.encode(scopeOf(resellerId), needsLicenses ? [...position, 'licensed'] : position);
};

/** Decodes a cursor. @throws DomainError INVALID_CURSOR, also if it was issued to another team */
export function decodeChangesCursor(
  cursors: CursorCodec,
  resellerId: string,
  cursor: string,
): ChangesPosition {
  const [mode, xid, seq, sub = null, asOf, begun = null, epoch, emptyFrom = null, licensed] = cursors.decode(
    scopeOf(resellerId),
    cursor,
  );
  return {
    mode: mode === 'all' ? 'all' : 'log',
    xid: xid ?? '0',
    seq: seq ?? '0',
    sub,
    asOf: asOf ?? '',
    begun,
    epoch: epoch ?? '',
    emptyFrom,
    needsLicenses: licensed === 'licensed',
  };
}
