import type { EntityTarget } from 'typeorm';
import {
  changePlan,
  newPlan,
  traitsOfPlan,
  type PlanAttributes,
  type PlanChanges,
} from '../../plans/plan-fields.js';
import type { PlanColumns } from '../../plans/plan-columns.js';
import { Plan } from '../../plans/plan.entity.js';
import { Product } from '../../../products/product.entity.js';
import {
  changeProduct,
  newProduct,
  traitsOfProduct,
  type ProductAttributes,
  type ProductChanges,
  type ProductTraits,
} from '../../products/subscription-product-fields.js';
import { OfferingPlan } from './offering-plan.entity.js';
import { OfferingProduct } from './offering-product.entity.js';
import type { WholeOffering } from '../offering-with-parts.js';

/** Columns of every snapshot beside its traits. */
export type PartColumns = Pick<
  OfferingProduct,
  'id' | 'teamId' | 'offeringId' | 'originId' | 'position' | 'createdAt' | 'updatedAt'
>;

/** What a snapshot may be copied from. */
export interface SourceColumns {
  id: string;
  teamId: string;
  externalRef: string | null;
}

/** Products and plans come into an offering, change there and leave it in the same way; this tells them apart. */
export interface PartKind<Traits extends object, Attributes extends object, Changes extends object> {
  word: 'product' | 'plan';
  source: EntityTarget<Traits & SourceColumns>;
  part: EntityTarget<Traits & PartColumns>;
  /** The snapshots of this kind in an offering. */
  partsOf: (whole: WholeOffering) => (Traits & PartColumns)[];
  fresh: (attributes: Attributes) => Traits;
  change: (traits: Traits, changes: Changes) => Traits;
  traitsOf: (row: Traits) => Traits;
}

export const productKind: PartKind<ProductTraits, ProductAttributes, ProductChanges> = {
  word: 'product',
  source: Product,
  part: OfferingProduct,
  partsOf: (whole) => whole.products,
  fresh: newProduct,
  change: changeProduct,
  traitsOf: traitsOfProduct,
};

export const planKind: PartKind<PlanColumns, PlanAttributes, PlanChanges> = {
  word: 'plan',
  source: Plan,
  part: OfferingPlan,
  partsOf: (whole) => whole.plans,
  fresh: newPlan,
  change: changePlan,
  traitsOf: traitsOfPlan,
};

/** Most snapshots of one kind in an offering. */
export const maxParts = 100;
