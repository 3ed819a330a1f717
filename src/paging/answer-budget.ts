/** No page of a list has more bytes, unless it consists of a single entry. */
export const maxAnswerBytes = 4 * 1024 * 1024;

/**
 * Rows of at most this many bytes are read and sent without further checks: even if every byte becomes an escape of six
 * bytes, the answer stays within its budget, and so many of them fit into memory as there are database connections.
 * Nearly all pages are this small.
 */
const smallBytes = 512 * 1024;

/**
 * Waits until there is memory for a large answer, and reserves it until the answer has been sent.
 * @throws DomainError UNAVAILABLE if that takes too long
 */
export type ReserveMemory = () => Promise<void>;

/** The rows of a page that fit into a limit. */
interface Limited {
  /** Whether the page has further rows. */
  truncated: boolean;
  /** The size of the rows; above the limit only for a single row. */
  bytes: number;
}

/**
 * Reads the rows of a page within its byte budget. Whether a page is large is known only when it is read, so it is read
 * with a small limit first. Only a page that exceeds it is read again, after memory has been reserved.
 * @param read reads the rows up to a number of bytes, but at least one
 * @returns the rows, and whether they are large, so that the size of their JSON must be checked
 */
export async function readWithinBudget<T extends Limited>(
  reserve: ReserveMemory,
  read: (maxBytes: number) => Promise<T>,
): Promise<{ rows: T; large: boolean }> {
  const small = await read(smallBytes);
  if (!small.truncated && small.bytes <= smallBytes) return { rows: small, large: false };
  await reserve();
  return { rows: small.truncated ? await read(maxAnswerBytes) : small, large: true };
}

/** The brackets of an array, and the other members of a page. */
const usualOtherBytes = 1024;

/**
 * Returns how many of the entries fit into an answer, at least one. `sizes` and `otherBytes`, the rest of the answer, are
 * in bytes.
 */
export function countWithinBudget(sizes: Iterable<number>, otherBytes = usualOtherBytes): number {
  let count = 0;
  let total = otherBytes;
  for (const size of sizes) {
    total += size + 1;
    if (total > maxAnswerBytes && count > 0) break;
    count += 1;
  }
  return count;
}

/** Returns the number of bytes of a value as JSON. */
export const jsonBytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
