import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, Repository, type SelectQueryBuilder } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { readWithinBudget, type ReserveMemory } from '../../paging/answer-budget.js';
import { readSizedRows } from '../../paging/sized-rows.js';
import type { Caller } from '../../teams/caller.js';
import { providerIsVisible } from '../../teams/provider-visibility.js';
import { whereExternalRef } from '../json-api/external-ref.query.js';
import { invalidFilter, parseFilter, type FilterClause } from '../json-api/filter.js';
import { notFound } from '../json-api/json-api-errors.js';
import {
  findPage,
  type OffsetPage,
  type OffsetPageOptions,
  type OffsetQuery,
} from '../json-api/offset-page.js';
import { sortOrder } from '../json-api/sort.js';
import {
  bytesOfSnapshots,
  loadSnapshots,
  type IncludedKinds,
  type OfferingWithSnapshots,
} from './offering-with-snapshots.js';
import { Offering } from './offering.entity.js';
import type { ListOfferings } from './offerings.dto.js';
import { OfferingPlan } from './snapshots/offering-plan.entity.js';
import { OfferingProduct } from './snapshots/offering-product.entity.js';
import { maxSnapshots } from './snapshots/snapshot-kind.js';

type SnapshotPageOptions = Pick<OffsetPageOptions, 'reserve' | 'unlimited'>;

/**
 * Reads the offerings that the caller may see: its own offerings and, for verified resellers, the complete
 * offerings of all visible providers. Other offerings are treated as not found.
 */
@Injectable()
export class OfferingReader {
  constructor(
    @InjectRepository(Offering) private readonly offerings: Repository<Offering>,
    private readonly dataSource: DataSource,
  ) {}

  /**
   * Returns one page of offerings, oldest first, with four statements for any page size.
   * @throws DomainError INVALID_FILTER, UNAVAILABLE
   */
  async list(
    team: Caller,
    query: ListOfferings,
    reserve: ReserveMemory,
  ): Promise<OffsetPage<OfferingWithSnapshots>> {
    const list = this.visibleTo(team);
    for (const [index, clause] of parseFilter(query.filter, Object.keys(filters)).entries())
      filters[`${clause.operator}(${clause.attribute})`]?.(list, `values${index}`, clause);
    const relatedBytes = bytesOfSnapshots(this.dataSource, query.include);
    const order = sortOrder('offering', query.sort);
    const page = await findPage(list, query, { reserve, relatedBytes, order });
    return { ...page, items: await loadSnapshots(this.dataSource.manager, page.items, query.include) };
  }

  /** Returns one offering with the snapshots to include, at any size. @throws DomainError NOT_FOUND, UNAVAILABLE */
  async get(
    team: Caller,
    id: string,
    include: IncludedKinds | undefined,
    reserve: ReserveMemory,
  ): Promise<OfferingWithSnapshots> {
    const one = {
      id: 'id',
      order: { 'offering.id': 'ASC' },
      relatedBytes: bytesOfSnapshots(this.dataSource, include),
      limit: 1,
    } as const;
    const { rows } = await readWithinBudget(reserve, (maxBytes) =>
      readSizedRows(this.visible(team, id), { ...one, maxBytes }),
    );
    const [offering] = await loadSnapshots(this.dataSource.manager, rows.rows, include);
    if (!offering) throw notFound('offering');
    return offering;
  }

  /**
   * Returns one page of an offering's products: all of them by default.
   * @throws DomainError NOT_FOUND, UNAVAILABLE
   */
  products(team: Caller, id: string, query: OffsetQuery, options: SnapshotPageOptions) {
    return this.snapshotPage(team, id, query, { ...options, kind: OfferingProduct });
  }

  /**
   * Returns one page of an offering's plans, all of them by default, with the prices of its products.
   * @throws the same errors as products()
   */
  async plans(team: Caller, id: string, query: OffsetQuery, options: SnapshotPageOptions) {
    const plans = await this.snapshotPage(team, id, query, { ...options, kind: OfferingPlan });
    const products = await this.dataSource.manager.find(OfferingProduct, {
      select: { id: true, price: true, priceUnit: true, priceUnitAmount: true },
      where: { offeringId: plans.offering.id },
    });
    return { ...plans, products };
  }

  private async snapshotPage<T extends OfferingProduct | OfferingPlan>(
    team: Caller,
    id: string,
    query: OffsetQuery,
    { kind, ...options }: SnapshotPageOptions & { kind: new () => T },
  ): Promise<{ offering: Offering; page: OffsetPage<T> }> {
    const offering = await this.visible(team, id).getOne();
    if (!offering) throw notFound('offering');
    const list = this.dataSource.manager
      .createQueryBuilder(kind, 'snapshot')
      .where('snapshot.offeringId = :offeringId', { offeringId: offering.id });
    const order = { 'snapshot.position': 'ASC' } as const;
    return { offering, page: await findPage(list, query, { ...options, order, defaultLimit: maxSnapshots }) };
  }

  private visible(team: Caller, id: string): SelectQueryBuilder<Offering> {
    return this.visibleTo(team).andWhere('offering.id = :id', { id });
  }

  private visibleTo(team: Caller): SelectQueryBuilder<Offering> {
    const list = this.offerings.createQueryBuilder('offering');
    const own = { teamId: team.id };
    if (team.role === 'provider' || !team.verified) return list.where('offering.teamId = :teamId', own);
    return team.role === 'reseller'
      ? list.where(isPublic)
      : list.where(`(offering.teamId = :teamId OR (${isPublic}))`, own);
  }
}

const isPublic = `offering.complete AND ${providerIsVisible('offering.teamId')}`;

/** Adds the condition of one clause to the query. `parameter` is a name that is unique within the query. */
type ApplyFilter = (list: SelectQueryBuilder<Offering>, parameter: string, clause: FilterClause) => void;

const hasProduct: ApplyFilter = (list, parameter, { values }) =>
  list.andWhere(
    `offering.id IN (SELECT offering_id FROM offering_products WHERE external_ref = ANY (CAST(:${parameter} AS text[]))
      AND md5(external_ref) = ANY (ARRAY(SELECT md5(ref) FROM unnest(CAST(:${parameter} AS text[])) AS ref)))`,
    { [parameter]: values },
  );

/** Matches no offering, because proration policies are not supported yet. */
const hasProrationPolicy: ApplyFilter = (list, _parameter, { values: [id] }) => {
  if (!isUuid(id)) throw invalidFilter();
  list.andWhere('FALSE');
};

const filters: Record<string, ApplyFilter> = {
  'eq(external_ref)': (list, parameter, { values }) => whereExternalRef(list, parameter, values[0]),
  'eq(proration_policy_id)': hasProrationPolicy,
  'in(external_product_refs)': hasProduct,
  // The official client sends this form of the same condition.
  'eq(products.external_ref)': hasProduct,
};
