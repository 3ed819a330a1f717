import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { validate as isUuid } from 'uuid';
import { DataSource, Repository, type SelectQueryBuilder } from 'typeorm';
import { DomainError } from '../../common/errors.js';
import { parseFilter, type Clause } from '../json-api/filter.js';
import { noneFound } from '../json-api/json-api-errors.js';
import { windowOf, type OffsetPage } from '../json-api/offset-page.js';
import type { Caller } from '../../teams/caller.js';
import { providerIsVisible } from '../../teams/provider-visibility.js';
import { Offering } from './offering.entity.js';
import type { ListOfferings } from './offerings.dto.js';
import { withParts, type WholeOffering } from './offering-with-parts.js';

/**
 * Reads offerings: one's own, and for verified resellers the complete ones of all teams that are not suspended.
 * What a caller may not see is not found.
 */
@Injectable()
export class OfferingCatalogService {
  constructor(
    @InjectRepository(Offering) private readonly offerings: Repository<Offering>,
    private readonly dataSource: DataSource,
  ) {}

  /** Oldest first, in four statements for any page size. @throws DomainError INVALID_FILTER */
  async list(team: Caller, query: ListOfferings): Promise<OffsetPage<WholeOffering>> {
    const list = this.visibleTo(team);
    for (const [at, clause] of parseFilter(query.filter, Object.keys(filters)).entries())
      filters[`${clause.operator}(${clause.attribute})`]?.(list, `values${at}`, clause);
    const { offset, limit } = windowOf(query);
    const total = await list.getCount();
    const page = list.orderBy('offering.createdAt').addOrderBy('offering.id').offset(offset).limit(limit);
    const found = await page.getMany();
    const namesOnly = query.include === undefined;
    return { items: await withParts(this.dataSource.manager, found, { namesOnly }), total, offset, limit };
  }

  /** @throws DomainError NOT_FOUND */
  async get(team: Caller, id: string): Promise<WholeOffering> {
    const offering = await this.visibleTo(team).andWhere('offering.id = :id', { id }).getOne();
    const [whole] = offering ? await withParts(this.dataSource.manager, [offering]) : [];
    if (!whole) throw noneFound('offering');
    return whole;
  }

  private visibleTo(team: Caller): SelectQueryBuilder<Offering> {
    const list = this.offerings.createQueryBuilder('offering');
    const own = { teamId: team.id };
    if (team.role === 'provider' || !team.verified) return list.where('offering.teamId = :teamId', own);
    return team.role === 'reseller'
      ? list.where(complete)
      : list.where(`(offering.teamId = :teamId OR (${complete}))`, own);
  }
}

const complete = `offering.complete AND ${providerIsVisible('offering.teamId')}`;

type AddFilter = (list: SelectQueryBuilder<Offering>, name: string, clause: Clause) => void;

const hasProduct: AddFilter = (list, name, { values }) =>
  list.andWhere(
    `offering.id IN (SELECT offering_id FROM offering_products WHERE external_ref = ANY (CAST(:${name} AS text[]))
      AND md5(external_ref) = ANY (ARRAY(SELECT md5(ref) FROM unnest(CAST(:${name} AS text[])) AS ref)))`,
    { [name]: values },
  );

/** Nothing has a proration policy yet. */
const hasPolicy: AddFilter = (list, _name, { values: [id] }) => {
  if (!isUuid(id)) throw new DomainError('INVALID_FILTER', 'Could not parse the supplied filter');
  list.andWhere('FALSE');
};

const hasRef: AddFilter = (list, name, { values: [ref] }) =>
  list.andWhere(`md5(offering.externalRef) = md5(:${name}) AND offering.externalRef = :${name}`, {
    [name]: ref,
  });

const filters: Record<string, AddFilter> = {
  'eq(external_ref)': hasRef,
  'eq(proration_policy_id)': hasPolicy,
  'in(external_product_refs)': hasProduct,
  // What the official client sends for the same.
  'eq(products.external_ref)': hasProduct,
};
