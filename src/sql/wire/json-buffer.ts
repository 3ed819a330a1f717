/** Size of the shared buffer. Larger responses are rare, and get a buffer of their own. */
const sharedBytes = 256 * 1024;
/** The shared buffer, unless a response is being written into it. */
let free: Buffer | undefined;

const quote = 0x22;
const backslash = 0x5c;

/**
 * Builds a JSON response as bytes. Bytes from Postgres are UTF-8 already, so they are copied instead of being decoded and
 * encoded again. Write a response synchronously: the buffer is shared, and take() copies the result out of it.
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
  appendBytes(from: Uint8Array, begin: number, end: number): void {
    this.reserve(end - begin);
    const { bytes } = this;
    let at = this.length;
    for (let index = begin; index < end; index += 1) {
      bytes[at] = from[index] as number;
      at += 1;
    }
    this.length = at;
  }

  /** Appends bytes as a JSON string. Text without characters to escape, which is nearly all of it, is copied. */
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

  /** Returns the same as text. */
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
