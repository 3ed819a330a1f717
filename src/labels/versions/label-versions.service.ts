import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Clock } from '../../common/clock.js';
import { DomainError, NotFound } from '../../common/errors.js';
import { retry } from '../../common/retry.js';
import { Sql } from '../../sql/sql.js';
import type { SqlRunner } from '../../sql/transaction.js';
import type { LabelSource } from '../values/label-source.js';
import { labelValuesOf, licenseKindOn, storableLabel, type StorableLabel } from '../values/label-values.js';
import {
  deleteUnused,
  insertVersion,
  licensesOn,
  readableVersion,
  toLicense,
  toReadableVersion,
  toVersion,
  versionByHash,
  type LabelReader,
  type LabelVersion,
} from './label-versions.query.js';

/** How many labels of an offer are kept that were neither sold nor recorded as shown. */
const keptUnused = 1000;
/** After how many new labels the older ones are deleted. */
const deletedAtOnce = 50;

type Runner = Pick<SqlRunner, 'rows'>;

/**
 * Stores the labels of offers. A label whose values are equal to those of an earlier one is the same label, and has the
 * same address.
 */
@Injectable()
export class LabelVersions {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns the label of an offer, and stores it if the offer is active and did not have this label before.
   * @throws DomainError NOT_FOUND with the reason if offers of this kind have no label
   */
  async current(
    offer: LabelSource,
    { teamId, isActive }: { teamId: string; isActive: boolean },
  ): Promise<LabelVersion> {
    const label = await this.labelOf(this.sql, offer, { teamId, on: this.clock.today() });
    if (typeof label === 'string') throw new DomainError('NOT_FOUND', label);
    if (isActive) return this.stored(this.sql, offer.id, label, this.clock.now());
    const [row] = await this.sql.rows(versionByHash(offer.id, label.hash));
    return {
      offerId: offer.id,
      json: label.json,
      ...(row ? toVersion(row) : { version: null, issuedMs: null }),
    };
  }

  /**
   * Makes the label of an offer with the licenses that its provider holds on a day.
   * @returns the reason if offers of this kind have no label
   */
  async labelOf(
    runner: Runner,
    offer: LabelSource,
    { teamId, on }: { teamId: string; on: string },
  ): Promise<StorableLabel | string> {
    const kind = licenseKindOn(offer);
    const licenses = kind ? (await runner.rows(licensesOn(teamId, kind, on))).map(toLicense) : [];
    const values = labelValuesOf(offer, licenses);
    return typeof values === 'string' ? values : storableLabel(values);
  }

  /** Finds or stores a label. @param issuedAt when it was first issued, if it is new @throws NotFound */
  stored(
    runner: Runner,
    offerId: string,
    label: StorableLabel,
    issuedAt: Date,
  ): Promise<LabelVersion & { version: number }> {
    return retry('The offer is being modified concurrently; try again', async (failures) => {
      const [known] = await runner.rows(versionByHash(offerId, label.hash));
      if (known) return { offerId, json: label.json, ...toVersion(known) };
      if (failures > 0) await requireOffer(runner, offerId);
      const [row] = await runner.rows(insertVersion(offerId, label, issuedAt));
      if (!row) return undefined;
      const { version, issuedMs } = toVersion(row);
      if (version > keptUnused && version % deletedAtOnce === 0)
        await runner.rows(deleteUnused(offerId, version, keptUnused));
      return { offerId, json: label.json, version, issuedMs };
    });
  }

  /** Returns a stored label that the team can see. @throws NotFound */
  async get(reader: LabelReader, offerId: string, version: string): Promise<LabelVersion> {
    const number = /^[1-9]\d{0,8}$/.test(version) ? Number(version) : undefined;
    if (!isUuid(offerId) || number === undefined) throw new NotFound('Label');
    const [row] = await this.sql.rows(readableVersion(reader, offerId, number));
    if (!row) throw new NotFound('Label');
    return toReadableVersion(offerId.toLowerCase(), row);
  }
}

/** @throws NotFound if the offer was deleted */
async function requireOffer(runner: Runner, offerId: string): Promise<void> {
  const rows = await runner.rows({ text: 'SELECT 1 FROM offers WHERE id = $1', values: [offerId] });
  if (rows.length === 0) throw new NotFound('Offer');
}
