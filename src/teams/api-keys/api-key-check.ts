import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../../common/clock.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { hashApiKey, isWellFormedApiKey } from './api-key-format.js';
import { AccessTokens } from './access-tokens.js';
import { KnownKeys } from './known-keys.js';
import type { Caller } from '../caller.js';
import type { TeamRole } from '../team.entity.js';

interface CachedKey {
  caller: Caller;
  /** Unix milliseconds by the clock of the database; Infinity for a key that neither expires nor retires. */
  endsAt: number;
}

/** A key or an access token, as the client sent it. */
interface Credential {
  text: string;
  /** Of the key, or of the key for which the token was issued. */
  keyHash: Buffer;
  /** When the token expires, in Unix milliseconds; Infinity for a key, whose end is in the database. */
  endsAt: number;
}

interface KeyRow {
  id: string;
  team_id: string;
  name: string;
  role: TeamRole;
  default_currency: string;
  verified: boolean;
  suspended: boolean;
  ends_at: Date | null;
}

const maxEntries = 50_000;
const pollIntervalMs = 300;
/**
 * The cache is bypassed if the last successful poll is older, because a revoked key must stop working within
 * a second.
 */
const maxStalenessMs = 900;

/**
 * Finds the team that owns an API key or an access token, from memory if possible. Every change to a team or a key increments
 * `access_epoch` in the same transaction; each process polls that row and clears its cache if the value has
 * changed. Unlike LISTEN, polling works through connection poolers and survives half-open sockets. The same statement
 * sets the clock of the process.
 */
@Injectable()
export class ApiKeyCheck implements OnApplicationShutdown {
  private readonly entries = new Map<string, CachedKey>();
  private readonly known: KnownKeys;
  private readonly log = new Logger(ApiKeyCheck.name);
  private epoch = '';
  private clearCount = 0;
  /** When the last successful poll was sent, as returned by `performance.now()`. */
  private polledAt = -Infinity;
  /** Whether the last poll failed; only the first failure of an outage is logged. */
  private hasFailed = false;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly tokens: AccessTokens,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.known = new KnownKeys(dataSource, clock);
  }

  /** Polls for changes made by other processes: immediately, and then every 300 ms until shutdown. */
  async startPolling(): Promise<void> {
    await this.poll();
    if (!this.isStopped) this.timer = setTimeout(() => void this.startPolling(), pollIntervalMs).unref();
  }

  onApplicationShutdown(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /** Returns the team that owns the key or access token, if that is known without a query. */
  cachedCaller(key: string): Caller | undefined {
    const isFresh = performance.now() - this.polledAt < maxStalenessMs;
    const entry = isFresh ? this.entries.get(key) : undefined;
    return entry && entry.endsAt > this.clock.nowMs() ? entry.caller : undefined;
  }

  /**
   * Returns the team that owns the key or access token; undefined if it is malformed, unknown, expired or revoked.
   * @param lookUp decides whether a key that is not known to exist is looked up in the database
   */
  async findCaller(
    key: string,
    lookUp: <T>(load: () => Promise<T>) => Promise<T | undefined> = (load) => load(),
  ): Promise<Caller | undefined> {
    const cached = this.cachedCaller(key);
    if (cached) return cached;
    const credential = this.credentialOf(key);
    const entry = credential && (await this.loadIfAdmitted(credential, lookUp));
    return entry && entry.endsAt > this.clock.nowMs() ? entry.caller : undefined;
  }

  private credentialOf(text: string): Credential | undefined {
    if (isWellFormedApiKey(text)) return { text, keyHash: hashApiKey(text), endsAt: Infinity };
    const token = this.tokens.read(text);
    return token && { text, keyHash: hashApiKey(token.key), endsAt: token.expiresAt };
  }

  private async loadIfAdmitted(
    credential: Credential,
    lookUp: <T>(load: () => Promise<T>) => Promise<T | undefined>,
  ): Promise<CachedKey | undefined> {
    const { keyHash } = credential;
    await this.known.load();
    const entry = this.known.has(keyHash)
      ? await this.load(credential)
      : await lookUp(() => this.load(credential));
    if (!entry) this.known.delete(keyHash);
    return entry;
  }

  /** Makes every process clear its cache. Call this in the transaction that changes teams or keys. */
  static async announceChange(manager: EntityManager): Promise<void> {
    await manager.query('UPDATE access_epoch SET value = value + 1');
  }

  /**
   * Forgets all keys that were looked up in this process. Call this after the transaction, so that the next request sees the
   * change.
   */
  forgetAll(): void {
    this.clearCount += 1;
    this.known.isComplete = false;
    this.entries.clear();
  }

  private async load({ text, keyHash, endsAt }: Credential): Promise<CachedKey | undefined> {
    const clearCountBefore = this.clearCount;
    const rows: KeyRow[] = await this.dataSource.query(
      `SELECT k.id, k.team_id, least(k.expires_at, k.retires_at) AS ends_at, t.name, t.role, t.default_currency,
              t.verified_at IS NOT NULL AS verified, t.suspended_at IS NOT NULL AS suspended
         FROM api_keys k JOIN teams t ON t.id = k.team_id
        WHERE k.key_hash = $1 AND k.revoked_at IS NULL`,
      [keyHash],
    );
    const [row] = rows;
    if (!row) return undefined;
    const entry = {
      caller: toCaller(row, this.config),
      endsAt: Math.min(row.ends_at?.getTime() ?? Infinity, endsAt),
    };
    if (this.entries.size >= maxEntries) this.entries.clear();
    // If the cache was cleared during the query, the row may be outdated. It is used for this request, but
    // not cached.
    if (clearCountBefore === this.clearCount) this.entries.set(text, entry);
    return entry;
  }

  private async poll(): Promise<void> {
    const sentAt = performance.now();
    try {
      let value = '';
      await this.clock.synchronize(async () => {
        const [row]: { value: string; now: number }[] = await this.dataSource.query(
          'SELECT value, extract(epoch FROM clock_timestamp())::float8 * 1000 AS now FROM access_epoch',
        );
        if (!row) throw new Error('access_epoch has no row');
        value = row.value;
        return row.now;
      });
      if (value !== this.epoch) this.forgetAll();
      await this.known.load();
      this.epoch = value;
      this.polledAt = sentAt;
      this.hasFailed = false;
    } catch (cause) {
      if (!this.isStopped && !this.hasFailed)
        this.log.warn(
          { err: cause },
          'Could not poll for changes to API keys; reading keys from the database',
        );
      this.hasFailed = true;
    }
  }
}

const toCaller = (row: KeyRow, { enforceResellerLicenses }: Config): Caller => ({
  id: row.team_id,
  name: row.name,
  role: row.role,
  verified: row.verified,
  suspended: row.suspended,
  currency: row.default_currency,
  needsLicenses: enforceResellerLicenses,
  keyId: row.id,
});
