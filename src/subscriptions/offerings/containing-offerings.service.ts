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
  /** The offerings that were read, by their IDs. */
  offerings: ReadonlyMap<string, OfferingWithSnapshots>;
  /** The IDs of the offerings by the ID of the product or plan. */
  offeringIds: ReadonlyMap<string, string[]>;
  /** How many of the products or plans, from the first, have all of their offerings here. */
  complete: number;
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
   * Returns the offerings with snapshots of the given products or plans, with four statements for any number of them. Of
   * offerings that exceed the byte budget of an answer, returns those of the first products or plans.
   * @throws ValidationFailed if they exceed the budget, but all of them are needed; DomainError UNAVAILABLE
   */
  async find(
    teamId: string,
    kind: 'product' | 'plan',
    ids: readonly string[],
    { reserve, all = false }: { reserve: ReserveMemory; all?: boolean },
  ): Promise<ContainingOfferings> {
    if (ids.length === 0) return { offerings: new Map(), offeringIds: new Map(), complete: 0, large: false };
    const links: { origin_id: string; offering_id: string }[] = await this.dataSource.query(
      `SELECT origin_id, offering_id FROM offering_${kind}s WHERE team_id = $1 AND origin_id = ANY ($2::uuid[])
        ORDER BY array_position($2::uuid[], origin_id), offering_id LIMIT ${maxLinks + 1}`,
      [teamId, ids],
    );
    const offeringIds = new Map<string, string[]>(ids.map((id) => [id, []]));
    for (const { origin_id: origin, offering_id: offering } of links) offeringIds.get(origin)?.push(offering);
    const wanted = [...new Set(links.slice(0, maxLinks).map((link) => link.offering_id))];
    const { rows, large } = await readWithinBudget(reserve, (maxBytes) =>
      this.readInOrder(teamId, wanted, maxBytes),
    );
    // Offerings that are missing before the last one have been deleted since.
    const unread = new Set(
      rows.truncated ? wanted.slice(wanted.indexOf(rows.rows.at(-1)?.id ?? '') + 1) : [],
    );
    const isComplete = (id: string) =>
      id !== links[maxLinks]?.origin_id && !(offeringIds.get(id) ?? []).some((each) => unread.has(each));
    const incomplete = ids.findIndex((id) => !isComplete(id));
    if (all && incomplete !== -1) throw tooLarge();
    const loaded = await loadSnapshots(this.dataSource.manager, rows.rows);
    return {
      offerings: new Map(loaded.map((each) => [each.offering.id, each])),
      offeringIds,
      complete: incomplete === -1 ? ids.length : incomplete,
      large,
    };
  }

  /** Reads the first of some offerings, in the order of the given IDs. */
  private readInOrder(teamId: string, ids: readonly string[], maxBytes: number) {
    const list = this.dataSource.manager
      .createQueryBuilder(Offering, 'offering')
      .innerJoin(
        '(SELECT * FROM unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS listed (id, position))',
        'wanted',
        'wanted.id = offering.id',
      )
      .where('offering.teamId = :teamId', { teamId, ids });
    return readSizedRows(list, {
      id: 'id',
      order: { 'wanted.position': 'ASC' },
      relatedBytes: bytesOfSnapshots(this.dataSource),
      limit: maxLinks,
      maxBytes,
    });
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
