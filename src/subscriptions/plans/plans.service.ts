import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Clock } from '../../common/clock.js';
import { Conflict } from '../../common/errors.js';
import { jsonEqual } from '../../common/json-equal.js';
import { newId } from '../../common/new-id.js';
import { requireIfMatch, versionETag } from '../../http/etag.js';
import type { ReserveMemory } from '../../paging/answer-budget.js';
import { translateConstraintErrors } from '../../sql/constraint-errors.js';
import { nameExisting } from '../../sql/duplicate.js';
import { lockOwn } from '../../sql/own-row.js';
import { Sql } from '../../sql/sql.js';
import { externalRefTaken, requireNotInOfferings } from '../conflicts.js';
import { requireSameId } from '../json-api/envelope.js';
import { filterByExternalRef } from '../json-api/external-ref.query.js';
import { notFound } from '../json-api/json-api-errors.js';
import { findPage, type OffsetPage } from '../json-api/offset-page.js';
import { sortOrder } from '../json-api/sort.js';
import { changePlanColumns, copyPlanColumns, newPlanColumns } from './plan-fields.js';
import { Plan } from './plan.entity.js';
import type { CreateSubscriptionPlan, ListSubscriptionPlans, UpdateSubscriptionPlan } from './plans.dto.js';

const planNotFound = () => notFound('plan');

/** Creates, reads, updates and deletes a team's plans. Plans of other teams are treated as not found. */
@Injectable()
export class PlansService {
  constructor(
    @InjectRepository(Plan) private readonly plans: Repository<Plan>,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  /** @throws Conflict if the external_ref is already in use */
  async create(teamId: string, { attributes }: CreateSubscriptionPlan['data']): Promise<Plan> {
    const now = this.clock.now();
    const plan = this.plans.create({
      id: newId(),
      teamId,
      ...newPlanColumns(attributes),
      version: 1,
      createdAt: now,
      updatedAt: now,
    });
    await nameExisting(this.sql, () =>
      translateConstraintErrors(writeErrors(plan), () => this.plans.insert(plan)),
    );
    return plan;
  }

  /** Returns one page of plans, oldest first. @throws DomainError INVALID_FILTER, UNAVAILABLE */
  list(teamId: string, query: ListSubscriptionPlans, reserve: ReserveMemory): Promise<OffsetPage<Plan>> {
    const list = this.plans.createQueryBuilder('plan').where({ teamId });
    filterByExternalRef(list, query.filter);
    return findPage(list, query, { reserve, order: sortOrder('plan', query.sort) });
  }

  /** @throws DomainError NOT_FOUND */
  async get(teamId: string, id: string): Promise<Plan> {
    const plan = await this.plans.findOneBy({ id, teamId });
    if (!plan) throw planNotFound();
    return plan;
  }

  /**
   * Changes the given attributes. An update that changes nothing leaves the version and `updated_at`
   * unchanged.
   * @throws DomainError NOT_FOUND; PreconditionFailed, ValidationFailed; Conflict if the external_ref is
   * already in use
   */
  update(
    teamId: string,
    id: string,
    { id: bodyId, attributes }: UpdateSubscriptionPlan['data'],
    ifMatch?: string,
  ): Promise<Plan> {
    requireSameId(id, bodyId);
    return this.sql.transaction(async ({ manager }) => {
      const plan = await lockOwn(manager, Plan, { teamId, id }, planNotFound, 'for_no_key_update');
      requireIfMatch(ifMatch, versionETag(plan.version));
      const columns = changePlanColumns(plan, attributes);
      if (jsonEqual(columns, copyPlanColumns(plan))) return plan;
      Object.assign(plan, columns, { version: plan.version + 1, updatedAt: this.clock.now() });
      await translateConstraintErrors(writeErrors(plan), () => manager.update(Plan, { id }, plan));
      return plan;
    });
  }

  /**
   * @throws DomainError NOT_FOUND; PreconditionFailed; Conflict while an offering contains a snapshot of the
   * plan
   */
  delete(teamId: string, id: string, ifMatch?: string): Promise<void> {
    return this.sql.transaction(async ({ manager }) => {
      const plan = await lockOwn(manager, Plan, { teamId, id }, planNotFound);
      requireIfMatch(ifMatch, versionETag(plan.version));
      await requireNotInOfferings(manager, 'plan', id);
      await translateConstraintErrors(deleteErrors, () => manager.delete(Plan, { id }));
    });
  }
}

const writeErrors = ({ teamId, externalRef }: Plan) => ({
  plans_external_ref_uq: () => externalRefTaken('plan', teamId, externalRef),
});

const deleteErrors = {
  offering_plans_origin_fk: () => new Conflict('The plan is still in use'),
};
