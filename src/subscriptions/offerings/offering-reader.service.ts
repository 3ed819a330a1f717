import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, Repository, type SelectQueryBuilder } from 'typeorm';
import { validate as isUuid } from 'uuid';
import type { Caller } from '../../teams/caller.js';
import { providerIsVisible } from '../../teams/provider-visibility.js';
import { whereExternalRef } from '../json-api/external-ref.query.js';
import { invalidFilter, parseFilter, type FilterClause } from '../json-api/filter.js';
import { notFound } from '../json-api/json-api-errors.js';
import { findPage, type OffsetPage } from '../json-api/offset-page.js';
import { loadSnapshots, type OfferingWithSnapshots } from './offering-with-snapshots.js';
import { Offering } from './offering.entity.js';
import type { ListOfferings } from './offerings.dto.js';

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
   * @throws DomainError INVALID_FILTER
   */
  async list(team: Caller, query: ListOfferings): Promise<OffsetPage<OfferingWithSnapshots>> {
    const list = this.visibleTo(team);
    for (const [index, clause] of parseFilter(query.filter, Object.keys(filters)).entries())
      filters[`${clause.operator}(${clause.attribute})`]?.(list, `values${index}`, clause);
    const page = await findPage(list, query);
    const idsOnly = query.include === undefined;
    return { ...page, items: await loadSnapshots(this.dataSource.manager, page.items, { idsOnly }) };
  }

  /** @throws DomainError NOT_FOUND */
  async get(team: Caller, id: string): Promise<OfferingWithSnapshots> {
    const row = await this.visibleTo(team).andWhere('offering.id = :id', { id }).getOne();
    const [offering] = row ? await loadSnapshots(this.dataSource.manager, [row]) : [];
    if (!offering) throw notFound('offering');
    return offering;
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
