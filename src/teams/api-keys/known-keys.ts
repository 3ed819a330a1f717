import type { DataSource } from 'typeorm';
import type { Clock } from '../../common/clock.js';

/** The newest keys; about 20 MB of memory. An older key that is not in use counts as unknown. */
const maxKeys = 200_000;
/** Covers transactions that take long. */
const overlapMs = 60_000;

/**
 * The hashes of all keys that were ever created. With them, a client address that has failed too often can still use
 * valid keys, while its guesses cause no query. Revoked keys are only removed once they have been tried.
 */
export class KnownKeys {
  private readonly hashes = new Set<string>();
  private loadedUntil = 0;
  private loading: Promise<void> | undefined;
  /** False after a change of keys. */
  isComplete = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Adds the keys that were created since the last call, if there can be any. Concurrent calls share one query. */
  async load(): Promise<void> {
    if (this.isComplete) return;
    this.loading ??= this.loadNew().finally(() => (this.loading = undefined));
    await this.loading;
  }

  private async loadNew(): Promise<void> {
    const startedAt = this.clock.nowMs();
    this.isComplete = true;
    const select = this.dataSource.query<{ hash: string }[]>(
      `SELECT encode(substr(key_hash, 1, 12), 'base64') AS hash
         FROM (SELECT id, key_hash FROM api_keys WHERE id >= $1 ORDER BY id DESC LIMIT ${maxKeys}) AS newest
        ORDER BY id`,
      [firstIdAt(Math.max(0, this.loadedUntil - overlapMs))],
    );
    const rows = await select.catch((cause: unknown) => {
      this.isComplete = false;
      throw cause;
    });
    for (const { hash } of rows) this.add(hash);
    this.loadedUntil = startedAt;
  }

  has(hash: Buffer): boolean {
    return this.hashes.has(shorten(hash));
  }

  delete(hash: Buffer): void {
    this.hashes.delete(shorten(hash));
  }

  private add(hash: string): void {
    this.hashes.add(hash);
    const [oldest] = this.hashes;
    if (this.hashes.size > maxKeys && oldest !== undefined) this.hashes.delete(oldest);
  }
}

const shorten = (hash: Buffer) => hash.toString('base64', 0, 12);

/** Returns the lowest UUID v7 for a time in Unix milliseconds. */
function firstIdAt(time: number): string {
  const hex = time.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
