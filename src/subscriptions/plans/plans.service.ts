import { lockOwn } from '../../sql/own-row.js';
import { Sql } from '../../sql/sql.js';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type EntityManager } from 'typeorm';
import { Conflict } from '../../common/errors.js';
import { versionETag, requireIfMatch } from '../../http/etag.js';
import { parseFilter } from '../json-api/filter.js';
import { requireSameId } from '../json-api/envelope.js';
import { noneFound } from '../json-api/json-api-errors.js';
import { newId } from '../../common/new-id.js';
import { windowOf, type OffsetPage } from '../json-api/offset-page.js';
import { jsonEqual } from '../../common/json-equal.js';
import { translateConstraintErrors } from '../../sql/constraint-errors.js';
import { Plan } from './plan.entity.js';
import { changePlan, newPlan, traitsOfPlan } from './plan-fields.js';
import type { CreateSubscriptionPlan, ListSubscriptionPlans, UpdateSubscriptionPlan } from './plans.dto.js';

const missing = () => noneFound('plan');

/** A team's plans. Another team's plan is not found. */
@Injectable()
export class PlansService {
  constructor(
    @InjectRepository(Plan) private readonly plans: Repository<Plan>,
    private readonly sql: Sql,
  ) {}

  /** @throws Conflict for an external_ref in use */
  async create(teamId: string, { attributes }: CreateSubscriptionPlan['data']): Promise<Plan> {
    const now = new Date();
    const plan = this.plans.create({
      id: newId(),
      teamId,
      ...newPlan(attributes),
      version: 1,
      createdAt: now,
      updatedAt: now,
    });
    await uniqueRef(plan, () => this.plans.insert(plan));
    return plan;
  }

  /** Oldest first. @throws DomainError INVALID_FILTER */
  async list(teamId: string, query: ListSubscriptionPlans): Promise<OffsetPage<Plan>> {
    const list = this.plans.createQueryBuilder('plan').where({ teamId });
    for (const [at, { values }] of parseFilter(query.filter, ['eq(external_ref)']).entries())
      list.andWhere(`md5(plan.externalRef) = md5(:ref${at}) AND plan.externalRef = :ref${at}`, {
        [`ref${at}`]: values[0],
      });
    const { offset, limit } = windowOf(query);
    const total = await list.getCount();
    const page = list.orderBy('plan.createdAt').addOrderBy('plan.id').offset(offset).limit(limit);
    return { items: await page.getMany(), total, offset, limit };
  }

  /** @throws DomainError NOT_FOUND */
  async get(teamId: string, id: string): Promise<Plan> {
    const plan = await this.plans.findOneBy({ id, teamId });
    if (!plan) throw noneFound('plan');
    return plan;
  }

  /**
   * Changes only what is given; a change that changes nothing leaves version and time as they are.
   * @throws DomainError NOT_FOUND; PreconditionFailed, ValidationFailed, Conflict for an external_ref in use
   */
  update(
    teamId: string,
    id: string,
    { id: bodyId, attributes }: UpdateSubscriptionPlan['data'],
    ifMatch?: string,
  ): Promise<Plan> {
    requireSameId(id, bodyId);
    return this.sql.transaction(async ({ manager }) => {
      const plan = await lockOwn(manager, Plan, { teamId, id }, missing, 'for_no_key_update');
      requireIfMatch(ifMatch, versionETag(plan.version));
      const traits = changePlan(plan, attributes);
      if (jsonEqual(traits, traitsOfPlan(plan))) return plan;
      Object.assign(plan, traits, { version: plan.version + 1, updatedAt: new Date() });
      await uniqueRef(plan, () => manager.update(Plan, { id }, plan));
      return plan;
    });
  }

  /** @throws DomainError NOT_FOUND; PreconditionFailed, Conflict while an offering has it */
  delete(teamId: string, id: string, ifMatch?: string): Promise<void> {
    return this.sql.transaction(async ({ manager }) => {
      const plan = await lockOwn(manager, Plan, { teamId, id }, missing);
      requireIfMatch(ifMatch, versionETag(plan.version));
      await requireUnused(manager, id);
      await translateConstraintErrors(stillInUse, () => manager.delete(Plan, { id }));
    });
  }
}

/** The offerings are asked by table name: their slice imports this one. */
async function requireUnused(manager: EntityManager, id: string): Promise<void> {
  const rows: { offering_id: string }[] = await manager.query(
    'SELECT offering_id FROM offering_plans WHERE origin_id = $1 ORDER BY offering_id LIMIT 100',
    [id],
  );
  if (rows.length > 0)
    throw new Conflict('The plan is part of an offering; remove it there first', {
      offering_ids: rows.map((row) => row.offering_id),
    });
}

const inUse = () => new Conflict('The plan is still in use');

/** The foreign keys that a plan stands behind. */
const stillInUse = {
  offering_plans_origin_fk: inUse,
};

async function uniqueRef(plan: Plan, write: () => Promise<unknown>): Promise<void> {
  const taken = () => new Conflict(`The external_ref ${plan.externalRef} is already used by another plan`);
  await translateConstraintErrors({ plans_external_ref_uq: taken }, write);
}
