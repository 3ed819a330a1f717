import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { BackgroundJobs } from '../../common/background-jobs.js';
import { DomainError } from '../../common/errors.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { Sql } from '../../sql/sql.js';
import type { Statement } from '../../sql/statement.js';
import type { Transaction } from '../../sql/transaction.js';
import type { Reseller } from '../visibility.js';
import type { ChangesPosition } from './changes-cursor.js';
import {
  beginEpoch,
  deleteOldChanges,
  lockEpoch,
  nextTransaction,
  readLog,
  type LoggedChange,
  type LogHead,
  type LogRow,
} from './changes.query.js';

const maxEntries = 500;

/**
 * The log of catalog changes, ordered by transaction IDs. They mean nothing to another server, so the log begins a new
 * epoch when the database has been restored. Positions of another epoch are refused.
 */
@Injectable()
export class ChangeLog implements OnApplicationBootstrap {
  constructor(
    private readonly dataSource: DataSource,
    private readonly sql: Sql,
    private readonly hourly: BackgroundJobs,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.hourly.runHourly('delete old catalog changes', () =>
      this.sql.job(async (tx) => {
        // First, because otherwise IDs of another server would count as deleted.
        await renewEpoch(tx);
        await tx.manager.query(deleteOldChanges, [this.config.changesRetentionDays]);
      }),
    );
  }

  /** Returns the head of the log, as of the same moment as the team's verification. */
  async head(teamId: string): Promise<LogHead> {
    const [row] = await this.read(readLog(teamId, undefined, 0));
    return row;
  }

  /**
   * Returns the head of the log and the entries after a position that concern the team, oldest first. If `isFull`,
   * there can be more of them.
   * @throws DomainError INVALID_CURSOR as for `requireSameEpoch`
   */
  async after(
    { id, needsLicenses }: Pick<Reseller, 'id' | 'needsLicenses'>,
    position: ChangesPosition,
  ): Promise<{ head: LogHead; entries: LoggedChange[]; isFull: boolean }> {
    const rows = await this.read(readLog(id, position, maxEntries));
    const [head] = rows;
    requireSameEpoch(position, head, { needsLicenses });
    const entries = rows.filter((row): row is LogHead & LoggedChange => row.xid !== null);
    return { head, entries, isFull: entries.length === maxEntries };
  }

  /** Returns the ID that a later transaction can have at least. */
  async nextTransaction(): Promise<string> {
    const [row]: { xid: string }[] = await this.dataSource.query(nextTransaction);
    return row?.xid ?? '0';
  }

  private async read({ text, values }: Statement): Promise<[LogRow, ...LogRow[]]> {
    const run = async () => {
      const [head, ...others]: LogRow[] = await this.dataSource.query(text, values);
      if (!head) throw new Error('catalog_changes_floor has no row');
      return [head, ...others] as [LogRow, ...LogRow[]];
    };
    const rows = await run();
    if (!rows[0].isRestored) return rows;
    await this.sql.job(renewEpoch);
    return run();
  }
}

/** Begins a new epoch if the log comes from another server. Several processes can do this at the same time. */
async function renewEpoch({ manager }: Transaction): Promise<void> {
  await manager.query(lockEpoch);
  await manager.query(beginEpoch);
}

/**
 * @throws DomainError INVALID_CURSOR if the position belongs to another epoch, or to transactions that were lost, or if the
 * operator has switched since then whether resellers need licenses, which changes the whole catalog
 */
export function requireSameEpoch(
  { epoch, xid, needsLicenses }: ChangesPosition,
  head: LogHead,
  reseller: Pick<Reseller, 'needsLicenses'>,
): void {
  if (needsLicenses !== reseller.needsLicenses)
    throw new DomainError(
      'INVALID_CURSOR',
      'since was issued before the operator changed which offers need a license; omit it to start again',
    );
  const isAhead = head.nextXid !== null && BigInt(xid) > BigInt(head.nextXid);
  if (epoch !== head.epoch || isAhead)
    throw new DomainError(
      'INVALID_CURSOR',
      'since was issued before the database was restored; omit it to start again',
    );
}
