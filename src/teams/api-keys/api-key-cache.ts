import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { hashApiKey, isWellFormedApiKey } from './api-key-format.js';
import type { Caller } from '../caller.js';
import type { TeamRole } from '../team.entity.js';

interface Entry {
  caller: Caller;
  expiresAt: number;
}

interface KeyRow {
  id: string;
  team_id: string;
  name: string;
  role: TeamRole;
  default_currency: string;
  verified: boolean;
  suspended: boolean;
  expires_at: Date | null;
}

const maxEntries = 50_000;
const pollMs = 300;
/** Without a successful poll for this long, memory is not trusted: a revoked key must stop within a second. */
const trustMs = 900;

/**
 * Who is behind a key, from memory. Every change of teams and keys moves `access_epoch` in its transaction; each
 * process polls that one row and forgets all it knows when it has moved. Polling survives connection poolers
 * and half-open sockets, which LISTEN does not.
 */
@Injectable()
export class ApiKeyCache implements OnApplicationShutdown {
  private readonly entries = new Map<string, Entry>();
  private readonly log = new Logger(ApiKeyCache.name);
  private epoch = '';
  private forgotten = 0;
  private confirmedAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly dataSource: DataSource) {}

  /** Starts to follow the changes that other processes make. */
  async startPolling(): Promise<void> {
    await this.poll();
    if (!this.stopped) this.timer = setTimeout(() => void this.startPolling(), pollMs).unref();
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** The team behind the key, or undefined when the key is malformed, unknown, expired or revoked. */
  async findCaller(key: string): Promise<Caller | undefined> {
    const now = Date.now();
    const known = now - this.confirmedAt < trustMs ? this.entries.get(key) : undefined;
    const entry = known ?? (isWellFormedApiKey(key) ? await this.load(key) : undefined);
    return entry && entry.expiresAt > now ? entry.caller : undefined;
  }

  /** Tells every process that teams or keys have changed; call it in the transaction of the change. */
  static async announceChange(tx: EntityManager): Promise<void> {
    await tx.query('UPDATE access_epoch SET value = value + 1');
  }

  /** Forgets all that is known, at once in this process; call it after the transaction. */
  clear(): void {
    this.forgotten += 1;
    this.entries.clear();
  }

  private async load(key: string): Promise<Entry | undefined> {
    const before = this.forgotten;
    const rows: KeyRow[] = await this.dataSource.query(
      `SELECT k.id, k.team_id, k.expires_at, t.name, t.role, t.default_currency,
              t.verified_at IS NOT NULL AS verified, t.suspended_at IS NOT NULL AS suspended
         FROM api_keys k JOIN teams t ON t.id = k.team_id
        WHERE k.key_hash = $1 AND k.revoked_at IS NULL`,
      [hashApiKey(key)],
    );
    const [row] = rows;
    if (!row) return undefined;
    const entry = { caller: callerOf(row), expiresAt: row.expires_at?.getTime() ?? Infinity };
    if (this.entries.size >= maxEntries) this.entries.clear();
    // A change that came while the row was read may have outdated it: use it now, but do not keep it.
    if (before === this.forgotten) this.entries.set(key, entry);
    return entry;
  }

  private async poll(): Promise<void> {
    const asked = Date.now();
    try {
      const [row]: { value: string }[] = await this.dataSource.query('SELECT value FROM access_epoch');
      const value = row?.value ?? '';
      if (value !== this.epoch) this.clear();
      this.epoch = value;
      this.confirmedAt = asked;
    } catch (cause) {
      if (!this.stopped)
        this.log.warn({ err: cause }, 'Could not ask for changes of keys; reading each key anew');
    }
  }
}

const callerOf = (row: KeyRow): Caller => ({
  id: row.team_id,
  name: row.name,
  role: row.role,
  verified: row.verified,
  suspended: row.suspended,
  currency: row.default_currency,
  keyId: row.id,
});
