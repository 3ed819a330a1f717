import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../common/clock.js';
import { jsonEqual } from '../../common/json-equal.js';
import { newId } from '../../common/new-id.js';
import { requireIfMatch, versionETag } from '../../http/etag.js';
import type { ProductColumns } from '../../products/product-columns.js';
import { nameExisting } from '../../sql/duplicate.js';
import { translateConstraintErrors } from '../../sql/constraint-errors.js';
import { Sql } from '../../sql/sql.js';
import { externalRefTaken } from '../conflicts.js';
import { requireSameId } from '../json-api/envelope.js';
import { notFound } from '../json-api/json-api-errors.js';
import type { PlanColumns } from '../plans/plan-columns.js';
import { newPlanColumns } from '../plans/plan-fields.js';
import { newProductColumns } from '../products/subscription-product-fields.js';
import { withChange } from '../with-change.js';
import { lockOffering, type OfferingWithSnapshots } from './offering-with-snapshots.js';
import { Offering } from './offering.entity.js';
import type {
  BuildOfferingData,
  CreateOfferingData,
  OfferingAttributes,
  UpdateSubscriptionOffering,
} from './offerings.dto.js';
import { readRelationships } from './read-relationships.js';
import { OfferingPlan } from './snapshots/offering-plan.entity.js';
import { OfferingProduct } from './snapshots/offering-product.entity.js';
import { planKind, productKind } from './snapshots/snapshot-kind.js';
import {
  findSources,
  newSnapshots,
  requireAllFound,
  requireNoDuplicates,
  type FoundSources,
} from './snapshots/snapshot-sources.js';
import { isComplete, requireComputablePrices, updateOffering } from './update-offering.js';

/** Creates, updates and deletes a team's offerings. Offerings of other teams are treated as not found. */
@Injectable()
export class OfferingsService {
  constructor(
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws ValidationFailed; DomainError VALIDATION_FAILED if related IDs do not exist; Conflict if the
   * external_ref is already in use
   */
  create(teamId: string, { attributes, relationships }: CreateOfferingData): Promise<OfferingWithSnapshots> {
    const related = readRelationships(relationships);
    return this.sql.transaction(async ({ manager }) => {
      const products = await findSources(manager, teamId, productKind, related.products, { idsOnly: true });
      const plans = await findSources(manager, teamId, planKind, related.plans, { idsOnly: true });
      return insertOffering(manager, teamId, attributes, { products, plans }, this.clock.now());
    });
  }

  /** @throws DomainError NOT_FOUND if the team has no such offering */
  async requireOwn(teamId: string, id: string): Promise<void> {
    const exists = await this.sql.transaction(({ manager }) => manager.existsBy(Offering, { id, teamId }));
    if (!exists) throw notFound('offering');
  }

  /** Creates an offering with its snapshots in one transaction. @throws the same errors as create() */
  build(teamId: string, data: BuildOfferingData): Promise<OfferingWithSnapshots> {
    const productEntries = data.products.map((entry) =>
      typeof entry === 'string' ? entry : newProductColumns(entry),
    );
    const planEntries = data.plans.map((entry) =>
      typeof entry === 'string' ? entry : newPlanColumns(entry),
    );
    return this.sql.transaction(async ({ manager }) => {
      const products = await findSources(manager, teamId, productKind, productEntries);
      const plans = await findSources(manager, teamId, planKind, planEntries);
      return insertOffering(manager, teamId, data, { products, plans }, this.clock.now());
    });
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
    { id: bodyId, attributes }: UpdateSubscriptionOffering['data'],
    ifMatch?: string,
  ): Promise<OfferingWithSnapshots> {
    requireSameId(id, bodyId);
    const update = () =>
      this.sql.transaction(({ manager }) =>
        updateOffering(manager, { teamId, id, ifMatch }, this.clock, async ({ offering }) => {
          const { name, description, externalRef } = offering;
          const columns = {
            name: withChange(name, attributes.name),
            description: withChange(description, attributes.description),
            externalRef: withChange(externalRef, attributes.external_ref),
          };
          Object.assign(offering, columns);
          return !jsonEqual(columns, { name, description, externalRef });
        }),
      );
    return nameExisting(this.sql, () =>
      translateConstraintErrors(writeErrors(teamId, attributes.external_ref), update),
    );
  }

  /** @throws DomainError NOT_FOUND; PreconditionFailed */
  delete(teamId: string, id: string, ifMatch?: string): Promise<void> {
    return this.sql.transaction(async ({ manager }) => {
      const { offering } = await lockOffering(manager, teamId, id);
      requireIfMatch(ifMatch, versionETag(offering.version));
      await manager.delete(Offering, { id });
    });
  }
}

async function insertOffering(
  manager: EntityManager,
  teamId: string,
  attributes: OfferingAttributes,
  found: { products: FoundSources<ProductColumns>; plans: FoundSources<PlanColumns> },
  now: Date,
): Promise<OfferingWithSnapshots> {
  requireAllFound(found.products, found.plans);
  requireNoDuplicates(found.products.sources);
  requireNoDuplicates(found.plans.sources);
  const owner = { id: newId(), teamId };
  const products = newSnapshots(owner, found.products.sources, now);
  const plans = newSnapshots(owner, found.plans.sources, now);
  requireComputablePrices({ products, plans });
  const offering: Offering = {
    ...owner,
    name: attributes.name,
    description: attributes.description ?? null,
    externalRef: attributes.external_ref ?? null,
    complete: isComplete({ products, plans }),
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  await translateConstraintErrors(writeErrors(teamId, offering.externalRef), () =>
    manager.insert(Offering, offering),
  );
  if (products.length > 0) await manager.insert(OfferingProduct, products);
  if (plans.length > 0) await manager.insert(OfferingPlan, plans);
  return { offering, products, plans };
}

const writeErrors = (teamId: string, externalRef: string | null | undefined) => ({
  offerings_external_ref_uq: () => externalRefTaken('offering', teamId, externalRef),
});
