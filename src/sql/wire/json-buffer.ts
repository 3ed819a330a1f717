/** Size of the shared buffer. Larger responses are rare, and use a separate buffer. */
const sharedBytes = 256 * 1024;
/** The shared buffer, unless a response is being written into it. */
let free: Buffer | undefined;

/** More bytes than this are copied faster by the runtime than in a loop, whose calls cost nothing. */
const loopBytes = 64;

const quote = 0x22;
const backslash = 0x5c;

/**
 * Builds a JSON response as bytes. Bytes from Postgres are already UTF-8, so they are copied instead of being
 * decoded and encoded again. A response must be written synchronously, because the buffer is shared and
 * take() copies the result from it.
 */
export class JsonBuffer {
  private bytes = free ?? Buffer.allocUnsafeSlow(sharedBytes);
  private length = 0;

  constructor() {
    free = undefined;
  }

  /** Appends JSON text. */
  append(toText: string): this {
    this.reserve(toText.length * 3);
    const { bytes } = this;
    let at = this.length;
    for (let index = 0; index < toText.length; index += 1) {
      const code = toText.charCodeAt(index);
      if (code > 0x7f) {
        this.length += bytes.write(toText, this.length);
        return this;
      }
      bytes[at] = code;
      at += 1;
    }
    this.length = at;
    return this;
  }

  /** Appends bytes that are JSON. */
  appendBytes(from: Buffer, begin: number, end: number): void {
    this.reserve(end - begin);
    const { bytes } = this;
    if (end - begin > loopBytes) {
      this.length += from.copy(bytes, this.length, begin, end);
      return;
    }
    let at = this.length;
    for (let index = begin; index < end; index += 1) {
      bytes[at] = from[index] as number;
      at += 1;
    }
    this.length = at;
  }

  /**
   * Appends bytes as a JSON string. Text that needs no escaping, by far the most common case, is copied
   * unchanged.
   */
  appendString(from: Buffer, begin: number, end: number): void {
    this.reserve(end - begin + 2);
    const { bytes } = this;
    let at = this.length;
    bytes[at] = quote;
    at += 1;
    for (let index = begin; index < end; index += 1) {
      const byte = from[index] as number;
      if (byte < 0x20 || byte === quote || byte === backslash) {
        this.append(JSON.stringify(from.toString('utf8', begin, end)));
        return;
      }
      bytes[at] = byte;
      at += 1;
    }
    bytes[at] = quote;
    this.length = at + 1;
  }

  /** Returns the bytes written so far. The buffer must not be used afterwards. */
  take(): Buffer {
    const taken = Buffer.allocUnsafeSlow(this.length);
    taken.set(this.bytes.subarray(0, this.length));
    this.release();
    return taken;
  }

  /** Returns the JSON written so far as text. The buffer must not be used afterwards. */
  text(): string {
    const text = this.bytes.toString('utf8', 0, this.length);
    this.release();
    return text;
  }

  private release(): void {
    if (this.bytes.length === sharedBytes) free = this.bytes;
  }

  private reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}
