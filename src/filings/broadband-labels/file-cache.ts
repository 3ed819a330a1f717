import { runInScope } from '../../common/request/request-scope.js';

interface CachedFile {
  /** Undefined if the file is too large to be kept. */
  chunks: Promise<readonly Buffer[] | undefined>;
  /** Memory that it takes; 0 while it is being written. */
  bytes: number;
}

/** Memory that a file takes in addition to its content, about. */
const overheadBytes = 1_024;

/**
 * Keeps files that were downloaded in memory, because anybody may download them, and writing a large one takes more than a
 * second of CPU time. However many clients ask, a file is written once, and this process writes one at a time.
 */
export class FileCache {
  /** The one that was read last is at the end. */
  private readonly files = new Map<string, CachedFile>();
  private totalBytes = 0;
  private lastWrite: Promise<unknown> = Promise.resolve();

  /**
   * @param maxBytes of all files together
   * @param maxFileBytes a larger file is not kept, but written again for each client
   */
  constructor(
    private readonly maxBytes = 67_108_864,
    private readonly maxFileBytes = 16_777_216,
  ) {}

  /**
   * Returns the content of a file.
   * @param key another one whenever the content is another one
   * @param write writes the file
   */
  async *content(key: string, write: () => AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
    const file = this.files.get(key) ?? this.add(key, write);
    this.files.delete(key);
    this.files.set(key, file);
    const chunks = await file.chunks;
    yield* chunks ?? write();
  }

  private add(key: string, write: () => AsyncGenerator<Buffer>): CachedFile {
    // Outside of the request, because other clients wait for the file as well if this one leaves.
    const chunks = runInScope(undefined, () => this.lastWrite.then(() => this.write(file, write)));
    const file: CachedFile = { chunks, bytes: 0 };
    this.lastWrite = chunks.catch(() => this.remove(key, file));
    return file;
  }

  private async write(file: CachedFile, write: () => AsyncGenerator<Buffer>) {
    let chunks: Buffer[] | undefined = [];
    let bytes = 0;
    for await (const chunk of write()) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > this.maxFileBytes) {
        chunks = undefined;
        bytes = 0;
        break;
      }
    }
    file.bytes = bytes + overheadBytes;
    this.totalBytes += file.bytes;
    this.makeRoom();
    return chunks;
  }

  private makeRoom(): void {
    for (const [key, file] of this.files) {
      if (this.totalBytes <= this.maxBytes) return;
      if (file.bytes > 0) this.remove(key, file);
    }
  }

  private remove(key: string, file: CachedFile): void {
    if (this.files.get(key) !== file) return;
    this.files.delete(key);
    this.totalBytes -= file.bytes;
  }
}
