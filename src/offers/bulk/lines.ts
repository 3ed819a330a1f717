/** One line of a streamed text, counted from 1. Longer than allowed it has no text. */
export interface Line {
  number: number;
  bytes: Buffer | undefined;
}

const newline = 0x0a;

/**
 * Cuts a stream of bytes into lines, however it was cut into chunks. Empty lines are counted and left out; of a line
 * longer than `maxBytes` no more than that is kept in memory.
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Line> {
  let number = 0;
  let parts: Buffer[] = [];
  let length = 0;
  const end = (): Line | undefined => {
    number += 1;
    const bytes = length > maxBytes ? undefined : parts.length === 1 ? parts[0] : Buffer.concat(parts);
    [parts, length] = [[], 0];
    return bytes && isBlank(bytes) ? undefined : { number, bytes };
  };
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length;) {
      const at = chunk.indexOf(newline, from);
      const part = chunk.subarray(from, at === -1 ? chunk.length : at);
      length += part.length;
      if (length <= maxBytes) parts.push(part);
      from = at === -1 ? chunk.length : at + 1;
      const line = at === -1 ? undefined : end();
      if (line) yield line;
    }
  }
  const last = length > 0 ? end() : undefined;
  if (last) yield last;
}

/** Nothing but spaces, tabs and carriage returns. */
const isBlank = (bytes: Buffer) => bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
