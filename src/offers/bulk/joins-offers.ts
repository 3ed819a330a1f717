import type { BulkRow } from '../../bulk/bulk-row.js';
import { Conflict } from '../../common/errors.js';

/** The keys of a line belong to different offers, which would become one. */
export function joinsOffers({ id, sku, externalId }: BulkRow, found: string, other: string): Conflict {
  const keys = [id && `the id ${id}`, sku && `the sku ${sku}`, externalId && `the externalId ${externalId}`];
  return new Conflict(
    `The line would join the offers ${found} and ${other}: ${keys.filter(Boolean).join(', ')} do not belong to the same offer; correct the keys, or change one of the offers first`,
    { existingId: other },
  );
}
