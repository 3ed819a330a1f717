const lengthBytes = 4;

/**
 * A row as it came from Postgres: for each column its length, -1 for null, and its bytes. No text is made of it before
 * somebody asks, and that of most columns nobody asks for: JsonRow copies their bytes into the answer.
 */
export class WireRow {
  /** Where the first length stands; the number of columns comes before it. */
  private readonly start: number;

  constructor(
    readonly bytes: Buffer,
    private readonly at: number,
  ) {
    this.start = at + 2;
  }

  /** The text of every column. */
  texts(): (string | null)[] {
    const texts: (string | null)[] = [];
    let at = this.start;
    for (let left = this.bytes.readUInt16BE(this.at); left > 0; left -= 1) {
      const length = this.bytes.readInt32BE(at);
      at += lengthBytes;
      texts.push(length < 0 ? null : this.bytes.toString('utf8', at, at + length));
      if (length > 0) at += length;
    }
    return texts;
  }

  /** The text of one column. */
  text(place: number): string | null {
    let at = this.start;
    for (let left = place; left > 0; left -= 1) {
      const length = this.bytes.readInt32BE(at);
      at += lengthBytes + Math.max(0, length);
    }
    const length = this.bytes.readInt32BE(at);
    return length < 0 ? null : this.bytes.toString('utf8', at + lengthBytes, at + lengthBytes + length);
  }

  /** Fills in where each column begins and ends; null ends before it begins. */
  places(begins: Int32Array, ends: Int32Array): void {
    const { bytes } = this;
    const columns = bytes.readUInt16BE(this.at);
    let at = this.start;
    for (let place = 0; place < columns; place += 1) {
      const length = bytes.readInt32BE(at);
      at += lengthBytes;
      begins[place] = at;
      ends[place] = at + length;
      if (length > 0) at += length;
    }
  }
}
