import type { ProductColumns } from '../../../products/product-columns.js';
import { Product } from '../../../products/product.entity.js';
import type { PlanColumns } from '../../plans/plan-columns.js';
import { changePlanColumns, copyPlanColumns, type PlanChanges } from '../../plans/plan-fields.js';
import { Plan } from '../../plans/plan.entity.js';
import {
  changeProductColumns,
  copyProductColumns,
  type ProductChanges,
} from '../../products/subscription-product-fields.js';
import type { OfferingWithSnapshots } from '../offering-with-snapshots.js';
import { OfferingPlan } from './offering-plan.entity.js';
import { OfferingProduct } from './offering-product.entity.js';

/** Maximum number of snapshots of one kind in an offering. */
export const maxSnapshots = 100;

/** The columns that every snapshot has in addition to the copied ones. */
export type SnapshotColumns = Pick<
  OfferingProduct & OfferingPlan,
  'id' | 'teamId' | 'offeringId' | 'originId' | 'position' | 'createdAt' | 'updatedAt'
>;

/** The columns used to find the source of a snapshot. */
export type SourceColumns = Pick<Product & Plan, 'id' | 'teamId' | 'externalRef'>;

/**
 * Defines how snapshots of products differ from snapshots of plans. Both are attached, updated and removed in
 * the same way. `Columns` are the copied columns. A function that never updates a snapshot takes a
 * `SnapshotKind<Columns>`.
 */
export interface SnapshotKind<Columns extends object, Changes = never> {
  name: 'product' | 'plan';
  sourceEntity: new () => Columns & SourceColumns;
  snapshotEntity: new () => Columns & SnapshotColumns;
  /** Returns the snapshots of this kind in an offering: the array itself, not a copy. */
  snapshotsOf: (offering: OfferingWithSnapshots) => (Columns & SnapshotColumns)[];
  /** Returns a copy of the columns with the changes applied. */
  change: (columns: Columns, changes: Changes) => Columns;
  /** Returns only the copied columns, taken from a source or a snapshot. */
  copy: (row: Columns) => Columns;
}

export const productKind: SnapshotKind<ProductColumns, ProductChanges> = {
  name: 'product',
  sourceEntity: Product,
  snapshotEntity: OfferingProduct,
  snapshotsOf: ({ products }) => products,
  change: changeProductColumns,
  copy: copyProductColumns,
};

export const planKind: SnapshotKind<PlanColumns, PlanChanges> = {
  name: 'plan',
  sourceEntity: Plan,
  snapshotEntity: OfferingPlan,
  snapshotsOf: ({ plans }) => plans,
  change: changePlanColumns,
  copy: copyPlanColumns,
};
