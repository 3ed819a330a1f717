import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import {
  jsonBytes,
  maxAnswerBytes,
  readWithinBudget,
  type ReserveMemory,
} from '../../paging/answer-budget.js';
import { readSizedRows } from '../../paging/sized-rows.js';
import { bytesOfSnapshots, loadSnapshots, type OfferingWithSnapshots } from './offering-with-snapshots.js';
import { Offering } from './offering.entity.js';

/** Links take about 100 bytes in an answer, so that no answer has room for more. */
const maxLinks = 40_000;

/** The offerings that contain snapshots of some products or plans. */
export interface ContainingOfferings {
  /** Without duplicates, oldest first. */
  offerings: OfferingWithSnapshots[];
  /** The IDs of the offerings by the ID of the product or plan. */
  offeringIds: ReadonlyMap<string, string[]>;
  /** Whether the size of the response must be checked. */
  large: boolean;
}

/** Returns a response body with offerings. @throws ValidationFailed if it exceeds the byte budget of an answer */
export function requireWithinBudget<T>(body: T, { large }: ContainingOfferings): T {
  if (large && jsonBytes(body) > maxAnswerBytes) throw tooLarge();
  return body;
}

/** Finds a team's offerings by the products or plans that were copied into them. */
@Injectable()
export class ContainingOfferingsReader {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Returns the offerings with snapshots of the given products or plans, with four statements for any number of them.
   * @throws ValidationFailed if the offerings exceed the byte budget of an answer; DomainError UNAVAILABLE
   */
  async find(
    teamId: string,
    kind: 'product' | 'plan',
    ids: readonly string[],
    reserve: ReserveMemory,
  ): Promise<ContainingOfferings> {
    if (ids.length === 0) return { offerings: [], offeringIds: new Map(), large: false };
    const links: { origin_id: string; offering_id: string }[] = await this.dataSource.query(
      `SELECT origin_id, offering_id FROM offering_${kind}s
        WHERE team_id = $1 AND origin_id = ANY ($2::uuid[]) ORDER BY offering_id LIMIT ${maxLinks + 1}`,
      [teamId, ids],
    );
    if (links.length > maxLinks) throw tooLarge();
    const offeringIds = new Map<string, string[]>();
    for (const { origin_id: origin, offering_id: offering } of links)
      offeringIds.set(origin, [...(offeringIds.get(origin) ?? []), offering]);
    const list = this.dataSource.manager
      .createQueryBuilder(Offering, 'offering')
      .where('offering.teamId = :teamId AND offering.id = ANY (CAST(:ids AS uuid[]))', {
        teamId,
        ids: [...new Set(links.map((link) => link.offering_id))],
      });
    const part = {
      id: 'id',
      order: { 'offering.createdAt': 'ASC', 'offering.id': 'ASC' },
      relatedBytes: bytesOfSnapshots(this.dataSource),
      limit: maxLinks,
    } as const;
    const { rows, large } = await readWithinBudget(reserve, (maxBytes) =>
      readSizedRows(list, { ...part, maxBytes }),
    );
    if (rows.truncated) throw tooLarge();
    return { offerings: await loadSnapshots(this.dataSource.manager, rows.rows), offeringIds, large };
  }
}

const tooLarge = () =>
  new ValidationFailed([
    fieldError(
      ['include'],
      'size',
      'must be omitted, because the offerings exceed 4 MiB; request a smaller page, or list them with GET /subscriptions/offerings',
    ),
  ]);
