/** Larger answers are rare, and get a buffer of their own. */
const usual = 256 * 1024;
/** The buffer of the last answer, unless another one is being written into it. */
let free: Buffer | undefined;

const quote = 0x22;
const backslash = 0x5c;

/**
 * An answer that is put together as bytes, at one go: one writes into the buffer of the other, and takes a copy of what
 * has become of it. Bytes from Postgres are UTF-8 already, so that they are copied rather than read and written again.
 */
export class JsonBuffer {
  private bytes = free ?? Buffer.allocUnsafeSlow(usual);
  private length = 0;

  constructor() {
    free = undefined;
  }

  /** Text that is JSON already. */
  put(text: string): this {
    this.reserve(text.length * 3);
    const { bytes } = this;
    let at = this.length;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) {
        this.length += bytes.write(text, this.length);
        return this;
      }
      bytes[at] = code;
      at += 1;
    }
    this.length = at;
    return this;
  }

  /** Bytes that are JSON already. */
  copy(from: Uint8Array, begin: number, end: number): void {
    this.reserve(end - begin);
    const { bytes } = this;
    let at = this.length;
    for (let index = begin; index < end; index += 1) {
      bytes[at] = from[index] as number;
      at += 1;
    }
    this.length = at;
  }

  /** Bytes that become a string of JSON. What needs no escape, which is nearly all, is copied. */
  quote(from: Buffer, begin: number, end: number): void {
    this.reserve(end - begin + 2);
    const { bytes } = this;
    let at = this.length;
    bytes[at] = quote;
    at += 1;
    for (let index = begin; index < end; index += 1) {
      const byte = from[index] as number;
      if (byte < 0x20 || byte === quote || byte === backslash) {
        this.put(JSON.stringify(from.toString('utf8', begin, end)));
        return;
      }
      bytes[at] = byte;
      at += 1;
    }
    bytes[at] = quote;
    this.length = at + 1;
  }

  /** What has been written; nothing can be added then. */
  take(): Buffer {
    const taken = Buffer.allocUnsafeSlow(this.length);
    taken.set(this.bytes.subarray(0, this.length));
    this.release();
    return taken;
  }

  /** The same as text. */
  text(): string {
    const text = this.bytes.toString('utf8', 0, this.length);
    this.release();
    return text;
  }

  private release(): void {
    if (this.bytes.length === usual) free = this.bytes;
  }

  private reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}
