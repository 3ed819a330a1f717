import { Sql } from '../../sql/sql.js';
import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { Conflict } from '../../common/errors.js';
import { versionETag, requireIfMatch } from '../../http/etag.js';
import { requireSameId } from '../json-api/envelope.js';
import { newId } from '../../common/new-id.js';
import { jsonEqual } from '../../common/json-equal.js';
import { translateConstraintErrors } from '../../sql/constraint-errors.js';
import { changeOffering, isComplete, requirePriceable } from './change-offering.js';
import { OfferingPlan } from './parts/offering-plan.entity.js';
import { OfferingProduct } from './parts/offering-product.entity.js';
import { Offering } from './offering.entity.js';
import type {
  BuildOfferingData,
  CreateOfferingData,
  OfferingAttributes,
  UpdateSubscriptionOffering,
} from './offerings.dto.js';
import { planKind, productKind } from './parts/part-kind.js';
import { findSources, requireFound, requireNew, snapshots, type Sources } from './parts/part-sources.js';
import { readLinks } from './relationship-input.js';
import { lockWhole, type WholeOffering } from './offering-with-parts.js';
import type { PlanColumns } from '../plans/plan-columns.js';
import type { ProductTraits } from '../products/subscription-product-fields.js';

interface Contents {
  products: Sources<ProductTraits>;
  plans: Sources<PlanColumns>;
}

/** What a provider does with its own offerings. Another team's offering is not found. */
@Injectable()
export class OfferingsService {
  constructor(private readonly sql: Sql) {}

  /** @throws ValidationFailed; DomainError VALIDATION_FAILED for links that lead nowhere; Conflict */
  create(teamId: string, { attributes, relationships }: CreateOfferingData): Promise<WholeOffering> {
    const linked = readLinks(relationships);
    return this.sql.transaction(async ({ manager }) => {
      const products = await findSources(manager, teamId, productKind, linked.products, { idsOnly: true });
      const plans = await findSources(manager, teamId, planKind, linked.plans, { idsOnly: true });
      return insertWhole(manager, teamId, attributes, { products, plans });
    });
  }

  /** Makes an offering with its products and plans at once, or nothing. @throws like create() */
  build(teamId: string, data: BuildOfferingData): Promise<WholeOffering> {
    return this.sql.transaction(async ({ manager }) => {
      const products = await findSources(manager, teamId, productKind, data.products);
      const plans = await findSources(manager, teamId, planKind, data.plans);
      return insertWhole(manager, teamId, data, { products, plans });
    });
  }

  /**
   * Changes only what is given; a change that changes nothing leaves version and time as they are.
   * @throws DomainError NOT_FOUND; PreconditionFailed, ValidationFailed, Conflict for an external_ref in use
   */
  update(
    teamId: string,
    id: string,
    { id: bodyId, attributes }: UpdateSubscriptionOffering['data'],
    ifMatch?: string,
  ): Promise<WholeOffering> {
    requireSameId(id, bodyId);
    const change = () =>
      this.sql.transaction(({ manager }) =>
        changeOffering(manager, { teamId, id, ifMatch }, async ({ offering }) => {
          const { name, description, externalRef } = offering;
          const before = { name, description, externalRef };
          const after = {
            name: attributes.name ?? name,
            description: attributes.description === undefined ? description : attributes.description,
            externalRef: attributes.external_ref === undefined ? externalRef : attributes.external_ref,
          };
          Object.assign(offering, after);
          return !jsonEqual(before, after);
        }),
      );
    return translateConstraintErrors(takenRef(attributes.external_ref), change);
  }

  /** @throws DomainError NOT_FOUND; PreconditionFailed */
  delete(teamId: string, id: string, ifMatch?: string): Promise<void> {
    return this.sql.transaction(async ({ manager }) => {
      const { offering } = await lockWhole(manager, teamId, id);
      requireIfMatch(ifMatch, versionETag(offering.version));
      await manager.delete(Offering, { id });
    });
  }
}

async function insertWhole(
  manager: EntityManager,
  teamId: string,
  attributes: OfferingAttributes,
  { products: foundProducts, plans: foundPlans }: Contents,
): Promise<WholeOffering> {
  requireFound(foundProducts, foundPlans);
  requireNew(foundProducts.sources);
  requireNew(foundPlans.sources);
  const now = new Date();
  const owner = { id: newId(), teamId };
  const products = snapshots(owner, foundProducts.sources, now);
  const plans = snapshots(owner, foundPlans.sources, now);
  requirePriceable({ products, plans });
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
  await translateConstraintErrors(takenRef(offering.externalRef), () => manager.insert(Offering, offering));
  if (products.length > 0) await manager.insert(OfferingProduct, products);
  if (plans.length > 0) await manager.insert(OfferingPlan, plans);
  return { offering, products, plans };
}

const takenRef = (ref: string | null | undefined) => ({
  offerings_external_ref_uq: () =>
    new Conflict(`The external_ref ${ref} is already used by another offering`),
});
